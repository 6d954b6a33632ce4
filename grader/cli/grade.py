"""`grader grade`: a class, or some of it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.course import Course
from grader.errors import SubmissionError, UsageError
from grader.store import Store, jsonl, result_key
from grader.terminal import Progress, details, table

if TYPE_CHECKING:
    from grader.sandbox.forked import Policy
    from grader.submission import Submission


@click.command("grade")
@click.argument("assignment")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--workers", type=click.IntRange(1, 256), help="Judges at work at a time; as many as cores by default.")
@click.option("--only", default="", metavar="Q2,Q3", help="Grade these questions alone; nothing is stored.")
@click.option("--seed", type=int, envvar="GRADER_SEED", help="Draw the cases from this seed instead of the rubric's.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Where results go [results/ASSIGNMENT].")
@click.option("--fresh", is_flag=True, help="Grade again what was graded before.")
@click.option(
    "--sandbox",
    "policy",
    type=click.Choice(["auto", "strict", "process"]),
    default="auto",
    show_default=True,
    help="process: no isolation but a child process, for code that you trust.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the results and nothing else.")
def command(
    assignment: str,
    paths: tuple[Path, ...],
    workers: int | None,
    only: str,
    seed: int | None,
    out: Path | None,
    fresh: bool,
    policy: Policy,
    as_json: bool,
) -> None:
    """Grade every submission of ASSIGNMENT, or the folders PATHS.

    Exit code 0 whatever the grades, 1 where something could not be graded, 2 for a wrong call or rubric.
    """
    from grader import engine
    from grader.assignment import load_assignment
    from grader.grading import ungraded
    from grader.sandbox.forked import ForkedSandbox

    course = Course.around(Path.cwd())
    course.rubric(assignment)
    ForkedSandbox((), policy)  # refuses a system on which nobody can be graded, before anything is done
    submissions, unreadable = read_submissions(paths or class_folders(course, assignment))
    progress = Progress(quiet=as_json)
    with progress.preparing(assignment) as prepared:
        wanted = frozenset(filter(None, only.lower().split(",")))
        loaded = load_assignment(course, assignment, seed=seed, only=wanted, progress=prepared)
    unknown = wanted - {question.id for question in loaded.rubric.questions}
    if unknown:
        known = ", ".join(question.id for question in loaded.rubric.questions)
        raise UsageError(f"--only names {', '.join(sorted(unknown))}; {assignment} has the questions {known}")

    store = Store(out or course.results(assignment))
    keys = {s.id: result_key(s.digest, loaded.digest, str(loaded.seed), policy, only) for s in submissions}
    for submission, reason in unreadable:
        store.put("", ungraded(loaded, submission, "none", reason).to_json())
    reused = {} if fresh else store.known(keys)
    todo = [submission for submission in submissions if submission.id not in reused]
    interrupted = False
    try:
        with progress.grading(len(submissions), done=len(reused)) as advance:
            results = engine.grade_all(
                loaded,
                todo,
                policy=policy,
                only=wanted,
                workers=workers or engine.default_workers(),
            )
            for result in results:
                store.put(keys[result.submission], result.to_json())
                advance(result)
    except KeyboardInterrupt:
        interrupted = True
    lines = store.write([*keys, *(submission.id for submission, _ in unreadable)])
    store.close()
    if as_json:
        sys.stdout.write(jsonl(lines))
    else:
        if len(lines) == 1:
            details(lines[0])
        table(lines, reused=len(reused), folder=out or course.results(assignment), interrupted=interrupted)
    if interrupted:
        raise SystemExit(130)
    if any(line["status"] == "ungraded" for line in lines):
        raise SystemExit(1)


def class_folders(course: Course, assignment: str) -> list[Path]:
    """Every submission of the class.

    Raises:
        UsageError: there is none.
    """
    folder = course.submissions(assignment)
    found = (
        sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))
        if folder.is_dir()
        else []
    )
    if not found:
        raise UsageError(f"{folder} holds no submission: one folder per student is expected there")
    return found


def read_submissions(paths: Sequence[Path]) -> tuple[list[Submission], list[tuple[Submission, str]]]:
    """The submissions at some paths; and those that cannot be read, empty, each with the reason.

    Raises:
        UsageError: one is no folder, or two would have the same id.
    """
    from grader.submission import Submission, identifier, read_folder

    submissions: dict[str, Submission] = {}
    unreadable = []
    for path in paths:
        if not path.is_dir():
            raise UsageError(f"{path} is no folder: a submission is a folder with the student's files")
        try:
            submission = read_folder(path)
        except SubmissionError as error:
            unreadable.append((Submission(identifier(path.resolve().name), {}), str(error)))
            continue
        if submission.id in submissions:
            raise UsageError(f"{path} and another path are both submission {submission.id!r}; grade them one at a time")
        submissions[submission.id] = submission
    return list(submissions.values()), unreadable
