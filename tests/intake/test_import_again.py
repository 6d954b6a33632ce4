"""A download that is imported again, later, or after one that was ended: nothing is lost, mixed or graded twice."""

from __future__ import annotations

import pytest

from grader.errors import UsageError
from grader.intake import delivery
from tests.contracts.importer import tree
from tests.intake.importing import ROSTER, files, records, run


def test_a_roster_that_comes_later_names_the_folder_better(course):
    """What was imported under a number moves to the student's id; nobody is graded twice."""
    (course.root / "roster.csv").unlink()
    run(course, {"lovelaceada_678_91_q1.py": b"1"})
    assert files(course) == ["canvas-678/q1.py"]
    (course.root / "roster.csv").write_text(ROSTER)
    report = run(course, {"lovelaceada_678_91_q1.py": b"1"})
    assert files(course) == ["ada/q1.py"]
    assert any(note.startswith("canvas-678 is now ada: grade it anew") for note in report.notes)
    assert list(records(course)) == ["ada"]


def test_a_roster_that_is_gone_changes_no_folder(course):
    """Who was somebody stays it."""
    run(course, {"lovelaceada_678_91_q1.py": b"1"})
    (course.root / "roster.csv").unlink()
    run(course, {"lovelaceada_678_92_q1.py": b"2"})
    assert files(course) == ["ada/q1.py"]


def test_an_older_download_does_not_replace_a_newer_attempt(course):
    """Where times are known, the later one is graded, whichever was imported first."""

    def export(number, hour, data):
        said = f"submission_{number}:\n  :submitters:\n  - :sid: '0042'\n  :created_at: 2026-04-26 {hour}:00:00 Z\n"
        return {"submission_metadata.yml": said.encode(), f"submission_{number}/q1.py": data}

    run(course, export(2, 12, b"new"))
    report = run(course, export(1, 11, b"old"))
    assert [one.outcome for one in report.delivered] == ["kept as earlier"]
    assert (course.submissions("hw1") / "ada" / "q1.py").read_bytes() == b"new"
    assert [one.outcome for one in run(course, export(1, 11, b"old")).delivered] == ["unchanged"]


def test_who_is_not_listed_is_named_by_the_id(course):
    """Once, and not by the folder of an earlier attempt."""
    both = {"roeann_900_91_q1.py": b"1"}, {"roeann_900_92_q1.py": b"2"}
    for download in (*both, *both):
        report = run(course, download)
        assert report.unlisted == ["canvas-900"]
    assert [one.folder for one in run(course, both[0]).delivered] == [".attempts/canvas-900/1"]


def test_a_folder_made_by_hand_is_kept(course):
    """It becomes the earlier attempt, where no import wrote it."""
    (course.submissions("hw1") / "ada").mkdir(parents=True)
    (course.submissions("hw1") / "ada" / "mine.py").write_text("by hand")
    run(course, {"lovelaceada_678_91_q1.py": b"1"})
    assert files(course) == ["ada/q1.py"]
    assert (course.submissions("hw1") / records(course)["ada"].earlier[0].folder / "mine.py").read_text() == "by hand"


def test_an_import_that_was_ended_goes_on(course):
    """Without its records, and with what it left half written."""
    run(course, {"lovelaceada_678_91_q1.py": b"1", "turingalan_679_92_q1.py": b"2"})
    folder = course.submissions("hw1")
    before = tree(folder)
    (folder / ".intake.jsonl").unlink()
    (folder / ".importing" / "one").mkdir(parents=True)
    run(course, {"lovelaceada_678_91_q1.py": b"1", "turingalan_679_92_q1.py": b"2"})
    assert tree(folder) == before


@pytest.mark.parametrize("at", range(6))
def test_a_kill_at_any_moment_mixes_no_attempts(course, monkeypatch, at):
    """Killed before or after any step, the next import knows which attempt is which, and has both."""
    first = {"lovelaceada_678_91_q1.py": b"1", "turingalan_679_92_q1.py": b"1"}
    second = {"lovelaceada_678_93_q1.py": b"2", "turingalan_679_94_q1.py": b"2"}
    run(course, first)

    class Killed(BaseException):
        pass

    steps = iter(range(100))
    rename = delivery._rename

    def killed(source, target):
        number = next(steps)
        if number == at // 2 and at % 2 == 0:
            raise Killed
        rename(source, target)
        if number == at // 2:
            raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(delivery, "_rename", killed)
        patch.setattr(delivery, "write_records", lambda *_: None)
        with pytest.raises(Killed):
            run(course, second)
    run(course, second)
    folder = course.submissions("hw1")
    for one in records(course).values():
        assert (folder / one.current.folder / "q1.py").read_bytes() == b"2"
        assert [(folder / old.folder / "q1.py").read_bytes() for old in one.earlier] == [b"1"]
    assert {one.outcome for one in run(course, second).delivered} == {"unchanged"}


def test_two_imports_at_once_do_not_mix(course, monkeypatch):
    """The second one is told to wait."""
    stage = delivery.ClassFolder._stage

    def during(self, files):
        monkeypatch.setattr(delivery.ClassFolder, "_stage", stage)
        with pytest.raises(UsageError, match="another import"):
            run(course, {"turingalan_679_92_q1.py": b"2"}, name="e.zip")
        return stage(self, files)

    monkeypatch.setattr(delivery.ClassFolder, "_stage", during)
    run(course, {"lovelaceada_678_91_q1.py": b"1"})
    assert files(course) == ["ada/q1.py"]


def test_what_was_taken_away_comes_again(course):
    """A deleted folder is no reason to leave somebody out."""
    run(course, {"lovelaceada_678_91_q1.py": b"1"})
    (course.submissions("hw1") / "ada" / "q1.py").unlink()
    (course.submissions("hw1") / "ada").rmdir()
    run(course, {"lovelaceada_678_91_q1.py": b"1"})
    assert files(course) == ["ada/q1.py"]
