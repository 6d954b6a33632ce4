"""A final grade in the shape of a machine's result, for formats that show checks one by one."""

from __future__ import annotations

from fractions import Fraction

from grader.export.grades import GradeStyle, StudentGrade
from grader.model.grade import CheckGrade, QuestionGrade, points_text, round_points
from grader.model.record import CheckRecord, QuestionRecord, ResultRecord, Status, status_of

# What a request was answered with that was closed without a word.
LOOKED_AT_AGAIN = "looked at again, as it stands here"


def final_record(one: StudentGrade, style: GradeStyle) -> ResultRecord | None:
    """What the machine found, with a person's word over it; None where nothing was graded."""
    if one.record is None or one.grade.status == "missing":
        return None
    questions = [_question(question, style) for question in one.grade.questions]
    score = style.score(one.grade)
    status = status_of([check["status"] for question in questions for check in question["checks"]])
    return {
        **one.record,
        "submission": one.student,
        "status": status if score is None else "graded",
        "score": None if score is None else _number(score, style),
        "max_score": _number(one.grade.max_score, style),
        "notes": [*one.record["notes"], *([one.grade.lateness] if one.grade.lateness else [])],
        "questions": questions,
    }


def _question(question: QuestionGrade, style: GradeStyle) -> QuestionRecord:
    checks = [entry for check in question.checks if (entry := _check(check, style)) is not None]
    settled = sum((check.score or Fraction(0) for check in question.checks), Fraction(0))
    is_ungraded = any(check["status"] == "ungraded" for check in checks)
    return {
        "id": question.id,
        "score": None if is_ungraded else _number(settled, style),
        "max_score": _number(question.max_score, style),
        "checks": checks,
    }


def _check(check: CheckGrade, style: GradeStyle) -> CheckRecord | None:
    if check.entry is None:
        return None
    status = _status(check)
    return {
        **check.entry,
        "status": status,
        "score": None if status == "ungraded" else _number(check.score or Fraction(0), style),
        "max_score": _number(check.max_score, style),
        "feedback": "\n".join(filter(None, (*_said_by_people(check), check.entry["feedback"]))),
    }


def _said_by_people(check: CheckGrade) -> list[str]:
    """What a student reads of people: the comment, the items that were ticked, the answers to requests."""
    said = [f"A person writes: {check.comment}"] if check.comment else []
    said += [f"{points_text(points)}: {text}" for text, points in check.items]
    said += [f"You asked: {asked}\nThe answer: {answer or LOOKED_AT_AGAIN}" for asked, answer in check.answered]
    return said


def _status(check: CheckGrade) -> Status:
    """How it ended once a person has spoken; what still waits is said to wait."""
    if check.score is None:
        return "ungraded" if check.status == "ungraded" else "needs_review"
    if check.source != "person":
        return check.entry["status"] if check.entry else "failed"
    return "passed" if check.score == check.max_score else "partial" if check.score > 0 else "failed"


def _number(points: Fraction, style: GradeStyle) -> float:
    return float(round_points(points, style.decimals))
