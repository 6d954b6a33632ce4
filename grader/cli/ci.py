"""`grader ci`: a submission's repository, checked where it was pushed to."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.threshold import Threshold, read_threshold
from grader.errors import UsageError

if TYPE_CHECKING:
    from grader.export.github import RepositoryPlace
    from grader.model.record import ResultRecord
    from grader.sandbox.isolated import Policy

BELOW_MIN_SCORE = 4
_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("ci")
@click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path), default=".")
@click.option("--assignment", default="", help="What PATH answers, where its place does not say so.")
@click.option("--only", default="", metavar="Q2,Q3", help="Check these questions alone.")
@click.option("--junit", "junit_file", type=_FILE, help="Write JUnit XML here.")
@click.option(
    "--summary",
    "summary_file",
    type=_FILE,
    envvar="GITHUB_STEP_SUMMARY",
    show_envvar=True,
    help="Append a page in Markdown to this file.",
)
@click.option("--classroom50", "result_file", type=_FILE, help="Write Classroom 50's result.json here.")
@click.option(
    "--min-score",
    metavar="POINTS|%",
    callback=read_threshold,
    help="Exit with code 4 below this many points, or this share of them, as in 80%. What waits for a person counts "
    "as earned.",
)
@click.option(
    "--github/--no-github",
    envvar="GITHUB_ACTIONS",
    help="Write annotations as GitHub's workflow commands  [there: on]",
)
@click.option(
    "--sandbox",
    "policy",
    type=click.Choice(["auto", "strict", "process"]),
    default="auto",
    show_default=True,
    help="process: no isolation but a child process, for code that you trust.",
)
def command(
    path: Path,
    assignment: str,
    only: str,
    junit_file: Path | None,
    summary_file: Path | None,
    result_file: Path | None,
    min_score: Threshold | None,
    github: bool,
    policy: Policy,
) -> None:
    """Run the visible checks on the submission in PATH, and report them as CI systems read them.

    Exit code 0 whatever the points, 4 where they are fewer than --min-score, 1 where something could not be run,
    2 for a wrong call or rubric.
    """
    from grader.export.classroom50 import identity
    from grader.export.github import annotation_commands, fence, report_commands
    from grader.terminal.details import details

    for file in (junit_file, summary_file, result_file):
        _refuse_place(file)
    whose = identity(os.environ) if result_file is not None else {}
    with fence() if github else nullcontext():
        line, places = _check(path, assignment, only, policy)
        details(line)
        _write(line, junit_file, summary_file, result_file, whose)
    if github:
        for text in annotation_commands(line, places) + (report_commands(line) if line["score"] is not None else []):
            click.echo(text)
    _say_the_end(line, min_score)


def _check(path: Path, name: str, only: str, policy: Policy) -> tuple[ResultRecord, dict[str, RepositoryPlace]]:
    """The line that a student may read, and by check where it looks at."""
    from grader.course.workspace import locate_workspace, modules_of
    from grader.export.audience import for_students
    from grader.export.github import RepositoryPlace
    from grader.grading.locating import places
    from grader.grading.one_submission import grade
    from grader.grading.student_view import visible
    from grader.intake.classes import with_own_hand_in
    from grader.intake.reading import read_folder
    from grader.sandbox.isolated import ForkedSandbox

    work = with_own_hand_in(locate_workspace(path, name), path)
    submission = read_folder(work.submission)
    sandbox = ForkedSandbox(modules_of(work), policy)
    try:
        sandbox.start()  # it loads while we do
        loaded = visible(work, frozenset(filter(None, only.lower().split(","))), lambda _done, _total, _check: None)
        result = grade(loaded.assignment, submission, sandbox)
        where = places(loaded.assignment, submission, sandbox, result)
    finally:
        sandbox.close()
    folder = _from_the_repository(work.submission)
    line = for_students(result.to_json(), left_out=sum(left.checks for left in loaded.left_out.values()))
    return line, {check: RepositoryPlace((folder / file).as_posix(), number) for check, (file, number) in where.items()}


def _from_the_repository(path: Path) -> Path:
    """A folder as GitHub names it: from the root of what was checked out."""
    root = Path(os.environ.get("GITHUB_WORKSPACE") or Path.cwd()).resolve()
    folder = path.resolve()
    return folder.relative_to(root) if folder.is_relative_to(root) else folder


def _write(
    line: ResultRecord,
    junit_file: Path | None,
    summary_file: Path | None,
    result_file: Path | None,
    whose: Mapping[str, str],
) -> None:
    from grader.export.classroom50 import classroom50
    from grader.export.junit import junit
    from grader.export.summary import summary

    if junit_file is not None:
        _put(junit_file, '<?xml version="1.0" encoding="utf-8"?>\n' + junit(line))
    if summary_file is not None:
        _put(summary_file, summary(line) + "\n", append=True)
    if result_file is not None and line["score"] is not None:
        _put(result_file, json.dumps(classroom50(line, whose), indent=2, ensure_ascii=False) + "\n")


def _refuse_place(file: Path | None) -> None:
    """Refuse a file that cannot be written, before anything is run."""
    if file is None:
        return
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("a", encoding="utf-8"):
            pass
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror or error}") from None


def _put(file: Path, text: str, *, append: bool = False) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("a" if append else "w", encoding="utf-8", errors="backslashreplace", newline="\n") as stream:
            stream.write(text)
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror or error}") from None


def _say_the_end(line: ResultRecord, min_score: Threshold | None) -> None:
    from grader.export import next_step
    from grader.export.audience import hidden_sentence, why_unread
    from grader.export.escaping import terminal
    from grader.model.record import checks_of

    if hidden := hidden_sentence(line):
        click.echo(hidden)
    if line["score"] is None:
        is_unread = bool(why_unread(line))
        what = "Nothing could be read" if is_unread else "Something could not be run"
        hint = "hand in what is named above in another way" if is_unread else "run it again"
        whose = "" if is_unread else ", which is not the submission's doing"
        click.echo(f"{what}{whose}: no score; {hint}.")
        raise SystemExit(1)
    if step := next_step(line):
        click.echo(f"Next: {terminal(step, keep_newlines=False)}")
    waiting = sum(check["max_score"] for check in checks_of(line) if check["status"] == "needs_review")
    later = f"; {waiting:g} of them are judged later" if waiting else ""
    click.echo(f"{line['score']:g} of {line['max_score']:g} points{later}")
    if min_score is not None and not min_score.is_met(line):
        click.echo(
            f"Fewer than the {round(float(min_score.needed_points(line)), 2):g} points that --min-score asks for."
        )
        raise SystemExit(BELOW_MIN_SCORE)
