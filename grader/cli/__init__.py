"""The command `grader`; each sub-command lives in a module that is imported only when it runs."""

from __future__ import annotations

import gc
import sys
from importlib import import_module

import click

from grader.errors import GraderError
from grader.threads import use_one_thread

_COMMANDS = {
    "ci": "Check a submission's repository in CI: JUnit, a summary, annotations, an exit code.",
    "grade": "Grade every submission of an assignment.",
    "check": "Check your own work, as a student.",
    "kit": "Make what students get: checks they can run, without the answers.",
    "new": "Make a new assignment that already runs.",
    "replay": "Find one recorded verdict again, from its seed and files.",
    "validate": "Try out a rubric: what is right passes, what is wrong is caught.",
    "calibrate": "Measure where the tolerances of a rubric should lie.",
    "doctor": "Try the forbidden acts and say which layers of the sandbox hold.",
}


class _Lazy(click.Group):
    """Finds sub-commands by name in modules of the same name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = import_module(f"grader.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(sorted(_COMMANDS.items()))


# Loading torch and judging leave little garbage that is circular: a tenth of the one and a twentieth of the other went
# by looking for it after every 700 objects.
COLLECT_AFTER = 20_000


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="grader")
def cli() -> None:
    """Autograding for numerical and deep-learning coursework."""


def main() -> None:
    """The entry point.

    Exit codes: 0 done, 1 something is ungraded, 2 usage or rubric, 3 our bug, 4 too few points, 130 interrupted.
    """
    use_one_thread()
    gc.set_threshold(COLLECT_AFTER)
    try:
        cli(standalone_mode=False)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (KeyboardInterrupt, click.Abort):
        sys.exit(130)
    except GraderError as error:
        click.echo(f"grader: {error}", err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.exit(0)
    except Exception:
        import traceback

        traceback.print_exc()
        click.echo("grader: this is a bug of grader's own; no grade was changed by it", err=True)
        sys.exit(3)
    finally:
        gc.freeze()  # else the interpreter looks through all of torch once more before it ends: 0.3 s
