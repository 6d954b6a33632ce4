"""`grader export`: final grades as files, and into the sheets of learning platforms."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.acting import open_ledger, results_option
from grader.errors import UsageError, display
from grader.export.escaping import terminal
from grader.export.grades import FinalGrades, GradeStyle, exporter, exporters
from grader.sheets import NAMES as PLATFORMS

if TYPE_CHECKING:
    from grader.sheets.filling import Filled


@click.command("export")
@click.argument("assignment")
@click.option(
    "--format",
    "name",
    required=True,
    metavar="FORMAT",
    help="csv, xlsx, json, jsonl, junit, gradescope, prairielearn, nbgrader; with --into: canvas, moodle, blackboard, "
    "gradescope, brightspace.",
)
@click.option(
    "--into", type=click.Path(path_type=Path), metavar="SHEET", help="The sheet to fill, as it was downloaded."
)
@click.option("--column", default="", metavar="TITLE", help="Its column: the title, or the id [the assignment's name].")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="PATH", help="Where it goes [results/ASSIGNMENT/export/]."
)
@click.option("--overwrite", is_flag=True, help="Replace grades that are in the sheet; each is shown, before → after.")
@click.option("--scale", is_flag=True, help="Scale scores to what the sheet's column is worth.")
@click.option("--missing", type=click.Choice(["zero"]), help="zero: whoever handed in nothing gets a 0.")
@click.option("--decimals", type=click.IntRange(0, 6), default=2, show_default=True, help="Of scores, rounded half up.")
@click.option(
    "--feedback", type=click.Path(path_type=Path), metavar="ZIP", help="Moodle: feedback files of released grades."
)
@results_option
def command(
    assignment: str,
    name: str,
    into: Path | None,
    column: str,
    out: Path | None,
    overwrite: bool,
    scale: bool,
    missing: str | None,
    decimals: int,
    feedback: Path | None,
    results: Path | None,
) -> None:
    """Write the final grades of ASSIGNMENT: what the machine found, people's words over it, and lateness.

    A sheet that was downloaded is filled without another byte changed: students are found by ids, then logins, then
    names; cells whose grade is not settled, and grades that are there, stay as they are.

    Exit code 0, 1 where something is ungraded, 2 for a wrong call or sheet.
    """
    from grader.results.roll import collect

    if into is None and name in PLATFORMS and name not in exporters():
        raise UsageError(f"--format {name} needs --into SHEET, the sheet that was downloaded")
    if into is not None and name not in PLATFORMS:
        raise UsageError(f"--into is for {', '.join(PLATFORMS)}, and --format is {name}")
    if feedback and name != "moodle":
        raise UsageError("--feedback is for --format moodle alone")
    chosen = None if into else exporter(name)
    folder, ledger = open_ledger(assignment, results)
    grades, style = collect(ledger), GradeStyle(decimals, missing == "zero")
    if into:
        _into(
            _Sheet(name, into, column, out or folder / "export" / into.name), grades, style, overwrite, scale, feedback
        )
    elif chosen:
        _write(chosen.write(grades, style), out, folder / "export")
        _say_open(grades, style)
    _list("Handed in, and not on the roster (gone, or under another id)", ledger.strangers)
    if any(one.grade.status == "ungraded" for one in grades.students):
        raise SystemExit(1)


def _write(files: dict[str, bytes], out: Path | None, folder: Path) -> None:
    """One file goes to `out`, several into it as a folder; each whole or not at all."""
    if len(files) == 1 and all("/" not in name for name in files):
        [(name, data)] = files.items()
        _replace(out or folder / name, data)
        click.echo(f"Wrote {display(out or folder / name)}")
        return
    for name, data in files.items():
        _replace((out or folder) / name, data)
    click.echo(f"Wrote {len(files)} files in {display(out or folder)}")


def _replace(path: Path, data: bytes) -> None:
    fresh = path.with_name(f"{path.name}.new-{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_bytes(data)
        fresh.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            fresh.unlink()
        raise UsageError(
            f"{display(path)} cannot be written: {error.strerror or error}; name another with --out"
        ) from None


@dataclass(frozen=True)
class _Sheet:
    """A sheet to fill: whose it is, where it lies, which column, where it goes."""

    platform: str
    path: Path
    column: str
    out: Path


def _into(
    wanted: _Sheet, grades: FinalGrades, style: GradeStyle, overwrite: bool, scale: bool, feedback: Path | None
) -> None:
    from grader.intake.roster import read_sheet
    from grader.sheets import platform
    from grader.sheets.feedback import moodle_zip
    from grader.sheets.filling import fill

    sheet = read_sheet(wanted.path)
    titles = [wanted.column] if wanted.column else [grades.assignment, grades.title]
    try:
        target = platform(wanted.platform).target(sheet, titles)
    except UsageError as error:
        raise UsageError(f"{display(wanted.path)}: {error}") from None
    filled = fill(sheet, target, grades, style, overwrite=overwrite, scale=scale)
    _replace(wanted.out, filled.data)
    _say(filled, wanted.out, (*sheet.notes, *filled.notes))
    if feedback:
        data, waiting = moodle_zip(sheet, filled.people, grades, style)
        _replace(feedback, data)
        click.echo(f"Wrote {display(feedback)}")
        _list("No feedback, since the grade is not released", waiting)


def _say(filled: Filled, out: Path, notes: Sequence[str]) -> None:
    from grader.sheets.filling import says_nothing

    click.echo(f"{len(filled.changes)} cells filled, {filled.unchanged} as they were → {display(out)}")
    _list(
        "Replaced",
        [f"{one.student}: {one.before} → {one.after}" for one in filled.changes if not says_nothing(one.before)],
    )
    _list("Left as it is", [f"{student}: {why}" for student, why in filled.kept])
    _list("In the sheet, and not in the class", filled.strangers)
    _list("In the class, and not in the sheet", filled.absent)
    _list("Note", notes)


def _say_open(grades: FinalGrades, style: GradeStyle) -> None:
    """Whose score is not there yet, and why."""
    waiting = [f"{one.student}: {one.grade.status}" for one in grades.students if style.score(one.grade) is None]
    _list("Without a score", waiting)


def _list(title: str, lines: Sequence[str]) -> None:
    if lines:
        click.echo(f"{title} ({len(lines)}):")
        for line in lines:
            click.echo(f"  {terminal(line, keep_newlines=False)}")
