"""Final grades as JSON: everything, with the exact fractions that a decimal would lose; and a line a student."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any

from grader.export.decimals import as_number, rounded_and_exact
from grader.export.grades import FinalGrades, GradeStyle, StudentGrade
from grader.model.grade import CheckGrade, QuestionGrade, ScoreLine

SCHEMA = 1
_POINTS = {"type": ["number", "null"]}
_EXACT = {"type": ["string", "null"], "pattern": r"^-?\d+(/\d+)?$"}
_SCORED = {"score": _POINTS, "score_exact": _EXACT, "max_score": {"type": "number"}, "max_score_exact": _EXACT}
_TEXTS = {"type": "object", "additionalProperties": {"type": "string"}}


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": [*properties], "additionalProperties": False}


_TEXT, _STATUS = {"type": "string"}, {"enum": ["graded", "needs_review", "ungraded", "missing"]}
_CHECK = _object(
    id=_TEXT, part=_TEXT, visibility=_TEXT, status=_TEXT, **_SCORED, source={"enum": ["machine", "person", "nobody"]},
    actor=_TEXT, comment=_TEXT, reason=_TEXT,
    items={"type": "array", "items": _object(text=_TEXT, points={"type": "number"}, points_exact=_EXACT)},
    requests={"type": "array", "items": _object(text=_TEXT, answer=_TEXT)},
)  # fmt: skip
_QUESTION = _object(id=_TEXT, title=_TEXT, **_SCORED, checks={"type": "array", "items": _CHECK})
_LINE = _object(text=_TEXT, points={"type": "number"}, points_exact=_EXACT, check=_TEXT)
STUDENT_SCHEMA = _object(
    student=_TEXT, who=_TEXTS, section=_TEXT, group=_TEXT, submission=_TEXT, status=_STATUS, **_SCORED,
    attempt={"type": "integer", "minimum": 0}, submitted_at={"type": ["string", "null"]}, lateness=_TEXT,
    released_at=_TEXT, released_score=_POINTS, lines={"type": "array", "items": _LINE},
    questions={"type": "array", "items": _QUESTION}, warnings={"type": "array", "items": _TEXT},
)  # fmt: skip
# What `grades.json` looks like, for whoever reads it.
DOCUMENT_SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    **_object(
        schema={"const": SCHEMA},
        assignment=_TEXT,
        title=_TEXT,
        due=_TEXT,
        max_score={"type": "number"},
        max_score_exact=_EXACT,
        students={"type": "array", "items": STUDENT_SCHEMA},
    ),
}


def student_document(one: StudentGrade, style: GradeStyle) -> dict[str, Any]:
    """One student's final grade as plain data."""
    grade = one.grade
    return {
        "student": one.student,
        "who": {name: text for name, text in asdict(one.who).items() if text},
        "section": one.section,
        "group": one.group,
        "submission": grade.submission,
        "status": grade.status,
        **_score_entry(style.score(grade), grade.max_score, style),
        "attempt": grade.attempt,
        "submitted_at": grade.submitted_at.isoformat() if grade.submitted_at else None,
        "lateness": grade.lateness,
        "released_at": grade.released_at,
        "released_score": _number(grade.released_score, style),
        "lines": [_line(line, style) for line in grade.lines],
        "questions": [_question(question, style) for question in grade.questions],
        "warnings": list(grade.warnings),
    }


def _line(line: ScoreLine, style: GradeStyle) -> dict[str, Any]:
    points, exact = rounded_and_exact(line.points, style.decimals)
    return {"text": line.text, "points": points, "points_exact": exact, "check": line.check}


def _question(question: QuestionGrade, style: GradeStyle) -> dict[str, Any]:
    head = {"id": question.id, "title": question.title}
    checks = [_check(check, style) for check in question.checks]
    return {**head, **_score_entry(question.score, question.max_score, style), "checks": checks}


def _check(check: CheckGrade, style: GradeStyle) -> dict[str, Any]:
    return {
        "id": check.id,
        "part": check.part,
        "visibility": check.visibility,
        "status": check.status,
        **_score_entry(check.score, check.max_score, style),
        "source": check.source,
        "actor": check.actor,
        "comment": check.comment,
        "reason": check.reason,
        "items": [_item(text, points, style) for text, points in check.items],
        "requests": [{"text": asked, "answer": answer} for asked, answer in check.answered],
    }


def _item(text: str, points: Fraction, style: GradeStyle) -> dict[str, Any]:
    worth, exact = rounded_and_exact(points, style.decimals)
    return {"text": text, "points": worth, "points_exact": exact}


def _score_entry(score: Fraction | None, most: Fraction, style: GradeStyle) -> dict[str, Any]:
    earned, exact = (None, None) if score is None else rounded_and_exact(score, style.decimals)
    worth, worth_exact = rounded_and_exact(most, style.decimals)
    return {"score": earned, "score_exact": exact, "max_score": worth, "max_score_exact": worth_exact}


def _number(points: Fraction | None, style: GradeStyle) -> float | None:
    return None if points is None else as_number(points, style.decimals)


def _text(value: Any) -> bytes:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8", "backslashreplace")  # what UTF-8 cannot bear becomes JSON's own escape


@dataclass(frozen=True)
class Json:
    """`grades.json`."""

    name: str = "json"

    def write(self, grades: FinalGrades, style: GradeStyle) -> dict[str, bytes]:
        """One document, with a line a student: Python indents ten times slower than it writes."""
        head = {
            "schema": SCHEMA,
            "assignment": grades.assignment,
            "title": grades.title,
            "due": grades.due,
            "max_score": _number(grades.max_score, style),
            "max_score_exact": str(grades.max_score),
        }
        students = b",\n".join(_text(student_document(one, style)) for one in grades.students)
        return {"grades.json": _text(head).removesuffix(b"}") + b', "students": [\n' + students + b"\n]}\n"}


@dataclass(frozen=True)
class JsonLines:
    """`grades.jsonl`."""

    name: str = "jsonl"

    def write(self, grades: FinalGrades, style: GradeStyle) -> dict[str, bytes]:
        """A line a student."""
        lines = [_text({"assignment": grades.assignment, **student_document(one, style)}) for one in grades.students]
        return {"grades.jsonl": b"".join(line + b"\n" for line in lines)}


EXPORTERS: dict[str, Json | JsonLines] = {"json": Json(), "jsonl": JsonLines()}
