"""What the commands that act on grades share: where the results are, and who acts."""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from grader.course.folders import Course
from grader.export.escaping import terminal
from grader.results.ledger import Ledger, several_text
from grader.results.lookup import actor_name

# Prints a line.
Say = Callable[[str], None]

results_option = click.option(
    "--results", type=click.Path(file_okay=False, path_type=Path), help="Where they are [results/ASSIGNMENT]."
)
actor_option = click.option("--as", "actor", default="", metavar="NAME", help="Who acts; by default the account.")


def open_ledger(assignment: str, results: Path | None) -> tuple[Path, Ledger]:
    """The results folder of an assignment of the course that one is in, and all that its grades rest on."""
    course = Course.around(Path.cwd())
    course.rubric(assignment)
    # Hundreds of thousands of values that are all needed until the end: looking for rubbish among them finds none.
    gc.set_threshold(200_000, 50, 50)
    folder = results or course.results(assignment)
    return folder, Ledger.read(course, assignment, folder)


def who(actor: str) -> str:
    """Who acts, as one line."""
    return " ".join(actor.split()) or actor_name()


def say_doubts(ledger: Ledger, say: Say = click.echo) -> None:
    """Tell what makes scores doubtful before they go anywhere: a rubric that has changed, a student in two groups."""
    if n := len(ledger.outdated):
        name = ledger.rubric.assignment
        say(
            f"note: the checks or points of rubrics/{name}.yaml have changed since {n} of {len(ledger.results)} "
            f"were graded, whose scores are out of what it said then: run grader grade {name}"
        )
    for student, submissions in ledger.in_several.items():
        say(f"note: {terminal(student)} {terminal(several_text(submissions))}")


def refuse_together(**given: Any) -> None:
    """Refuse options that exclude each other.

    Raises:
        UsageError: more than one was given.
    """
    names = [f"--{name.replace('_', '-')}" for name, value in given.items() if value]
    if len(names) > 1:
        raise click.UsageError(f"{' and '.join(names)} exclude each other; leave one out")
