"""PrairieLearn's table for manual uploads of scores."""

from __future__ import annotations

import json
from dataclasses import dataclass
from fractions import Fraction

from grader.export.grades import FinalGrades, GradeStyle, StudentGrade
from grader.export.grades.table import Value, csv_text
from grader.model.grade import round_points

_HEADERS = ("uid", "qid", "submission_id", "score_perc", "feedback", "partial_scores")


@dataclass(frozen=True)
class PrairieLearnGrades:
    """`prairielearn.csv` with a percentage a student; whose score is not settled has no row."""

    name: str = "prairielearn"

    def write(self, grades: FinalGrades, style: GradeStyle) -> dict[str, bytes]:
        """One row a student whose score is settled: an upload has no word for one that is not."""
        settled = [one for one in grades.students if style.score(one.grade) is not None]
        rows = [_HEADERS, *(_row(one, grades, style) for one in settled)]
        return {"prairielearn.csv": csv_text(rows, style.decimals).encode()}


def _row(one: StudentGrade, grades: FinalGrades, style: GradeStyle) -> list[Value]:
    score = style.score(one.grade) or Fraction(0)
    most = one.grade.max_score
    percent = 100 * score / most if most else Fraction(0)
    return [
        one.who.email or one.who.login or one.student, grades.assignment, "", percent, one.grade.lateness,
        json.dumps(_parts(one)),
    ]  # fmt: skip


def _parts(one: StudentGrade) -> dict[str, dict[str, float]]:
    """The share of each question, weighed by what it is worth."""
    return {
        question.id: {
            "score": float(round_points(question.score / question.max_score, 4)),
            "weight": float(question.max_score),
        }
        for question in one.grade.questions
        if question.score is not None and question.max_score
    }


EXPORTERS = {"prairielearn": PrairieLearnGrades()}
