"""`grader doctor`: whether the sandbox holds on this machine, or a student's set-up is right."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.errors import SandboxError, UsageError

if TYPE_CHECKING:
    from grader.doctor.examine import Require


@click.command("doctor")
@click.option(
    "--require",
    type=click.Choice(["strong", "any"]),
    default="strong",
    show_default=True,
    help="any: a child process with limits is enough, for code that you trust.",
)
@click.option(
    "--kit",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    is_flag=False,
    flag_value=".",
    metavar="[DIR]",
    help="Say in five lines whether a student's set-up is right, in the kit in DIR.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON and nothing else.")
def command(require: Require, kit: Path | None, as_json: bool) -> None:
    """Try the forbidden acts and say which layers of the sandbox hold.

    Exit code 0 where the machine is fit to grade, 1 where it is not.
    """
    if kit is not None:
        _look_at_kit(kit, as_json)
        return
    if sys.platform != "linux":
        raise SandboxError(f"student code is isolated with Linux's own means, and this is {sys.platform}")
    from rich.console import Console

    from grader.doctor.examine import examine
    from grader.doctor.render import render

    if not as_json:
        click.echo("Attempting forbidden acts, which takes some seconds …", err=True)
    report = examine(require)
    if as_json:
        click.echo(json.dumps(report.to_json(), indent=2))
    else:
        Console(highlight=False).print(render(report))
    if not report.ok:
        raise SystemExit(1)


def _look_at_kit(folder: Path, as_json: bool) -> None:
    """Print what is right and wrong of a student's set-up, each as soon as it is known."""
    from grader.course.workspace import locate_workspace
    from grader.kit.setup import look_at
    from grader.sandbox.fallback import OwnCodeSandbox
    from grader.terminal.details import SIGNS, WRONG, console, print_indented

    work = locate_workspace(folder)
    if work.kind != "kit":
        raise UsageError(f"{folder} is no kit: go to the folder that you were handed out, or name it")
    screen, parts = console(), []
    for part in look_at(work.root, lambda modules: OwnCodeSandbox(modules, "auto")):
        parts.append(part)
        if not as_json:
            sign, style = SIGNS["passed"] if part.is_right else WRONG
            print_indented(screen, f"{sign} {part.text}", 0, style)
    if as_json:
        click.echo(json.dumps([part.to_json() for part in parts], indent=2))
    if not all(part.is_right for part in parts):
        raise SystemExit(1)
