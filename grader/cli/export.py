"""`grader export`: final grades as files, and into the sheets of learning platforms."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.acting import Say, open_ledger, results_option, say_doubts
from grader.errors import UsageError, display
from grader.export.escaping import terminal
from grader.export.grades import Exporter, FinalGrades, GradeStyle, exporter, exporters
from grader.sheets import NAMES as PLATFORMS

if TYPE_CHECKING:
    from grader.sheets.filling import Filled

# What stands for standard output where a file is asked for.
_STDOUT = Path("-")


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
    "--out",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Where it goes [results/ASSIGNMENT/export/]; - is standard output, for one file.",
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
    for_sheets = [option for option, given in (("column", column), ("overwrite", overwrite), ("scale", scale)) if given]
    if into is None and for_sheets:
        raise UsageError(f"--{for_sheets[0]} is about a sheet that is filled: name it with --into, or leave it out")
    if feedback and (name != "moodle" or into is None):
        raise UsageError("--feedback is for --format moodle alone, with --into SHEET")
    chosen = None if into else exporter(name)
    if out == feedback == _STDOUT:
        raise UsageError("--out - and --feedback - cannot both be standard output: name a file for one of them")
    folder, ledger = open_ledger(assignment, results)
    grades, style = collect(ledger), GradeStyle(decimals, missing == "zero")
    # Where a file goes to standard output, nothing else does.
    say = partial(click.echo, err=_STDOUT in (out, feedback))
    if into:
        sheet = _Sheet(name, into, column, out or folder / "export" / into.name)
        _into(sheet, grades, style, overwrite, scale, feedback, say)
    elif chosen:
        _write(chosen, chosen.write(grades, style), out, folder / "export", say)
        _say_open(grades, style, say)
    strangers = "Handed in, and not on the roster (gone, or under another id)"
    _list(strangers, ledger.strangers, say)
    say_doubts(ledger, say)
    if any(one.grade.status == "ungraded" for one in grades.students):
        raise SystemExit(1)


def _write(exporter: Exporter, files: dict[str, bytes], out: Path | None, folder: Path, say: Say) -> None:
    """One file goes to `out`, several into it as a folder; each whole or not at all."""
    if len(files) == 1 and all("/" not in name for name in files):
        [(name, data)] = files.items()
        _deliver(out or folder / name, data, say)
        return
    if out == _STDOUT:
        raise UsageError(
            f"--format {exporter.name} writes a file a student, and standard output holds one: name a folder with --out"
        )
    for name, data in files.items():
        _replace((out or folder) / name, data)
    say(f"Wrote {len(files)} files in {display(out or folder)}")


def _deliver(path: Path, data: bytes, say: Say) -> None:
    """Write a file and say so; `-` is standard output."""
    if path == _STDOUT:
        click.echo(data, nl=False)
        return
    _replace(path, data)
    say(f"Wrote {display(path)}")


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
    wanted: _Sheet,
    grades: FinalGrades,
    style: GradeStyle,
    overwrite: bool,
    scale: bool,
    feedback: Path | None,
    say: Say,
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
    # Made before anything is written: what refuses it leaves no half of an export behind.
    archive, waiting = moodle_zip(sheet, filled.people, grades, style) if feedback else (b"", [])
    where = "standard output" if wanted.out == _STDOUT else display(wanted.out)
    if wanted.out == _STDOUT:
        click.echo(filled.data, nl=False)
    else:
        _replace(wanted.out, filled.data)
    _say_filled(filled, where, (*sheet.notes, *filled.notes), say)
    if feedback:
        _deliver(feedback, archive, say)
        _list("No feedback, since the grade is not released", waiting, say)


def _say_filled(filled: Filled, where: str, notes: Sequence[str], say: Say) -> None:
    from grader.sheets.filling import says_nothing

    say(f"{len(filled.changes)} cells filled, {filled.unchanged} as they were → {where}")
    replaced = [one for one in filled.changes if not says_nothing(one.before)]
    _list("Replaced", [f"{one.student}: {one.before} → {one.after}" for one in replaced], say)
    _list("Left as it is", [f"{student}: {why}" for student, why in filled.kept], say)
    _list("In the sheet, and not in the class", filled.strangers, say)
    _list("In the class, and not in the sheet", filled.absent, say)
    _list("Note", notes, say)


def _say_open(grades: FinalGrades, style: GradeStyle, say: Say) -> None:
    """Whose score is not there yet, and why."""
    waiting = [f"{one.student}: {one.grade.status}" for one in grades.students if style.score(one.grade) is None]
    _list("Without a score", waiting, say)


def _list(title: str, lines: Sequence[str], say: Say) -> None:
    if lines:
        say(f"{title} ({len(lines)}):")
        for line in lines:
            say(f"  {terminal(line, keep_newlines=False)}")
