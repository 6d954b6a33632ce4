"""The final grades of a class with who everybody is elsewhere, ready for other programs."""

from __future__ import annotations

from grader.export.grades import FinalGrades, StudentGrade
from grader.intake.folders import identity_of_record
from grader.model.grade import FinalGrade
from grader.model.identity import Identity
from grader.results.ledger import Ledger


def collect(ledger: Ledger) -> FinalGrades:
    """All final grades of an assignment, by student."""
    rubric = ledger.rubric
    return FinalGrades(
        assignment=rubric.assignment,
        title=rubric.title,
        max_score=rubric.points,
        questions={question.id: question.points for question in rubric.questions},
        checks={(question.id, check.id): check.points for question in rubric.questions for check in question.checks},
        students=tuple(_student(ledger, grade) for grade in ledger.grades()),
        due=rubric.late.due.isoformat() if rubric.late else "",
    )


def _student(ledger: Ledger, grade: FinalGrade) -> StudentGrade:
    """A grade with what the roster and the import know of its student."""
    row = ledger.row_of(grade.student)
    handed_in = ledger.records.get(grade.submission or grade.student)
    who = row.identity if row else Identity()
    if handed_in is not None and not handed_in.group:
        who = who.fill(identity_of_record(handed_in))
    result = ledger.result_of(grade)
    group = (handed_in.group if handed_in else "") or (
        grade.submission if grade.submission not in ("", grade.student) else ""
    )
    return StudentGrade(grade, who, row.section if row else "", group, result.line if result else None)
