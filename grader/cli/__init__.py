"""The command `grader`; each sub-command lives in a module that is imported only when it runs."""

from __future__ import annotations

import contextlib
import gc
import keyword
import os
import sys
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import click

from grader import __version__
from grader.cli import faults
from grader.errors import GraderError
from grader.sandbox.threads import use_one_thread

_COMMANDS = {
    "ci": "Check a submission's repository in CI: JUnit, a summary, annotations, an exit code.",
    "export": "Write final grades: a table, JSON, or into the sheet of a learning platform.",
    "import": "Bring a download of Canvas, Moodle, Gradescope, … to the folder of submissions.",
    "grade": "Grade every submission of an assignment.",
    "check": "Check your own work, as a student.",
    "kit": "Make what students get: checks they can run, without the answers.",
    "new": "Make a new assignment that already runs.",
    "replay": "Find one recorded verdict again, from its seed and files.",
    "validate": "Try out a rubric: what is right passes, what is wrong is caught.",
    "calibrate": "Measure where the tolerances of a rubric should lie.",
    "override": "Give a student's check a score of your own, or a comment.",
    "history": "Show how a student's score came about.",
    "release": "Let students see their grades.",
    "review": "Open a page where people grade what waits for them.",
    "report": "Write the class and each student's feedback as pages that open from disk.",
    "rescore": "Add up again with the rubric's points, without running anything.",
    "late": "Show who is late and what it costs; extend, or charge nothing.",
    "doctor": "Try the forbidden acts and say which layers of the sandbox hold.",
}


class _NobodyReads(Exception):
    """Whoever was to read the output has gone."""


@contextlib.contextmanager
def _reported_pipe() -> Iterator[None]:
    """Keep click from taking it for a failure of the command that nobody reads on."""
    try:
        yield
    except BrokenPipeError:
        raise _NobodyReads from None
    except SystemExit as stop:  # so rich says it
        if isinstance(stop.__context__, BrokenPipeError):
            raise _NobodyReads from None
        raise


class _Lazy(click.Group):
    """Finds sub-commands by name in modules of the same name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = f"{cmd_name}_" if keyword.iskeyword(cmd_name) else cmd_name
        command: click.Command = import_module(f"grader.cli.{module}").command
        return command

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        with _reported_pipe():  # it is here that --help is written
            return super().make_context(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        with _reported_pipe():
            return super().invoke(ctx)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(sorted(_COMMANDS.items()))


# Loading torch and judging leave little garbage that is circular: a tenth of the one and a twentieth of the other went
# by looking for it after every 700 objects.
COLLECT_AFTER = 20_000
INTERRUPTED = 130


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="grader")
def cli() -> None:
    """Autograding for numerical and deep-learning coursework."""


def main() -> None:
    """The entry point.

    Exit codes: 0 done, 1 something is ungraded, 2 usage or rubric, 3 our bug, 4 too few points, 130 interrupted (143 by
    SIGTERM, 129 by SIGHUP). What the machine does not give ends with 1 or 2, and one sentence.
    """
    faults.open_closed_streams()
    faults.forget_no_width()
    use_one_thread()
    gc.set_threshold(COLLECT_AFTER)
    faults.heed_signals()
    try:
        cli(standalone_mode=False)
        faults.flush()
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (KeyboardInterrupt, click.Abort):
        sys.exit(faults.exit_code_of_end())
    except SystemExit as stop:
        sys.exit(faults.exit_code_of_end() if stop.code == INTERRUPTED else stop.code)
    except GraderError as error:
        click.echo(f"grader: {error}", err=True)
        sys.exit(error.exit_code)
    except (BrokenPipeError, _NobodyReads):
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # else the interpreter tries to write there once more
        sys.exit(0)
    except Exception as error:
        if (fault := faults.machine_fault(error)) is not None:
            _say(f"grader: {fault}")
            sys.exit(fault.exit_code)
        import traceback

        traceback.print_exc()
        click.echo("grader: this is a bug of grader's own; no grade was changed by it", err=True)
        sys.exit(3)
    finally:
        gc.freeze()  # else the interpreter looks through all of torch once more before it ends: 0.3 s


def _say(text: str) -> None:
    """A line on standard error, where anybody can still read it."""
    with contextlib.suppress(OSError, UnicodeError):
        click.echo(text, err=True)
    for stream in (sys.stdout, sys.stderr):  # what cannot be written is not tried again at the end
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
