"""`grader check`: a student's own look at their work, before anybody else looks at it."""

from __future__ import annotations

import gc
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from grader.grading.student_view import Visible
    from grader.intake.submission import Submission
    from grader.model.verdict import Result
    from grader.sandbox import Sandbox
    from grader.sandbox.isolated import Policy

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
    # One's own work makes fewer objects than this, and most are needed until the end.
    gc.set_threshold(100_000)
    from grader.course.workspace import called_modules, locate_workspace, modules_of
    from grader.errors import UsageError
    from grader.intake.libraries import named_libraries
    from grader.intake.reading import read_folder
    from grader.sandbox.fallback import OwnCodeSandbox

    if watch and as_json:
        raise UsageError("--watch goes on and --json prints one line: leave one of them out")
    work = locate_workspace(path, assignment)
    if work.kind == "course":
        from grader.intake.classes import with_own_hand_in

        work = with_own_hand_in(work, path)
    wanted = frozenset(filter(None, only.lower().split(",")))
    submission, modules = read_folder(work.submission), modules_of(work)
    # Who watches may import any of them in a minute.
    warm = None if watch else named_libraries(submission.files, modules, called_modules(work, wanted))
    sandbox = OwnCodeSandbox(modules, policy, keeps_spare=watch, warm=warm)
    try:
        sandbox.start()  # it loads while we do
        from grader.grading.student_view import visible
        from grader.terminal.progress import ProgressBars

        is_silent = as_json or work.kind == "kit" or not sys.stderr.isatty()  # a kit is ready as it is
        with ProgressBars(quiet=is_silent).show_preparing(work.assignment) as prepared:
            loaded = visible(work, wanted, prepared, meanwhile=warm or ())
        if as_json:
            from grader.export.audience import for_students
            from grader.grading.one_submission import grade
            from grader.results.store import jsonl

            result = grade(loaded.assignment, submission, sandbox)
            left_out = sum(left.checks for left in loaded.left_out.values())
            sys.stdout.write(jsonl([for_students(result.to_json(), left_out=left_out)]))
        else:
            result = _teach(loaded, sandbox, submission)
        if watch:
            _watch(loaded, sandbox, work.submission, submission, result)
    finally:
        sandbox.close()
    if result.status == "ungraded":
        raise SystemExit(1)


def _teach(loaded: Visible, sandbox: Sandbox, submission: Submission) -> Result:
    """Run everything, and print each question as it is done."""
    from grader.grading.one_submission import grade
    from grader.terminal.details import console
    from grader.terminal.lesson import Lesson

    lesson = Lesson(console(), loaded.assignment.rubric, loaded.left_out)
    with lesson.show_running():
        result = grade(loaded.assignment, submission, sandbox, progress=lesson.take)
    lesson.finish(result)
    return result


def _watch(loaded: Visible, sandbox: Sandbox, folder: Path, before: Submission, result: Result) -> None:
    """Run again what a change touches, until Ctrl-C, which is the ordinary way to end this."""
    import watchfiles

    from grader.errors import SubmissionError
    from grader.grading.one_submission import grade
    from grader.grading.watch import affected_checks, changed_files, half_typed, merge_results, restrict
    from grader.intake.reading import read_folder
    from grader.terminal.details import console
    from grader.terminal.lesson import Lesson

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
            if not (names := changed_files(before, after)):
                continue
            due |= affected_checks(loaded.assignment, before, after)
            before, started = after, time.perf_counter()
            again = grade(restrict(loaded.assignment, due), after, sandbox)
            if (broken := half_typed(again)) is not None:  # what was known stays until it can be read
                lesson.stays(broken)
                continue
            result = merge_results(result, again)
            lesson.again(result, names, due, time.perf_counter() - started)
            due = frozenset()
            lesson.waits(folder)
    except KeyboardInterrupt:
        screen.print()
