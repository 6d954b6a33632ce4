"""nbgrader's own table of grades, quoted as CSV asks for."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from grader.export.grades import FinalGrades, GradeStyle, StudentGrade
from grader.export.grades.table import Value, csv_text
from grader.model.grade import FinalGrade, round_points

_HEADERS = (
    "assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email", "raw_score",
    "late_submission_penalty", "score", "max_score",
)  # fmt: skip


@dataclass(frozen=True)
class NbGraderGrades:
    """`nbgrader.csv`, as `nbgrader export` writes it."""

    name: str = "nbgrader"

    def write(self, grades: FinalGrades, style: GradeStyle) -> dict[str, bytes]:
        """One row a student: score = raw score - penalty."""
        rows: list[list[Value]] = [[*_HEADERS], *(_row(one, grades, style) for one in grades.students)]
        return {"nbgrader.csv": csv_text(rows, style.decimals).encode()}


def _row(one: StudentGrade, grades: FinalGrades, style: GradeStyle) -> list[Value]:
    grade = one.grade
    score = style.score(grade)
    penalty = round_points(_penalty(grade), style.decimals)
    raw = None if score is None else round_points(score, style.decimals) + penalty
    submitted = grade.submitted_at.isoformat(" ") if grade.submitted_at else ""
    last, first = _names(one.who.name)
    known = penalty if score is not None else None
    return [
        grades.assignment, grades.due, submitted, one.student, last, first, one.who.email, raw, known, score,
        grade.max_score,
    ]  # fmt: skip


def _penalty(grade: FinalGrade) -> Fraction:
    """What lateness took of the points earned."""
    return -sum((line.points for line in grade.lines if not line.check and line.points < 0), Fraction(0))


def _names(name: str) -> tuple[str, str]:
    """Last and first name: where no comma says so, the last word is the last name."""
    last, comma, first = name.partition(",")
    if comma:
        return last.strip(), first.strip()
    first, _, last = name.rpartition(" ")
    return last, first


EXPORTERS = {"nbgrader": NbGraderGrades()}
