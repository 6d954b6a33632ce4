"""`grader doctor`: whether the sandbox holds on this machine."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

from grader.errors import SandboxError

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
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON and nothing else.")
def command(require: Require, as_json: bool) -> None:
    """Try the forbidden acts and say which layers of the sandbox hold.

    Exit code 0 where the machine is fit to grade, 1 where it is not.
    """
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
