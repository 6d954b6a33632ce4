"""Final grades: exact sums, a person's word over the machine's, groups, what waits and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from grader.intake.records import Attempt, HandInRecord
from grader.model.grade import points_text, round_points, rounded_text
from grader.rubric.late import LateRules
from tests.report.classes import RUBRIC, act, check, ledger, result

FIRST = RUBRIC.checks[0]
DUE = datetime(2026, 3, 1, 12, tzinfo=UTC)


def of_statuses(*statuses, name="ana", rubric=RUBRIC):
    """A result whose checks concluded so, the last status repeated."""
    padded = [*statuses, *[statuses[-1]] * (len(rubric.checks) - len(statuses))]
    return result(name, [check(spec, status) for spec, status in zip(rubric.checks, padded, strict=True)], rubric)


def word(number, kind="score", name="ana", **rest):
    """A tutor's word on the first check."""
    return act(number, kind, name, FIRST.id, **{"answer": f"answer-{FIRST.id}", **rest})


def test_sevenths_are_sevenths():
    """Seven checks of 1/7 are one point, and so are any other fractions."""
    first = RUBRIC.questions[0]
    specs = tuple(replace(FIRST, id=f"part{n}", points=Fraction(1, 7), requires=()) for n in range(7))
    rubric = replace(RUBRIC, questions=(replace(first, checks=specs),))
    [grade] = ledger([of_statuses("passed", rubric=rubric)], rubric=rubric).grades()
    assert grade.score == 1 == grade.max_score and [line.points for line in grade.lines] == [Fraction(1, 7)] * 7


@pytest.mark.parametrize(
    ("statuses", "status"),
    [(("passed",), "graded"), (("failed",), "graded"), (("needs_review", "passed"), "needs_review"),
     (("ungraded", "passed"), "ungraded"), (("ungraded", "needs_review", "passed"), "ungraded")],
)  # fmt: skip
def test_nothing_that_waits_is_a_grade(statuses, status):
    """What is not settled has no score; what is settled is still summed."""
    [grade] = ledger([of_statuses(*statuses)]).grades()
    assert grade.status == status and (grade.score is None) == (status != "graded")
    assert grade.so_far == sum(line.points for line in grade.lines)


def test_a_person_settles_what_waits_and_what_failed_to_run():
    """Each with a word of its own; the machine's stays beside it."""
    [grade] = ledger([of_statuses("ungraded", "passed")], [word(1, value="3")]).grades()
    assert grade.score == RUBRIC.points - FIRST.points + 3
    assert grade.checks[0].machine_score is None and grade.checks[0].source == "person"


def test_a_share_of_other_points_is_told_as_it_was_given():
    """A check that is worth more since the rubric changed takes a person's points along, and says so."""
    most = FIRST.points
    [grade] = ledger([of_statuses("passed")], [word(1, value="1", detail={"of": str(2 * most)})]).grades()
    assert grade.checks[0].score == Fraction(1, 2)
    assert f" as 1 of {points_text(2 * most)}; the machine gave" in grade.lines[0].text
    [grade] = ledger([of_statuses("passed")], [word(1, value="1", detail={"of": str(most)})]).grades()
    assert " as 1 of" not in grade.lines[0].text


def test_the_last_word_counts_and_a_comment_takes_no_points():
    """Scores replace each other; a comment stays beside the score."""
    acts = [word(1, value="1", reason="first"), word(2, value="2"), word(3, "comment", reason="see me")]
    [grade] = ledger([of_statuses("failed")], acts).grades()
    assert (grade.checks[0].score, grade.checks[0].comment, grade.checks[0].last_act) == (2, "see me", 3)


def test_a_word_on_another_answer_counts_nothing_and_is_shown():
    """The check waits, whatever the machine found; a comment alone holds nothing up."""
    [grade] = ledger([of_statuses("passed")], [word(1, value="1", answer="other", reason="why?")]).grades()
    assert grade.score is None and grade.checks[0].old.score == 1 and grade.checks[0].old.comment == "why?"
    [grade] = ledger([of_statuses("passed")], [word(1, "comment", answer="other", reason="why?")]).grades()
    assert grade.score == RUBRIC.points


def test_a_group_has_one_submission_and_each_member_a_grade():
    """A word on the submission is about all; one on a member is that member's; extensions are a person's own."""
    late = LateRules(DUE, ZoneInfo("UTC"), per_day=Fraction(1, 10))
    rubric = replace(RUBRIC, late=late)
    attempt = Attempt(1, "one", "team", "2026-03-01T13:00:00+00:00")
    records = {"team": HandInRecord("team", "canvas", attempt, members=("ana", "ben"))}
    acts = [
        word(1, name="team", value="3", detail={}),
        act(2, "extension", "ben", value="2026-03-02T12:00:00+00:00"),
        act(3, "release", "ana", value="5"),
    ]
    grades = {
        one.student: one for one in ledger([of_statuses("failed", name="team")], acts, rubric, records=records).grades()
    }
    assert set(grades) == {"ana", "ben"} and grades["ben"].score == 3
    assert grades["ana"].score == 3 * Fraction(9, 10)
    assert grades["ana"].is_released and not grades["ben"].is_released


@pytest.mark.parametrize("of", ["earned", "maximum"])
def test_lateness_is_a_line_of_the_sum(of):
    """Never below nothing, and what a person made final stays."""
    rubric = replace(RUBRIC, late=LateRules(DUE, ZoneInfo("UTC"), per_day=Fraction(1, 2), of=of))
    attempt = Attempt(1, "one", "ana", "2026-03-05T12:00:00+00:00")
    records = {"ana": HandInRecord("ana", "canvas", attempt)}
    acts = [word(1, value="2", detail={"after_penalty": True})]
    [grade] = ledger([of_statuses("passed")], acts, rubric, records=records).grades()
    assert grade.score == 2 == sum(line.points for line in grade.lines) and grade.lateness


def test_points_are_shown_exactly_and_totals_rounded_once():
    """Halves go up; what four decimals hold is a decimal, the rest a fraction."""
    assert [points_text(Fraction(text)) for text in ("0", "1/3", "2.5", "-0.125", "22/7")] == [
        "0",
        "1/3",
        "2.5",
        "-0.125",
        "22/7",
    ]
    assert round_points(Fraction("0.005")) == Fraction("0.01") and rounded_text(Fraction(200, 3)) == "66.67"
    assert round_points(Fraction("-0.005")) == Fraction("-0.01")
