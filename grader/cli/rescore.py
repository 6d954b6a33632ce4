"""`grader rescore`: the rubric's points on verdicts that are there, without running anything."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import click

from grader.cli.acting import results_option
from grader.course.folders import Course
from grader.export.escaping import terminal
from grader.model.grade import rounded_text
from grader.results.diff import changes
from grader.results.ledger import Ledger
from grader.results.machine import require_results
from grader.results.rescoring import rescore
from grader.results.store import Store
from grader.rubric.loading import load
from grader.terminal.differences import differences


@click.command("rescore")
@click.argument("assignment")
@results_option
def command(assignment: str, results: Path | None) -> None:
    """Add up the results of ASSIGNMENT with the points and visibilities that its rubric states now."""
    course = Course.around(Path.cwd())
    rubric = load(course.rubric(assignment))
    folder = results or course.results(assignment)
    require_results(folder, rubric)
    then = {grade.student: grade.score for grade in Ledger.read(course, assignment, folder).grades()}
    store = Store(folder, renew=False)
    try:
        ids = list(store.names())
        before = store.lines(ids)
        outdated = rescore(store, rubric)
        after = store.write(ids)
    finally:
        store.close()
    differences(changes(before, after), len(after), "changed")
    now = {grade.student: grade.score for grade in Ledger.read(course, assignment, folder).grades()}
    final = [
        f"{student}: {_score_text(then.get(student))} → {_score_text(score)}"
        for student, score in now.items()
        if then.get(student) != score
    ]
    if final:
        click.echo(f"{len(final)} final grades changed, with what people gave:")
        for line in final:
            click.echo(f"  {terminal(line)}")
    if outdated:
        click.echo(
            f"{len(outdated)} have not been graded on {terminal(', '.join(outdated))}: run grader grade {assignment}"
        )


def _score_text(score: Fraction | None) -> str:
    return "not settled" if score is None else rounded_text(score)
