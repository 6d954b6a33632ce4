"""`grader validate`: whether a rubric has teeth, and bites nobody who is right."""

from __future__ import annotations

import json
from pathlib import Path

import click

from grader.course.folders import Course

_QUICK_MUTANTS, _QUICK_SEEDS = 60, 2


@click.command("validate")
@click.argument("assignment")
@click.option(
    "--mutants", type=click.IntRange(0), metavar="N", help="Try at most N mutants, spread over all functions."
)
@click.option("--quick", is_flag=True, help=f"At most {_QUICK_MUTANTS} mutants and {_QUICK_SEEDS} seeds.")
@click.option(
    "--workers", type=click.IntRange(1, 256), help="Processes at work at a time; as many as cores by default."
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON and nothing else.")
def command(assignment: str, mutants: int | None, quick: bool, workers: int | None, as_json: bool) -> None:
    """Try out the rubric of ASSIGNMENT: what is right passes, what is wrong is caught.

    Exit code 0 where it is sound, 1 where teeth are missing, 2 where the rubric or the model answer is wrong.
    """
    from rich.console import Console

    from grader.validation.progress import progress_line

    course = Course.around(Path.cwd())
    with progress_line(quiet=as_json) as tell:
        tell(f"reading {assignment}", 0, 1)  # before what takes a second to import
        from grader.grading.class_run import default_workers
        from grader.validation.rendering import render
        from grader.validation.validating import N_SEEDS, Extent, validate

        extent = Extent(
            mutants=_QUICK_MUTANTS if quick and mutants is None else mutants,
            seeds=_QUICK_SEEDS if quick else N_SEEDS,
            workers=workers or default_workers(),
        )
        report = validate(course, assignment, extent, tell)
    if as_json:
        click.echo(json.dumps(report.to_json(), indent=2))
    else:
        Console(highlight=False).print(render(report))
    if report.exit_code:
        raise SystemExit(report.exit_code)
