"""Names that clash, that are no folder's or that cannot be kept: each is at its student, or named."""

from __future__ import annotations

import json

import pytest

from grader.intake import delivery
from tests.contracts.importer import tree
from tests.intake.importing import files, records, run


def test_other_peoples_files_push_out_nothing(course, monkeypatch):
    """A folder of libraries comes last, however its name sorts."""
    monkeypatch.setattr(delivery, "MAX_FILES", 3)
    head = "Ada Lovelace_1_assignsubmission_file/"
    archive = {f"{head}a/node_modules/{n}.py": b"" for n in range(5)} | {f"{head}q{n}.py": b"1" for n in (1, 2)}
    run(course, archive)
    assert {"ada/q1.py", "ada/q2.py"} < set(files(course))


def test_ids_that_a_disk_cannot_tell_apart_are_two_folders(course):
    """`Bob` and `bob` are two persons, and so are their folders on every system."""
    (course.root / "roster.csv").unlink()
    run(course, {f"submitted/{name}/hw1/q1.py": name.encode() for name in ("Bob", "bob")})
    assert sorted(tree(course.submissions("hw1")).keys())[1:] == ["Bob/q1.py", files(course)[1]]
    assert len({path.split("/")[0].casefold() for path in files(course)}) == 2


@pytest.mark.parametrize("login", ["con", "..", "a/b", "a.", ".hidden", "x" * 80, "-rf", "a b", "nul.txt", "ü"])
def test_logins_that_are_no_folders_names(course, login):
    """Become one that is, never another place."""
    run(
        course,
        {
            "e/submission_metadata.yml": f"submission_1:\n  :submitters:\n  - :sid: {json.dumps(login)}\n".encode(),
            "e/submission_1/q.py": b"1",
        },
    )
    [path] = files(course)
    assert path.startswith("gradescope-") and path.endswith("/q.py") and path.count("/") == 1
    assert ".." not in path


@pytest.mark.parametrize("names", [("q.py", "Q.py"), ("a", "a/b.py"), ("é.py", "e\u0301.py")])
def test_names_that_clash_are_named_and_missed(course, names):
    """None is guessed, and the student is known to have handed in something unread."""
    report = run(course, {f"Ada Lovelace_1_assignsubmission_file/{name}": name.encode() for name in ("ok.py", *names)})
    assert report.has_refused
    assert records(course)["ada"].current.unread
    assert "ada/ok.py" in files(course)


def test_equal_files_of_one_name_are_one(course):
    """Nothing is lost by taking either."""
    report = run(
        course,
        {"Ada Lovelace_1_assignsubmission_file/é.py": b"1", "Ada Lovelace_1_assignsubmission_file/e\u0301.py": b"1"},
    )
    assert not report.has_refused
    assert files(course) == ["ada/é.py"]


@pytest.mark.parametrize(
    "name",
    [
        "con.py",
        "nul",
        "a.py.",
        "b ",
        "a?.py",
        "x" * 250 + ".py",
        "a//b.py",
        "\u202egnp.py",
        "a\nb.py",
        "d/" * 30 + "x.py",
    ],
)
def test_names_that_cannot_be_kept_are_missed_at_their_student(course, name):
    """The rest of the hand-in is there, and the record says what is not."""
    head = "Ada Lovelace_1_assignsubmission_file/"
    report = run(
        course, {f"{head}q1.py": b"1", f"{head}{name}": b"2", "Alan Turing_2_assignsubmission_file/q1.py": b"3"}
    )
    assert files(course) == ["ada/q1.py", "alan/q1.py"]
    assert report.has_refused
    assert len(records(course)["ada"].current.unread) == 1
