"""Final grades as a table: one row a student, and as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from grader.export.decimals import decimal_text
from grader.export.escaping import csv_cell
from grader.export.grades import FinalGrades, GradeStyle, StudentGrade

HEADERS = (
    "student", "name", "login", "email", "sis_id", "section", "group", "status", "score", "max_score", "attempt",
    "submitted_at", "lateness", "released_at",
)  # fmt: skip

Value = str | int | Fraction | None


def headers(grades: FinalGrades) -> list[str]:
    """The table's columns: who, what, then the score of each question."""
    return [*HEADERS, *grades.questions]


def values(one: StudentGrade, grades: FinalGrades, style: GradeStyle) -> list[Value]:
    """A student's row: texts, and points exactly; None where nothing is known."""
    grade, who = one.grade, one.who
    submitted = grade.submitted_at.isoformat() if grade.submitted_at else ""
    scores = {question.id: question.score for question in grade.questions}
    return [
        one.student, who.name, who.login, who.email, who.sis_id, one.section, one.group, grade.status,
        style.score(grade), grade.max_score, grade.attempt, submitted, grade.lateness, grade.released_at,
        *(scores.get(question) for question in grades.questions),
    ]  # fmt: skip


def csv_text(rows: Sequence[Sequence[Value]], decimals: int) -> str:
    """Rows as CSV: numbers as plain decimals, texts so that no spreadsheet takes them for a formula."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerows([[_cell(value, decimals) for value in row] for row in rows])
    return stream.getvalue()


def _cell(value: Value, decimals: int) -> object:
    if isinstance(value, Fraction):
        return decimal_text(value, decimals)
    return "" if value is None else csv_cell(value)


@dataclass(frozen=True)
class Csv:
    """`grades.csv`."""

    name: str = "csv"

    def write(self, grades: FinalGrades, style: GradeStyle) -> dict[str, bytes]:
        """One row a student; a score that is not settled is left empty."""
        rows: list[Sequence[Value]] = [headers(grades), *(values(one, grades, style) for one in grades.students)]
        return {"grades.csv": csv_text(rows, style.decimals).encode()}


EXPORTERS = {"csv": Csv()}
