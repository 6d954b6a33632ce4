"""What people do to a whole group, by its name: everybody in it has it, and everybody's grade is told."""

from __future__ import annotations

from fractions import Fraction

import pytest

from grader.course.folders import Course
from grader.errors import UsageError
from grader.intake.records import Attempt, HandInRecord, write_records
from grader.model.verdict import QuestionResult, Result, Verdict
from grader.results.ledger import Ledger
from grader.results.store import Store
from tests.cli.test_export import CHECKS, RUBRIC, run

ROSTER = "student,name,login\nada,Ada L,al\nbob,Kim Lee,bo\nkim,Kim Lee,ki\nzed,Zed Z,ze\n"


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A group of two that handed in a day late, one student alone, and one of whom nothing came."""
    (tmp_path / "rubrics").mkdir()
    (tmp_path / "rubrics" / "hw1.yaml").write_text(RUBRIC)
    (tmp_path / "rubrics" / "hw1.py").write_text(CHECKS)
    (tmp_path / "roster.csv").write_text(ROSTER)
    found = Course(tmp_path)
    moment = "2026-04-22T09:00:00+00:00"
    records = [
        HandInRecord("team", "canvas", Attempt(1, "1", "team", moment), group="Team", members=("ada", "bob")),
        HandInRecord("kim", "canvas", Attempt(1, "2", "kim", moment)),
    ]
    found.submissions("hw1").mkdir(parents=True)
    write_records(found.submissions("hw1"), records)
    store = Store(found.results("hw1"))
    for name in ("team", "kim"):
        (found.submissions("hw1") / name).mkdir()
        a = Verdict("a", "code", (), "passed", Fraction(7), Fraction(7), answer="a", key="a")
        b = Verdict("b", "code", (), "needs_review", Fraction(0), Fraction(3), answer="b", key="b")
        store.put("k", Result("hw1", name, f"of {name}", "r", 0, "strong", (QuestionResult("q1", (a, b)),)), "auto")
    store.close()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GRADER_ACTOR", "tutor")
    return found


def grades(course):
    """Everybody's final grade."""
    return {one.student: one for one in Ledger.read(course, "hw1").grades()}


def test_a_word_on_a_group_is_told_of_everybody_in_it(course):
    """Its score counts for each, who differs is told, and it is taken back where it was said."""
    run("late", "hw1", "--waive", "ada")
    told = run("override", "hw1", "team", "b", "--score", "3")
    assert "ada b: 3 of 3" in told and "10 in all" in told
    assert "bob b: 3 of 3" in told and "9 in all" in told
    with pytest.raises(UsageError, match="of the whole group team: withdraw it of team, or give bob another score"):
        run("override", "hw1", "bob", "b", "--withdraw")
    history = run("history", "hw1", "team")
    assert "ada:\n" in history and "= 10 of 10" in history and "bob:\n" in history and "= 9 of 10" in history
    assert "ada:" not in run("history", "hw1", "ada")
    run("override", "hw1", "team", "b", "--withdraw")
    assert {one.status for one in grades(course).values()} == {"needs_review", "missing"}


def test_a_group_is_extended_waived_and_withdrawn_as_a_whole(course):
    """And each of it can be withdrawn alone."""
    run("override", "hw1", "team", "b", "--score", "3")
    assert grades(course)["ada"].score == grades(course)["bob"].score == 9
    run("late", "hw1", "--extend", "team", "2026-04-23 12:00")
    assert grades(course)["ada"].score == grades(course)["bob"].score == 10
    run("late", "hw1", "--withdraw", "ada")
    assert (grades(course)["ada"].score, grades(course)["bob"].score) == (9, 10)
    run("late", "hw1", "--withdraw", "team")
    run("late", "hw1", "--waive", "team", "--reason", "ill")
    assert grades(course)["ada"].score == grades(course)["bob"].score == 10
    run("late", "hw1", "--withdraw", "team")
    assert grades(course)["ada"].score == grades(course)["bob"].score == 9


def test_a_group_is_released_and_hidden_as_a_whole(course):
    """Nothing is said to be released that is not."""
    run("override", "hw1", "team", "b", "--score", "3")
    assert "2 released" in run("release", "hw1", "team")
    assert {name for name, one in grades(course).items() if one.is_released} == {"ada", "bob"}
    assert "2 hidden again" in run("release", "hw1", "--withdraw", "team")
    assert not any(one.is_released for one in grades(course).values())


def test_who_has_no_grade_to_release_is_told(course):
    """Where the student was named; of a whole class it is no news."""
    assert "1 handed in nothing, so there is no grade to release: zed" in run("release", "hw1", "zed")
    assert "handed in nothing" not in run("release", "hw1")


def test_a_name_that_two_have_is_told_as_one(course):
    """With the ids to choose from."""
    with pytest.raises(UsageError, match="2 students are called 'Kim Lee': say which by the id, bob or kim"):
        run("override", "hw1", "Kim Lee", "b", "--score", "1")


def test_feedback_that_is_refused_leaves_no_sheet(course, tmp_path):
    """Moodle takes no feedback for groups; nothing of the export is written then."""
    head = "Identifier,Full name,Email address,Status,Grade,Maximum grade,Grade can be changed\n"
    (tmp_path / "s.csv").write_text(f"{head}Participant 1,Ada L,al,,,10.00,Yes\n")
    run("override", "hw1", "team", "b", "--score", "3")
    with pytest.raises(UsageError, match="for groups"):
        run("export", "hw1", "--format", "moodle", "--into", "s.csv", "--out", "o.csv", "--feedback", "f.zip")
    assert not (tmp_path / "o.csv").exists() and not (tmp_path / "f.zip").exists()


def test_a_section_that_nobody_is_in_is_told(course, tmp_path):
    """Its due time counts for nobody: the name is another on the roster."""
    (tmp_path / "roster.csv").write_text("student,name,section\nada,Ada,a\nbob,Bob,a\nkim,Kim,C\n")
    rubric = tmp_path / "rubrics" / "hw1.yaml"
    sections = "sections: {A: 2026-04-29 12:00, B: 2026-04-28 12:00}"
    rubric.write_text(RUBRIC.replace("per_day", f"{sections}, per_day"))
    told = run("late", "hw1")
    assert "1 of 3 late" in told and "nobody on the roster is in section B" in told and "section A" not in told


def test_who_stands_in_two_submissions_is_told(course, tmp_path):
    """One of them counts, and nobody would miss the other in a table."""
    folder = course.submissions("hw1")
    moment = "2026-04-20T09:00:00+00:00"
    records = [
        HandInRecord("kim", "canvas", Attempt(1, "2", "kim", moment), group="Two", members=("kim", "bob")),
        HandInRecord("team", "canvas", Attempt(1, "1", "team", moment), group="Team", members=("ada", "bob")),
    ]
    write_records(folder, records)
    told = "note: bob stands in 2 submissions, kim, team; the last of them counts"
    for command in (("release", "hw1"), ("export", "hw1", "--format", "csv")):
        assert run(*command).count(told) == 1
    assert told in run("history", "hw1", "bob").replace("note: ", "note: bob ")


def test_what_people_write_is_no_entry_of_the_history(course):
    """A comment of several lines stands within its entry, and who acts has one line."""
    run(
        "override",
        "hw1",
        "kim",
        "b",
        "--score",
        "1",
        "--comment",
        "look\n#9  2026-01-01  boss  release",
        "--as",
        "T\n#8",
    )
    told = run("history", "hw1", "kim")
    assert "look\n            | #9  2026-01-01  boss  release\n" in told and "T #8" in told
    assert [line[:2] for line in told.splitlines() if line.startswith("#")] == ["#1"]


@pytest.mark.parametrize("option", [("--overwrite",), ("--scale",), ("--column", "x")])
def test_what_is_said_of_a_sheet_needs_one(course, option):
    """It would be left aside in silence, as where --into was forgotten."""
    with pytest.raises(UsageError, match="is about a sheet that is filled: name it with --into, or leave it out"):
        run("export", "hw1", "--format", "gradescope", *option)
