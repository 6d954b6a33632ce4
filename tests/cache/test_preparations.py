"""Cases are drawn once and kept: the same at the next start, drawn anew only where something they rest on changed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import grader
from grader.assignment import load_assignment
from grader.cache import digests, preparations
from grader.cache.preparations import MAX_KEPT, AppendLog, Preparations
from grader.checks.plan.packing import pack
from grader.course.folders import Course
from tests.conftest import MINI


@pytest.fixture
def course(tmp_path):
    """A copy of the small course, with nothing kept."""
    shutil.copytree(MINI.root, tmp_path / "course", ignore=shutil.ignore_patterns(".grader_cache"))
    return Course(tmp_path / "course")


@pytest.fixture
def drawn(monkeypatch):
    """The ids of the checks that are prepared and not recalled."""
    ids = []

    def put(kept, name, key, data):
        ids.extend([name.removesuffix("/cases")] if name.endswith("/cases") else [])
        original(kept, name, key, data)

    original = Preparations.put
    monkeypatch.setattr(Preparations, "put", put)
    return ids


def test_the_second_start_draws_nothing(course, drawn):
    """What was prepared is recalled, and is the same."""
    first = load_assignment(course, "mini")
    assert sorted(drawn) == sorted(first.checks)
    drawn.clear()
    second = load_assignment(course, "mini")
    assert drawn == []
    assert [pack(check) for check in first.checks.values()] == [pack(check) for check in second.checks.values()]


def test_only_what_changed_is_drawn_again(course, drawn):
    """Another property, another tolerance, another seed: each draws what rests on it."""
    load_assignment(course, "mini")
    drawn.clear()
    python = course.rubric("mini").with_suffix(".py")
    python.write_text(
        python.read_text().replace("2 * image, kernel", "3 * image, kernel").replace("2 * student", "3 * student")
    )
    load_assignment(course, "mini")
    assert drawn == ["conv_is_linear"]
    drawn.clear()
    load_assignment(course, "mini", seed=77)
    assert len(drawn) == len(load_assignment(course, "mini").checks)


def test_a_changed_reference_is_run_again(course, drawn):
    """The expected values are the present reference's."""
    checks = load_assignment(course, "mini").checks
    drawn.clear()
    reference = course.reference("mini") / "m.py"
    reference.write_text(reference.read_text() + "\n")
    load_assignment(course, "mini")
    assert len(drawn) == len(checks)


@pytest.mark.parametrize("junk", [b"", b"junk", b"\x9a" + b"\x01" * 10])
def test_a_damaged_file_is_replaced(course, drawn, junk):
    """What something else wrote into the cache costs time and nothing else."""
    load_assignment(course, "mini")
    drawn.clear()
    for path in course.cache("mini").rglob("*.prepared"):
        path.write_bytes(junk)
    checks = load_assignment(course, "mini").checks
    assert sorted(drawn) == sorted(checks)


def test_a_folder_that_cannot_be_written_keeps_nothing(tmp_path):
    """A read-only course works as any other."""
    (tmp_path / "file").write_text("")
    kept = Preparations(tmp_path / "file" / "cache")
    kept.put("check", "key", b"data")
    assert kept.get("check", "key") is None


def test_old_preparations_go(tmp_path):
    """The cache of a check does not grow without end, with what was learnt, and is left out by version control."""
    kept = Preparations(tmp_path / "cache" / "hw")
    for number in range(MAX_KEPT + 5):
        kept.put("check/cases", f"{number:032d}", b"data")
        kept.put("check/casesofanother", f"{number:032d}", b"data")
        kept.journal("check/cases", f"{number:032d}").add(b"learnt")
    files = sorted(path.name for path in (tmp_path / "cache" / "hw" / "check").iterdir())
    numbers = range(5, MAX_KEPT + 5)
    wanted = [f"cases-{number:032d}.{kind}" for number in numbers for kind in ("prepared", "journal")]
    assert files == sorted(wanted + [f"casesofanother-{number:032d}.prepared" for number in numbers])
    assert (tmp_path / "cache" / ".gitignore").read_text() == "*\n"


RECORDS = [b"", b"one", bytes(range(256)), b"\n\n", b"x" * 5000]


def test_a_journal_gives_each_record_once(tmp_path):
    """What one process writes down, another reads when it looks."""
    one, other = AppendLog(tmp_path / "a.journal"), AppendLog(tmp_path / "a.journal")
    assert list(other.news()) == []
    for record in RECORDS:
        one.add(record)
    assert list(other.news()) == RECORDS
    other.add(b"two")
    assert list(one.news()) == [*RECORDS, b"two"]
    assert list(other.news()) == [b"two"]
    assert list(other.news()) == []


@pytest.mark.parametrize("left", [b"", b"\nb25", b"\nb25l", b"\n\xff\x00", b"\n=", b"\n\n\n"])
def test_who_is_killed_while_writing_costs_no_other_record(tmp_path, left):
    """What is left of a line ends with the next one."""
    path = tmp_path / "a.journal"
    journal = AppendLog(path)
    journal.add(b"before")
    early = AppendLog(path)
    with path.open("ab") as file:
        file.write(left)
    early_found = list(early.news())
    journal.add(b"after")
    assert list(AppendLog(path).news()) == [b"before", b"after"]  # what bears no seal was never whole
    assert early_found + list(early.news()) == [b"before", b"after"]


def test_a_journal_is_bounded_and_asks_for_nothing(tmp_path, monkeypatch):
    """It is full at some time; where it cannot be written, nothing is kept."""
    monkeypatch.setattr(preparations, "MAX_JOURNAL", 1000)
    journal = AppendLog(tmp_path / "a.journal")
    for _ in range(100):
        journal.add(b"x" * 60)
    assert 800 < (tmp_path / "a.journal").stat().st_size <= 1000
    nowhere = AppendLog(tmp_path / "none" / "a.journal")
    nowhere.add(b"x")
    assert list(nowhere.news()) == []


def test_what_is_kept_rests_on_every_file_of_the_program(monkeypatch):
    """Not on those of one room: what another computes would be believed after it was mended."""
    asked = []
    monkeypatch.setattr(digests, "python_files", lambda folder: asked.append(folder) or "")
    digests.versions.__wrapped__()
    assert asked == [Path(grader.__file__).parent]
