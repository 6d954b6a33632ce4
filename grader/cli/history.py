"""`grader history`: how a student's score came about, act by act and line by line."""

from __future__ import annotations

from pathlib import Path

import click

from grader.cli.acting import open_ledger, results_option
from grader.export.escaping import terminal
from grader.model.grade import FinalGrade, points_text, round_points, rounded_text
from grader.results.acts import Act
from grader.results.lookup import known_check, known_student


@click.command("history")
@click.argument("assignment")
@click.argument("student")
@click.argument("check", required=False)
@results_option
def command(assignment: str, student: str, check: str | None, results: Path | None) -> None:
    """Show every act that concerns STUDENT, and the lines that the score is the sum of."""
    _, ledger = open_ledger(assignment, results)
    student = known_student(ledger, student)
    wanted = known_check(ledger.rubric, check).id if check else ""
    grades = [one for one in ledger.grades() if student in (one.student, one.submission)]
    if any(one.student == student for one in grades):
        grades = [one for one in grades if one.student == student]
    names = {student} | {name for one in grades for name in (one.student, one.submission)}
    acts = [
        act
        for act in ledger.acts
        if any(member.student in names for member in act.members) and (not wanted or act.check in ("", wanted))
    ]
    for act in acts:
        click.echo(_as_entry(_describe(act)))
    if not acts:
        click.echo(f"Nobody has acted on {student} yet.")
    for grade in grades:
        heading = [f"{grade.student}:"] if len(grades) > 1 else []
        for line in (*heading, *_sum(grade, wanted)):
            click.echo(_as_entry(line))


def _as_entry(text: str) -> str:
    """One entry of what is printed; whatever somebody wrote, its further lines are never taken for entries."""
    return terminal(text).replace("\n", f"\n{' ' * 12}| ")


def _describe(act: Act) -> str:
    parts = [f"#{act.id}", act.at[:19].replace("T", " ") + " UTC", act.actor, act.kind, act.check]
    parts += [act.value] if act.value else []
    parts += (
        [f"withdraws #{act.supersedes}" if act.kind == "withdraw" else f"to #{act.supersedes}"]
        if act.supersedes
        else []
    )
    return "  ".join(filter(None, parts)) + (f"  {act.reason}" if act.reason else "")


def _sum(grade: FinalGrade, wanted: str) -> list[str]:
    """The sum line by line; what waits has no points yet."""
    lines = [
        f"  {points_text(line.points):>8}  {line.text}" for line in grade.lines if not wanted or line.check == wanted
    ]
    lines += [f"  {'–':>8}  {check.id}: {check.reason}" for check in grade.waiting if not wanted or check.id == wanted]
    if wanted:
        return lines
    if grade.score is None:
        total = f"{points_text(grade.so_far)} so far, of {points_text(grade.max_score)}: {grade.status}"
    else:
        total = f"{rounded_text(grade.score)} of {points_text(grade.max_score)}"
        total += f" (rounded from {points_text(grade.score)})" if round_points(grade.score) != grade.score else ""
    released = f"released {grade.released_at[:19].replace('T', ' ')} UTC" if grade.is_released else "not released"
    since = "; changed since" if grade.has_changed_since else ""
    which = f"; {grade.which}" if grade.which else ""
    return [*lines, f"= {total}; {released}{since}{which}", *(f"note: {warning}" for warning in grade.warnings)]
