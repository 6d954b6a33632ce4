"""`grader calibrate`: where the tolerances of a rubric lie, between right answers and wrong ones."""

from __future__ import annotations

import json
from pathlib import Path

import click

from grader.course.folders import Course

_QUICK_MUTANTS = 60


@click.command("calibrate")
@click.argument("assignment")
@click.option("--only", default="", metavar="CHECK,…", help="Measure these checks alone.")
@click.option(
    "--mutants", type=click.IntRange(0), metavar="N", help="Try at most N mutants, spread over all functions."
)
@click.option("--quick", is_flag=True, help=f"At most {_QUICK_MUTANTS} mutants.")
@click.option(
    "--workers", type=click.IntRange(1, 256), help="Processes at work at a time; as many as cores by default."
)
@click.option("--json", "as_json", is_flag=True, help="Print the distances as JSON and nothing else.")
def command(assignment: str, only: str, mutants: int | None, quick: bool, workers: int | None, as_json: bool) -> None:
    """Measure per check of ASSIGNMENT how far right answers lie apart, how near wrong ones come, and what to write.

    Exit code 0 whatever is found: a tolerance is the instructor's to choose.
    """
    from rich.console import Console

    from grader.validation.progress import progress_line

    course = Course.around(Path.cwd())
    with progress_line(quiet=as_json) as tell:
        tell(f"reading {assignment}", 0, 1)  # before what takes a second to import
        from grader.grading.class_run import default_workers
        from grader.validation.calibrating import calibrate
        from grader.validation.plot import plot
        from grader.validation.validating import Extent

        extent = Extent(_QUICK_MUTANTS if quick and mutants is None else mutants, workers=workers or default_workers())
        found = calibrate(course, assignment, extent, tell, list(filter(None, only.split(","))))
    if as_json:
        click.echo(
            json.dumps({"schema": 1, "assignment": assignment, "checks": [c.to_json() for c in found]}, indent=2)
        )
        return
    console = Console(highlight=False)
    if only:
        console.print("measured alone: what other checks tell of these wrong answers is not asked", style="dim")
    for line in plot(found):
        console.print(line)
