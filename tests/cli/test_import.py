"""`grader import`: what it says, what it writes, how it ends."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from grader.cli import cli
from grader.errors import UsageError
from grader.intake.records import read_records
from tests.contracts.importer import zipped

RUBRIC = "assignment: hw1\ntitle: T\nquestions: [{id: q1, title: T, checks: [{check: c, points: 1}]}]\n"
RUBRIC += "late: {due: 2026-04-21 07:00, zone: Europe/London}\n"
FILES = {"lovelaceada_LATE_678_91_q1.py": b"1", "x_999_92_q1.py": b"2", "notes.txt": b"", "../x": b""}


@pytest.fixture
def run(tmp_path, monkeypatch):
    """The command in a small course."""
    (tmp_path / "rubrics").mkdir()
    (tmp_path / "rubrics" / "hw1.yaml").write_text(RUBRIC)
    (tmp_path / "rubrics" / "hw1.py").write_text("def c(student, expect):\n    expect.true(True)\n")
    (tmp_path / "roster.csv").write_text("student,name,lms_user_id\nada,Ada Lovelace,678\nalan,Alan Turing,679\n")
    (tmp_path / "d.zip").write_bytes(zipped(FILES))
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(cli, ["import", *arguments])


def test_it_says_what_became_of_every_entry(run, tmp_path):
    """Imported, refused, nobody's, unlisted, missing."""
    done = run("hw1", "d.zip")
    assert done.exit_code == 1
    assert done.output == (
        "Canvas: 2 imported → submissions/hw1\n"
        "  ada  imported: 1 file, late  ← lovelaceada_LATE_678_91\n"
        "  canvas-999  imported: 1 file  ← x_999_92\n"
        "Refused, and not read when graded (1):\n  ../x: its name leads out of its folder\n"
        "Nobody's, and not taken over (1):\n  notes.txt: its name does not say whose it is\n"
        "Not on the roster (1):\n  canvas-999\n"
        "Nothing handed in (1):\n  alan\n"
        "Note (1):\n  of what is nobody's nothing is graded: put each file into the folder of whoever handed it in, or "
        "give it a name like the others' in the download and import again; leave out of it what is no hand-in\n"
    )
    assert (tmp_path / "submissions" / "hw1" / "ada" / "q1.py").read_bytes() == b"1"


def test_it_ends_well_where_all_was_taken(run, tmp_path):
    """And a second time nothing changes."""
    (tmp_path / "d.zip").write_bytes(zipped({"lovelaceada_678_91_q1.py": b"1"}))
    assert run("hw1", "d.zip").exit_code == 0
    done = run("hw1", "d.zip", "--from", "canvas")
    assert (done.exit_code, done.output.splitlines()[0]) == (0, "Canvas: 1 unchanged → submissions/hw1")


@pytest.mark.parametrize("stray", ["q1.py", "Ada Lovelace.zip", "IMG_2034.jpg"])
def test_what_is_nobodys_is_no_good_end(run, tmp_path, stray):
    """It was handed in, and is graded nowhere: that is said, with the way out and in the exit code."""
    (tmp_path / "d.zip").write_bytes(zipped({"lovelaceada_678_91_q1.py": b"1", stray: b"2"}))
    done = run("hw1", "d.zip")
    assert done.exit_code == 1
    assert f"Nobody's, and not taken over (1):\n  {stray}: its name does not say whose it is\n" in done.output
    assert "put each file into the folder of whoever handed it in" in done.output


@pytest.mark.parametrize(("zone", "utc"), [((), "05:34:13"), (("--zone", "Asia/Tokyo"), "21:34:13")])
def test_times_are_in_the_rubrics_zone(run, tmp_path, zone, utc):
    """Unless another is named."""
    (tmp_path / "d.zip").write_bytes(zipped({"HW_al1_attempt_2026-04-21-06-34-13_q1.py": b"1"}))
    run("hw1", "d.zip", *zone)
    [record] = read_records(tmp_path / "submissions" / "hw1").values()
    assert record.submitted_at.endswith(f"T{utc}+00:00")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["hw2", "d.zip"], "no assignment"), (["hw1", "d.zip", "--zone", "Mars/Base"], "expected a time zone"),
        (["hw1", "roster.csv"], "no archive"), (["hw1", "d.zip", "--roster", "d.zip"], "no table"),
        (["hw1", "d.zip", "--groups", "rubrics/hw1.yaml"], "expected columns"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_one_message(run, arguments, said):
    """Of ours, with the way out."""
    with pytest.raises(UsageError, match=said):
        raise run(*arguments).exception
