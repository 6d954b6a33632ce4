"""What a student's page holds: by visibility and release, the sum line by line, and never what is hidden."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from grader.intake.records import Attempt, HandInRecord
from grader.intake.roster import Roster, RosterRow
from grader.model.grade import points_text
from grader.model.identity import Identity
from grader.report.pages import student_page, write_report
from grader.report.pictures import picture_of
from grader.report.readings import SubmissionReading
from grader.report.student import student_view
from grader.results.ledger import attempt_id
from grader.rubric.late import LateRules
from tests.report.classes import COUNTEREXAMPLE, RUBRIC, act, check, ledger, result

DUE = datetime(2026, 3, 1, tzinfo=UTC)
BEFORE, AFTER = DUE - timedelta(days=1), DUE + timedelta(days=1)
VISIBILITIES = ("visible", "after_due_date", "after_published", "hidden")
PARTS = ("name", "feedback", "hint", "mistake", "input", "got", "wanted")
RELEASE = act(1, "release", "ana", value="0")


def canary(visibility, part):
    """A word that stands nowhere else."""
    return f"canary{visibility.replace('_', '')}{part}"


def canaries(acts=()):
    """A ledger of one student, with one check of each visibility that says something to look for in every field."""
    first = RUBRIC.questions[0]
    specs = tuple(
        replace(first.checks[0], id=canary(visibility, "name"), visibility=visibility, points=Fraction(2), requires=())
        for visibility in VISIBILITIES
    )
    rubric = replace(RUBRIC, questions=(replace(first, checks=specs),), late=LateRules(DUE, ZoneInfo("UTC")))
    checks = []
    for spec in specs:
        _, feedback, hint, mistake, given, got, wanted = (canary(spec.visibility, part) for part in PARTS)
        shown = {**COUNTEREXAMPLE, "call": f"m.{given}(1)", "actual": got, "expected": wanted}
        said = f"{feedback}\nHint: {hint}"
        checks.append(check(spec, "failed", feedback=said, misconception=mistake, counterexample=shown))
    return ledger([result("ana", checks, rubric, output="canaryoutput")], acts, rubric)


SEEN = {
    "before the due time": ((), BEFORE, {"visible"}),
    "after it": ((), AFTER, {"visible", "after_due_date"}),
    "released": ((RELEASE,), BEFORE, {"visible", "after_due_date", "after_published"}),
}


@pytest.mark.parametrize("case", SEEN.values(), ids=SEEN)
def test_what_visibility_and_release_allow_and_nothing_else(tmp_path, case):
    """Of what is not to be seen nothing stands in the bytes of any file for students, neither name nor input."""
    acts, now, seen = case
    write_report(tmp_path, canaries(acts), {}, list, now=now)
    data = "".join(path.read_text() for path in (tmp_path / "students").iterdir())
    found = {(visibility, part) for visibility in VISIBILITIES for part in PARTS if canary(visibility, part) in data}
    assert found == {(visibility, part) for visibility in seen for part in PARTS}
    assert "canaryoutput" not in data


def said_by_tutor(number, **rest):
    """A word on the first check of ana's."""
    spec = RUBRIC.checks[0]
    return act(number, rest.pop("kind", "score"), "ana", spec.id, answer=f"answer-{spec.id}", **rest)


def failing(acts=(), **rest):
    """A ledger of ana, who failed everything."""
    return ledger([result("ana", [check(one, "failed") for one in RUBRIC.checks])], acts, **rest)


def test_a_persons_word_is_shown_from_release_on():
    """Score, comment and items of a person are part of the grade, and wait with it; nobody's name is told."""
    said = said_by_tutor(1, value="3", reason="well argued")
    before, after = failing([said]), failing([said, act(2, "release", "ana", value="3")])
    assert "well argued" not in student_page(before, before.grades()[0], {})
    page = student_page(after, after.grades()[0], {})
    assert "well argued" in page and "tutor" not in page


def test_what_changed_since_release_is_marked():
    """The page says what it was and what it is now."""
    found = failing([act(1, "release", "ana", value="1"), said_by_tutor(2, value="3")])
    assert "it was 1, it is 3 now" in student_page(found, found.grades()[0], {})


HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>\u202eabc\x1b[31m{{ 7*7 }}</style>"


def test_whatever_a_student_wrote_is_text():
    """Markup, scripts, styles, marks that turn text around and control characters do nothing."""
    shown = {"call": HOSTILE, "actual": HOSTILE, "expected": HOSTILE, "differing": None}
    checks = [check(one, "failed", feedback=HOSTILE, counterexample=shown) for one in RUBRIC.checks]
    reading = SubmissionReading(
        [["paragraph", 0, [["text", HOSTILE], ["math", HOSTILE, HOSTILE], ["evil", HOSTILE]]], [HOSTILE]]
    )
    found = ledger([result("ana", checks, notes=[HOSTILE])])
    page = student_page(found, found.grades()[0], {"ana": reading})
    assert "<script>alert" not in page and "<img" not in page and "\u202e" not in page and "\x1b" not in page
    assert "&lt;script&gt;" in page and "\\u202e" in page and "{{ 7*7 }}" in page
    assert page.count("</style>") == 1


def test_a_released_grade_adds_up_line_by_line():
    """What is not shown is one line, lateness another; together they come to the total on the page."""
    late = LateRules(DUE, ZoneInfo("UTC"), per_day=Fraction(1, 10))
    rubric = replace(RUBRIC, late=late)
    found = ledger([result("ana", [check(one, "passed") for one in rubric.checks], rubric)], [RELEASE], rubric)
    [grade] = found.grades()
    view = student_view(grade, found.results["ana"].line, (), past_due=True)
    parts = [Fraction(points.split(" of ")[0]) for text, points in view.lines if not text.startswith("rounded")]
    assert view.is_released and sum(parts) == grade.score == sum(line.points for line in grade.lines)
    assert any("not shown" in text for text, _ in view.lines)


def test_arrays_of_other_dimensions_are_not_drawn_as_if_they_were_alike():
    """Row by row (1, 2, 2) looks like (2, 2): the shapes are told, and nothing is subtracted."""
    shown = {"call": "m.f()", "actual": "[[[0.0, 1.0], [2.0, 3.0]]]", "expected": "[[0.0, 1.0], [2.0, 3.0]]"}
    assert [table.title for table in picture_of(shown).tables] == ["got, shape (1, 2, 2)", "wanted, shape (2, 2)"]
    shown |= {"actual": "[[1.0, 2.0, 3.0]]", "expected": "[1.0, 2.0, 3.0]"}
    assert [table.title for table in picture_of(shown).tables] == ["got, shape (1, 3)", "wanted, shape (3,)"]
    shown |= {"actual": "[[[1.0, 2.0]]]", "expected": "[[[1.0, 3.0]]]"}
    assert len(picture_of(shown).tables) == 3


def test_the_mean_of_attempts_is_added_up_line_by_line():
    """Thirds, lateness and what is hidden: the lines that a student reads are the total, exactly."""
    *others, last = RUBRIC.checks
    hidden = replace(last, visibility="hidden")
    rubric = replace(
        RUBRIC,
        questions=(replace(RUBRIC.questions[0], checks=(*others, hidden)),),
        late=LateRules(DUE, ZoneInfo("UTC"), per_day=Fraction(1, 10)),
        attempts="average",
    )
    draw = random.Random(1)
    attempts = {
        number: result("ana" if number == 3 else attempt_id("ana", number),
                       [check(one, draw.choice(("passed", "failed"))) for one in rubric.checks], rubric)
        for number in (1, 2, 3)
    }  # fmt: skip
    told = [
        Attempt(number, f"d{number}", "ana", (DUE + timedelta(days=number - 1, hours=-1)).isoformat())
        for number in attempts
    ]
    record = HandInRecord("ana", "canvas", told[2], earlier=tuple(told[:2]))
    earlier = {one.submission: one for number, one in attempts.items() if number < 3}
    book = ledger([attempts[3]], [RELEASE], rubric, records={"ana": record}, attempts=earlier)
    [grade] = book.grades()
    view = student_view(grade, None, [], past_due=True)
    shown = [Fraction(points.partition(" of ")[0]) for text, points in view.lines if "rounded" not in text]
    assert (
        sum(shown)
        == grade.score
        == sum(question.score for question in grade.questions)
        + sum(line.points for line in grade.lines if not line.check)
    )
    assert any(points.denominator % 3 == 0 for points in shown) and any(points < 0 for points in shown)
    assert "the mean of 3 attempts" in grade.which


def test_what_waits_is_no_zero_on_a_page():
    """A question of which nothing is settled has a dash, and what is not decided is told beside the points."""
    first, *others = RUBRIC.checks
    for statuses, told in (
        (["needs_review", *["passed"] * len(others)], f", {points_text(first.points)} not decided yet"),
        (["needs_review"] * len(RUBRIC.checks), "– of"),
    ):
        found = ledger([result("ana", [check(*one) for one in zip(RUBRIC.checks, statuses, strict=True)])])
        [grade] = found.grades()
        view = student_view(grade, found.results["ana"].line, (), past_due=True)
        page = student_page(found, grade, {})
        assert told in page and told in " ".join([view.total + " of", *(points for _, points in view.lines)])
        assert not any(points.startswith("0 of") for _, points in view.lines)
        assert "0</strong> of" not in page


def test_a_comment_keeps_its_lines():
    """As a grader wrote it."""
    found = failing([said_by_tutor(1, value="3", reason="1. Units.\n2. Signs."), act(2, "release", "ana", value="3")])
    page = student_page(found, found.grades()[0], {})
    assert "1. Units.\n2. Signs." in page and re.search(r"\.comment p \{[^}]*white-space: pre-wrap", page)


def test_who_handed_in_nothing_has_no_points_of_none():
    """A dash of what it is worth: whether that is a zero is for a person."""
    roster = Roster((RosterRow("zed", Identity()),))
    found = ledger([result("ana", [check(one, "passed") for one in RUBRIC.checks])], roster=roster)
    view = student_view(found.grades()[1], None, (), past_due=True)
    assert (view.student, view.total, view.out_of) == ("zed", "–", points_text(RUBRIC.points))
