"""`grader report`: the class and each student as static pages that open from disk."""

from __future__ import annotations

import importlib.util
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.acting import open_ledger, results_option, say_doubts
from grader.course.folders import Course
from grader.errors import UsageError

if TYPE_CHECKING:
    from grader.sandbox.isolated import Policy

_NEEDS = ("copydetect", "jinja2", "math_core", "matplotlib")


@click.command("report")
@click.argument("assignment")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Where pages go [RESULTS/report].")
@click.option("--no-similarity", is_flag=True, help="Do not look for submissions that are alike.")
@click.option(
    "--sandbox", "policy", type=click.Choice(["auto", "strict", "process"]), default="auto", show_default=True
)
@results_option
def command(assignment: str, out: Path | None, no_similarity: bool, policy: Policy, results: Path | None) -> None:
    """Write the class page of ASSIGNMENT, and one page of feedback for each student.

    A student's page holds what visibility and release allow now, and nothing else; class.html is for instructors alone.
    """
    lacking = [name for name in _NEEDS if importlib.util.find_spec(name) is None]
    if lacking:
        raise UsageError(f"grader report needs {', '.join(lacking)}: install grader with its extra [report]")
    from grader.grading.class_run import default_workers
    from grader.report.pages import write_report
    from grader.report.readings import read_class
    from grader.report.similarity import alike_of_class

    folder, ledger = open_ledger(assignment, results)
    course = Course.around(Path.cwd())
    names = [*ledger.results, *ledger.attempts]
    readings = read_class(course, assignment, ledger.rubric.write_up, names, policy=policy, workers=default_workers())
    newest = {name: reading for name, reading in readings.items() if name not in ledger.attempts}
    find_alike = list if no_similarity else partial(alike_of_class, newest)
    report = write_report(out or folder / "report", ledger, readings, find_alike)
    notes = sorted({reading.note for reading in readings.values() if reading.note})
    for note in notes[:3]:
        click.echo(note, err=True)
    click.echo(f"{report.folder / 'class.html'}, for instructors alone; students/ has {report.n_students} pages")
    say_doubts(ledger)
