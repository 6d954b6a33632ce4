"""`grader override`: a person's word on one check of one student."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import click

from grader.cli.acting import actor_option, open_ledger, results_option, who
from grader.errors import UsageError
from grader.export.escaping import terminal
from grader.model.grade import FinalGrade, points_text, rounded_text
from grader.results.acts import NewAct
from grader.results.deeds import lost_word, override_act, withdrawal
from grader.results.gradebook import Gradebook
from grader.results.lookup import known_check, known_student, score_within
from grader.rubric import CheckSpec


@click.command("override")
@click.argument("assignment")
@click.argument("student")
@click.argument("check")
@click.option("--score", metavar="P", help="Points from 0 to what the check is worth: 2, 0.5 or 1/3.")
@click.option("--comment", default="", metavar="T", help="What the student reads.")
@click.option("--withdraw", is_flag=True, help="Take back what people said; the machine's word holds again.")
@click.option("--before-penalty", is_flag=True, help="Lateness takes its share of this score too.")
@click.option("--attempt", type=click.IntRange(1), metavar="N", help="An attempt before the newest, where those count.")
@actor_option
@results_option
def command(
    assignment: str,
    student: str,
    check: str,
    score: str | None,
    comment: str,
    withdraw: bool,
    before_penalty: bool,
    attempt: int | None,
    actor: str,
    results: Path | None,
) -> None:
    """Give CHECK of STUDENT a score, or a comment; it stands whatever is graded again, until the answer changes."""
    folder, ledger = open_ledger(assignment, results)
    student = known_student(ledger, student)
    if withdraw and score is None and (gone := lost_word(ledger, student, check)):
        with Gradebook(folder) as gradebook:
            gradebook.append(NewAct("withdraw", who(actor), student=gone, check=check, reason=comment))
        click.echo(f"{terminal(gone)} {terminal(check)}: taken back; the rubric has no such check any more")
        return
    spec = known_check(ledger.rubric, check)
    if withdraw and score is not None:
        raise UsageError("--withdraw takes a score back and --score gives one; leave one of them out")
    if withdraw:
        act = withdrawal(ledger, student, spec, who(actor), comment)
    elif score is None and not comment.strip():
        raise UsageError(f"expected --score P, --comment T or --withdraw; {spec.id} is worth {spec.points}")
    else:
        points = None if score is None else score_within(score, spec)
        act = override_act(
            ledger,
            student,
            spec,
            who(actor),
            score=points,
            comment=comment.strip(),
            before_penalty=before_penalty,
            attempt=attempt,
        )
    with Gradebook(folder) as gradebook:
        gradebook.append(act)
    _, ledger = open_ledger(assignment, results)
    grades = [grade for grade in ledger.grades() if student in (grade.student, grade.submission)]
    for grade in grades:  # of a group, everybody's
        total = _waiting_note(len(grade.waiting)) if grade.score is None else f"{rounded_text(grade.score)} in all"
        click.echo(f"{terminal(grade.student)} {_outcome(grade, spec, act, attempt)}; {total}")
    if comment.strip() and spec.visibility == "hidden" and not withdraw:
        click.echo(f"note: {spec.id} is hidden: students see what it adds to their sum, and no comment on it")
    for warning in dict.fromkeys(warning for grade in grades for warning in grade.warnings):
        click.echo(f"note: {terminal(warning)}")


def _outcome(grade: FinalGrade, spec: CheckSpec, act: NewAct, attempt: int | None) -> str:
    """What holds of the check now; of another attempt than the one that counts what was said."""
    if attempt is not None and attempt != grade.attempt:
        said = f"{points_text(Fraction(act.value))} of {points_text(spec.points)}" if act.value else "a comment"
        return f"{spec.id}, attempt {attempt}: {said}"
    after = next(one for one in grade.checks if one.id == spec.id)
    score = "–" if after.score is None else points_text(after.score)
    return f"{spec.id}: {score} of {points_text(after.max_score)}, {terminal(after.reason)}"


def _waiting_note(count: int) -> str:
    return f"{count} check{'s wait' if count != 1 else ' waits'}"
