"""`grader check`: a student's own look at their work, before anybody else looks at it."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from grader.checking import Visible
    from grader.sandbox import Sandbox
    from grader.sandbox.forked import Policy
    from grader.submission import Submission
    from grader.verdict import Result

# Files are looked at this often even where the system tells nothing, as on some network folders.
_LOOK_MS = 500


@click.command("check")
@click.argument("path", type=click.Path(exists=True, path_type=Path), default=".")
@click.option("--only", default="", metavar="Q2,Q3", help="Check these questions alone.")
@click.option("--watch", is_flag=True, help="Go on: whenever a file is saved, run the checks that it touches.")
@click.option(
    "--assignment", default="", metavar="HW1", help="What PATH is checked against, if its place does not say."
)
@click.option(
    "--sandbox",
    "policy",
    type=click.Choice(["auto", "strict", "process"]),
    default="auto",
    show_default=True,
    help="auto: a sandbox where this machine has one, else a plain child process; it is your own code.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as one line of JSON and nothing else.")
def command(path: Path, only: str, watch: bool, assignment: str, policy: Policy, as_json: bool) -> None:
    """Run the visible checks on your own work in PATH, by default the folder that you are in.

    PATH is any folder or file of a kit, or of a submission in a course. Exit code 0 whatever the points, 1 where a
    check could not be run, 2 for a wrong call.
    """
    from grader.errors import UsageError
    from grader.sandbox.own import OwnCodeSandbox
    from grader.work import found, modules_of

    if watch and as_json:
        raise UsageError("--watch goes on and --json prints one line: leave one of them out")
    work = found(path, assignment)
    sandbox = OwnCodeSandbox(modules_of(work), policy, keeps_spare=watch)
    try:
        sandbox.start()  # it loads while we do
        from grader.checking import visible
        from grader.store import jsonl
        from grader.submission import read_folder
        from grader.terminal import Progress

        wanted = frozenset(filter(None, only.lower().split(",")))
        with Progress(quiet=as_json or not sys.stderr.isatty()).preparing(work.assignment) as prepared:
            loaded = visible(work, wanted, prepared)
        submission = read_folder(work.submission)
        if as_json:
            from grader.grading import grade

            result = grade(loaded.assignment, submission, sandbox)
            sys.stdout.write(jsonl([result.to_json()]))
        else:
            result = _taught(loaded, sandbox, submission)
        if watch:
            _watch(loaded, sandbox, work.submission, submission, result)
    finally:
        sandbox.close()
    if result.status == "ungraded":
        raise SystemExit(1)


def _taught(loaded: Visible, sandbox: Sandbox, submission: Submission) -> Result:
    """Run everything, and print each question as it is done."""
    from grader.grading import grade
    from grader.terminal.details import console
    from grader.terminal.lesson import Lesson

    lesson = Lesson(console(), loaded.assignment.rubric, loaded.left_out)
    result = grade(loaded.assignment, submission, sandbox, progress=lesson.take)
    lesson.summary(result)
    return result


def _watch(loaded: Visible, sandbox: Sandbox, folder: Path, before: Submission, result: Result) -> None:
    """Run again what a change touches, until Ctrl-C, which is the ordinary way to end this."""
    import watchfiles

    from grader.errors import SubmissionError
    from grader.grading import grade
    from grader.submission import read_folder
    from grader.terminal.details import console
    from grader.terminal.lesson import Lesson
    from grader.watching import changed, half_typed, merged, restricted, touched

    screen = console()
    lesson = Lesson(screen, loaded.assignment.rubric, loaded.left_out)
    lesson.waits(folder)
    due: frozenset[str] = frozenset()
    changes = watchfiles.watch(
        folder, debounce=200, step=20, rust_timeout=_LOOK_MS, yield_on_timeout=True, raise_interrupt=True
    )
    try:
        for _ in changes:
            try:
                after = read_folder(folder)
            except SubmissionError:  # in the middle of being replaced
                continue
            if not (names := changed(before, after)):
                continue
            due |= touched(loaded.assignment, before, after)
            before, started = after, time.perf_counter()
            again = grade(restricted(loaded.assignment, due), after, sandbox)
            if (broken := half_typed(again)) is not None:  # what was known stays until it can be read
                lesson.stays(broken)
                continue
            result = merged(result, again)
            lesson.again(result, names, due, time.perf_counter() - started)
            due = frozenset()
            lesson.waits(folder)
    except KeyboardInterrupt:
        screen.print()
