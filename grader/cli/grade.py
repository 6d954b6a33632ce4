"""`grader grade`: a class, or some of it."""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.batch import Batch, run_under_seeds
from grader.changes import changes
from grader.course import Course
from grader.errors import SubmissionError, UsageError
from grader.rubric import Rubric, load
from grader.store import Store, jsonl
from grader.terminal import Progress, details, differences, table

if TYPE_CHECKING:
    from grader.sandbox.forked import Policy
    from grader.submission import Submission


@click.command("grade")
@click.argument("assignment")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--workers", type=click.IntRange(1, 256), help="Judges at work at a time; as many as cores by default.")
@click.option(
    "--dask", default="", metavar="ADDRESS", help="Grade on the workers of a dask scheduler: tcp://host:8786."
)
@click.option("--only", default="", metavar="Q2,Q3", help="Grade these questions alone; nothing is stored.")
@click.option("--seed", type=int, envvar="GRADER_SEED", help="Draw the cases from this seed instead of the rubric's.")
@click.option(
    "--seeds",
    "n_seeds",
    type=click.IntRange(1, 50),
    default=1,
    help="Grade under so many seeds, and mark what depends on the seed for a person to look at.",
)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Where results go [results/ASSIGNMENT].")
@click.option("--fresh", is_flag=True, help="Grade again what was graded before.")
@click.option("--diff", "as_diff", is_flag=True, help="Show what would change; results stay as they are.")
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
    dask: str,
    only: str,
    seed: int | None,
    n_seeds: int,
    out: Path | None,
    fresh: bool,
    as_diff: bool,
    policy: Policy,
    as_json: bool,
) -> None:
    """Grade every submission of ASSIGNMENT, or the folders PATHS.

    Exit code 0 whatever the grades, 1 where something could not be graded, 2 for a wrong call or rubric.
    """
    from grader.sandbox.forked import ForkedSandbox

    if as_diff and n_seeds > 1:
        raise UsageError("--diff compares with what is recorded, under one seed: leave --seeds out")
    course = Course.around(Path.cwd())
    rubric = load(course.rubric(assignment))
    wanted = _questions(only, rubric)
    if dask:
        _refuse_without_dask(workers)
    else:
        ForkedSandbox((), policy)  # refuses a system on which nobody can be graded, before anything is done
    submissions, unreadable = read_submissions(paths or class_folders(course, assignment))
    folder = out or course.results(assignment)
    store = Store(folder)
    batch = Batch(
        course, rubric, store, policy, rubric.seed if seed is None else seed,
        only=wanted, fresh=fresh, keeps=not (wanted or as_diff), workers=workers, dask=dask,
    )  # fmt: skip
    try:
        lines = run_under_seeds(batch, n_seeds, submissions, unreadable, Progress(quiet=as_json))
        ids = [line["submission"] for line in lines]
        found = changes(store.lines(ids, marks=False), lines) if as_diff else []
        if batch.keeps:
            lines = store.write(ids)
    finally:
        store.close()
    if as_json:
        sys.stdout.write("".join(json.dumps(one.to_json()) + "\n" for one in found) if as_diff else jsonl(lines))
    elif as_diff:
        differences(found, len(lines))
    else:
        if len(lines) == 1:
            details(lines[0])
        table(lines, reused=batch.reused, folder=folder if batch.keeps else None, interrupted=batch.interrupted)
    if batch.interrupted:
        raise SystemExit(130)
    if batch.lost:
        raise batch.lost
    if any(line["status"] == "ungraded" for line in lines):
        raise SystemExit(1)


def _refuse_without_dask(workers: int | None) -> None:
    """Refuse what cannot go together, and a machine on which dask is not installed.

    Raises:
        UsageError: says which.
    """
    if workers is not None:
        raise UsageError("--workers are processes of this machine; with --dask there are as many as were started there")
    if importlib.util.find_spec("distributed") is None:
        raise UsageError("--dask needs dask.distributed here and on the workers: pip install 'grader[dask]'")


def _questions(only: str, rubric: Rubric) -> frozenset[str]:
    """The questions that `--only` names.

    Raises:
        UsageError: the rubric has no such question.
    """
    wanted = frozenset(filter(None, only.lower().split(",")))
    known = [question.id for question in rubric.questions]
    if wanted - set(known):
        unknown = ", ".join(sorted(wanted - set(known)))
        raise UsageError(f"--only names {unknown}; {rubric.assignment} has the questions {', '.join(known)}")
    return wanted


def class_folders(course: Course, assignment: str) -> list[Path]:
    """Every submission of the class.

    Raises:
        UsageError: there is none.
    """
    from grader.submission import is_hand_in

    folder = course.submissions(assignment)
    found = sorted(filter(is_hand_in, folder.iterdir())) if folder.is_dir() else []
    if not found:
        raise UsageError(f"{folder} holds no submission: a folder, an archive or a notebook per student is expected")
    return found


def read_submissions(paths: Sequence[Path]) -> tuple[list[Submission], list[tuple[Submission, str]]]:
    """The submissions at some paths; and those that cannot be read, empty, each with the reason.

    Raises:
        UsageError: one is none, or two would have the same id.
    """
    from grader.submission import Submission, identifier, is_submission, read_submission

    submissions: dict[str, Submission] = {}
    unreadable = []
    for path in paths:
        if not is_submission(path):
            raise UsageError(f"{path} is no submission: that is a folder, a zip or tar archive, a notebook or a module")
        try:
            submission = read_submission(path)
        except SubmissionError as error:
            unreadable.append((Submission(identifier(path.resolve().name), {}), str(error)))
            continue
        if submission.id in submissions:
            raise UsageError(f"{path} and another path are both submission {submission.id!r}; leave one of them out")
        submissions[submission.id] = submission
    return list(submissions.values()), unreadable
