"""What graders do, as acts: overriding, withdrawing, releasing; each checked against what there is."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from fractions import Fraction

from grader.errors import UsageError
from grader.model.grade import FinalGrade
from grader.results.acts import NewAct, fraction_text
from grader.results.ledger import Ledger, attempt_id
from grader.results.machine import MachineResult
from grader.rubric import CheckSpec


def override_act(
    ledger: Ledger,
    student: str,
    spec: CheckSpec,
    actor: str,
    *,
    score: Fraction | None,
    comment: str,
    before_penalty: bool = False,
    attempt: int | None = None,
) -> NewAct:
    """A person's score of one check, or a comment on it, bound to the answer as it is now.

    What the machine left to a person is a score like any; where the machine's own is overruled, the person's is final,
    and lateness takes nothing of it unless `before_penalty`.

    Args:
        attempt: an attempt before the newest, where the rubric counts those as well.

    Raises:
        UsageError: the student handed nothing in, or it was not graded yet.
    """
    result = _result(ledger, student, attempt)
    check = next((one for one in result.checks if one.entry["id"] == spec.id), None)
    if check is None:
        raise UsageError(f"{spec.id} was not part of what was graded for {student}; run grader grade first")
    overrules = score is not None and check.score is not None and not before_penalty
    detail: dict[str, object] = {} if score is None else {"of": fraction_text(spec.points)}
    return NewAct(
        kind="comment" if score is None else "score",
        actor=actor,
        student=student,
        check=spec.id,
        answer=check.answer,
        files=result.digest,
        value="" if score is None else fraction_text(score),
        reason=comment,
        detail=detail | ({"after_penalty": True} if overrules else {}),
    )


def _result(ledger: Ledger, student: str, attempt: int | None) -> MachineResult:
    submission = _submission(ledger, student)
    record = ledger.records.get(submission)
    if attempt is None or attempt == (record.attempt if record else 1):
        return ledger.results[submission]
    found = ledger.attempts.get(attempt_id(submission, attempt))
    if found is None:
        raise UsageError(
            f"attempt {attempt} of {student} was not graded; earlier ones are graded where the rubric says "
            "attempts: best or attempts: average"
        )
    return found


def _submission(ledger: Ledger, student: str) -> str:
    found = student if student in ledger.results else ledger.submission_of.get(student)
    if found is None:
        raise UsageError(f"{student} handed nothing in, so that there is no answer to give points for")
    return found


def withdrawal(ledger: Ledger, student: str, spec: CheckSpec, actor: str, reason: str) -> NewAct:
    """Takes back all that people said of a check, so that the machine's word holds again.

    Raises:
        UsageError: nobody said anything.
    """
    present = ledger.present
    if not present.words.get((student, spec.id)):
        group = ledger.submission_of.get(student, student)
        if present.words.get((group, spec.id)):
            raise UsageError(
                f"what people said of {spec.id} was said of the whole group {group}: withdraw it of {group}, "
                f"or give {student} another score"
            )
        raise UsageError(f"nobody has given {student} a score or a comment on {spec.id}, so nothing can be withdrawn")
    return NewAct("withdraw", actor, student=student, check=spec.id, reason=reason)


def lost_word(ledger: Ledger, student: str, check: str) -> str:
    """Of whom, the student or the group, people said something on a check that the rubric has no more; else empty."""
    if any(spec.id == check for spec in ledger.rubric.checks):
        return ""
    names = dict.fromkeys((student, ledger.submission_of.get(student, student)))
    return next((name for name in names if ledger.present.words.get((name, check))), "")


def release_withdrawals(ledger: Ledger, students: Collection[str], actor: str) -> list[NewAct]:
    """Takes back the release of some students' grades.

    Raises:
        UsageError: one of them was not released.
    """
    releases = ledger.present.releases
    for student in students:
        if student not in releases:
            raise UsageError(f"the grade of {student} was not released, so nothing can be withdrawn")
    return [NewAct("withdraw", actor, student=name, supersedes=releases[name].id) for name in sorted(students)]


def release_acts(grades: Sequence[FinalGrade], actor: str) -> list[NewAct]:
    """One act for each grade that is settled and not released yet, with what is shown from now on."""
    return [
        NewAct(
            "release",
            actor,
            student=grade.student,
            files=grade.digest,
            value=fraction_text(grade.score),
            detail={
                "checks": {check.id: fraction_text(check.score) for check in grade.checks if check.score is not None}
            },
        )
        for grade in grades
        if grade.score is not None and not grade.is_released
    ]
