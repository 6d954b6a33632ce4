"""`grader release`: from now on students may see their grades."""

from __future__ import annotations

from pathlib import Path

import click

from grader.cli.acting import actor_option, open_ledger, results_option, say_doubts, who
from grader.errors import UsageError
from grader.export.escaping import terminal
from grader.results.deeds import release_acts, release_withdrawals
from grader.results.gradebook import Gradebook
from grader.results.lookup import students_meant


@click.command("release")
@click.argument("assignment")
@click.argument("students", nargs=-1)
@click.option("--withdraw", is_flag=True, help="Hide the grades of STUDENTS again.")
@actor_option
@results_option
def command(assignment: str, students: tuple[str, ...], withdraw: bool, actor: str, results: Path | None) -> None:
    """Release the grades of ASSIGNMENT that are settled, or of STUDENTS alone; what still waits is listed."""
    folder, ledger = open_ledger(assignment, results)
    wanted = {name for student in students for name in students_meant(ledger, student)}
    if withdraw:
        if not wanted:
            raise UsageError("--withdraw hides the grades of students that are named: name them")
        with Gradebook(folder) as gradebook:
            gradebook.append(*release_withdrawals(ledger, wanted, who(actor)))
        click.echo(f"{len(wanted)} hidden again; pages change with the next grader report {assignment}")
        return
    grades = [grade for grade in ledger.grades() if not wanted or grade.student in wanted]
    acts = release_acts(grades, who(actor))
    if acts:
        with Gradebook(folder) as gradebook:
            gradebook.append(*acts)
    before = sum(grade.is_released for grade in grades)
    click.echo(f"{len(acts)} released" + (f", {before} were released before" if before else ""))
    nothing = [terminal(grade.student) for grade in grades if wanted and grade.status == "missing"]
    if nothing:
        click.echo(f"{len(nothing)} handed in nothing, so there is no grade to release: {', '.join(nothing)}")
    waiting = [grade for grade in grades if grade.score is None and grade.status != "missing"]
    if waiting:
        names = ", ".join(
            f"{terminal(grade.student)} ({len(grade.waiting) or 'an earlier attempt'})" for grade in waiting[:20]
        )
        click.echo(f"{len(waiting)} wait, with so many checks each: {names}{', …' if len(waiting) > 20 else ''}")
    changed = [terminal(grade.student) for grade in grades if grade.has_changed_since]
    if changed:
        click.echo(f"{len(changed)} have changed since they were released: {', '.join(changed)}")
    say_doubts(ledger)
