"""Final grades to export: a class with everybody that there can be."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

from grader.export.grades import FinalGrades, StudentGrade
from grader.model.grade import CheckGrade, FinalGrade, QuestionGrade, ScoreLine
from grader.model.identity import Identity
from tests.export.conftest import check, line

WORTH = {"a": Fraction(7), "b": Fraction(3), "secret": Fraction(10, 3)}
QUESTION = {"a": "q1", "b": "q1", "secret": "q2"}
VISIBILITY = {"a": "visible", "b": "after_published", "secret": "hidden"}
CANARY = "canary-7f3a"


def check_grade(name, score, *, person=False, comment=""):
    """One check of the class's rubric; a score of None waits for a person."""
    most = WORTH[name]
    status = "needs_review" if score is None else "passed" if score == most else "partial" if score else "failed"
    entry = check(
        name, status, float(score or 0), float(most), VISIBILITY[name], CANARY if name == "secret" else f"about {name}"
    )
    return CheckGrade(
        name, QUESTION[name], "code", VISIBILITY[name], "failed" if person else status, None if person else score, score, most,
        "nobody" if score is None else "person" if person else "machine", actor="tutor" if person else "", comment=comment, entry=entry,
    )  # fmt: skip


def student(name, scores, who=None, *, penalty=Fraction(0), status=None, person=(), **more):
    """A student with a score for each check; None for one that waits."""
    checks = tuple(
        check_grade(key, score, person=key in person, comment="Look again." if key in person else "")
        for key, score in scores.items()
    )
    questions = tuple(
        QuestionGrade(key, key.upper(), tuple(one for one in checks if one.question == key)) for key in ("q1", "q2")
    )
    lines = [ScoreLine(one.id, one.score, one.id) for one in checks if one.score is not None]
    lines += [ScoreLine("a day late", -penalty)] if penalty else []
    settled = None not in scores.values() and scores
    total = sum((one.points for one in lines), Fraction(0)) if settled else None
    group = more.pop("group", "")
    grade = FinalGrade(
        name, status or ("graded" if settled else "needs_review"), total, sum(WORTH.values(), Fraction(0)), questions if scores else (),
        tuple(lines), "a day late" if penalty else "", submission=name, attempt=1 if scores else 0, **more,
    )  # fmt: skip
    record = line([one.entry for one in checks], submission=name) if scores else None
    return StudentGrade(grade, who or Identity(), "A", group, record)


def full(**scores):
    """Everything earned but what is said."""
    return {**WORTH, **scores}


WHO = {
    "ada": Identity("678", "123", "al1", "ada@uni.edu", "0042", "ada-l", "Ada Lovelace"),
    "ben": Identity("679", "124", "bb2", "ben@uni.edu", "0043", "", "Ben Groß"),
    "li": Identity("680", "125", "li3", "li@uni.edu", "0044", "", "李 小龙"),
    "eve": Identity("681", "126", "ev4", "eve@uni.edu", "0045", "", '=HYPERLINK("x"),\n"Eve"'),
    "wim": Identity("682", "127", "ww5", "wim@uni.edu", "0046", "", "Wim Wait"),
    "mo": Identity("683", "128", "mm6", "mo@uni.edu", "0047", "", "Mo Missing"),
    "uri": Identity("684", "129", "uu7", "uri@uni.edu", "0048", "", "Uri Ungraded"),
}
WHEN = datetime(2026, 4, 21, 9, 34, tzinfo=UTC)
STUDENTS = (
    student("ada", full(), WHO["ada"], submitted_at=WHEN, released_at="2026-05-01T00:00:00+00:00"),
    student("ben", full(a=Fraction(7, 3)), WHO["ben"], penalty=Fraction(1, 7), released_at="2026-05-01T00:00:00+00:00"),
    student("eve", full(a=Fraction(0), b=Fraction(0), secret=Fraction(0)), WHO["eve"]),
    student("li", full(b=Fraction(1, 8)), WHO["li"], person=("b",), released_at="2026-05-01T00:00:00+00:00"),
    student("mo", {}, WHO["mo"], status="missing"),
    student("uri", full(a=None), WHO["uri"], status="ungraded"),
    student("wim", full(a=None), WHO["wim"]),
)
GRADES = FinalGrades(
    "hw1", "Homework 1", sum(WORTH.values(), Fraction(0)), {"q1": Fraction(10), "q2": Fraction(10, 3)},
    {(QUESTION[name], name): most for name, most in WORTH.items()}, STUDENTS, "2026-04-21T07:00:00+00:00",
)  # fmt: skip
SCORES = {one.student: one.grade.score for one in STUDENTS}
