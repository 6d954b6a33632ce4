"""`grader grade`: a class, or some of it."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.course.folders import Course
from grader.errors import GraderError, MachineFault, UsageError, display, first_of
from grader.export.escaping import terminal
from grader.grading.class_run import ClassRun, run_under_seeds
from grader.grading.class_wide import class_wide
from grader.results.diff import changes, part_of
from grader.results.gradebook import read_acts
from grader.results.ledger import final_grades
from grader.results.store import Store, jsonl
from grader.rubric import Rubric
from grader.rubric.loading import load
from grader.terminal.details import details
from grader.terminal.differences import differences
from grader.terminal.progress import ProgressBars
from grader.terminal.table import table

if TYPE_CHECKING:
    from grader.intake.classes import ReadClass
    from grader.sandbox.isolated import Policy


@click.command("grade")
@click.argument("assignment")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--workers", type=click.IntRange(1, 256), help="Judges at work at a time; as many as cores by default.")
@click.option(
    "--dask", default="", metavar="ADDRESS", help="Grade on the workers of a dask scheduler: tcp://host:8786."
)
@click.option("--only", default="", metavar="Q2,Q3", help="Grade these questions alone; nothing is stored.")
@click.option(
    "--seed",
    type=click.IntRange(0, 2**32 - 1),
    envvar="GRADER_SEED",
    help="Draw the cases from this seed instead of the rubric's.",
)
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
    from grader.sandbox.isolated import ForkedSandbox

    if as_diff and n_seeds > 1:
        raise UsageError("--diff compares with what is recorded, under one seed: leave --seeds out")
    course = Course.around(Path.cwd())
    rubric = load(course.rubric(assignment))
    wanted = _questions(only, rubric)
    if dask:
        _refuse_without_dask(workers)
    else:
        ForkedSandbox((), policy)  # refuses a system on which nobody can be graded, before anything is done
    progress = ProgressBars(quiet=as_json)
    read = _class(course, assignment, paths, progress.say)
    folder = out or course.results(assignment)
    elsewhere = partial(import_module("grader.extra.dask.scheduler").grade_all, dask) if dask else None
    store = _store(folder, keeps=not (wanted or as_diff))
    if store.set_aside is not None:
        progress.say(
            f"{folder / 'results.sqlite'} was damaged: it is now {store.set_aside.name}, and all is graded anew"
        )
    batch = ClassRun(
        course, rubric, store, policy, rubric.seed if seed is None else seed,
        only=wanted, fresh=fresh, keeps=not (wanted or as_diff), workers=workers, elsewhere=elsewhere,
    )  # fmt: skip
    try:
        if batch.keeps and paths:
            store.bring_back(read.ids)
        elif batch.keeps and (left := store.set_class(read.ids)):
            progress.say(_told_who_left(left, course.submissions(assignment)))
        lines = run_under_seeds(batch, n_seeds, read.submissions, read.unreadable, progress)
        ids = [line["submission"] for line in lines]
        before = store.lines(ids, marks=False) if as_diff else []
        found = changes([part_of(line, wanted) for line in before] if wanted else before, lines) if as_diff else []
        for sentence in class_wide(lines):  # before the grades are written: whoever sees it may look first
            click.echo(terminal(sentence), err=True)
        if batch.keeps:
            whole = store.write(store.names())
            lines = [line for line in whole if line["submission"] in set(ids)]
            if rubric.attempts != "last" and not batch.interrupted:
                import_module("grader.grading.attempts").grade_attempts(batch, ids, progress)
    finally:
        store.close()
    if as_json:
        sys.stdout.write("".join(json.dumps(one.to_json()) + "\n" for one in found) if as_diff else jsonl(lines))
    elif as_diff:
        differences(found, len(lines))
    else:
        if len(lines) == 1:
            details(lines[0])
        table(
            whole if batch.keeps else lines, reused=batch.reused, folder=folder if batch.keeps else None,
            interrupted=batch.interrupted, rubric=batch.digest,
            settled=_decided_by_people(course, assignment, folder) if batch.keeps else (),
        )  # fmt: skip
    if batch.interrupted:
        raise SystemExit(130)
    if batch.lost:
        raise batch.lost
    if any(line["status"] == "ungraded" for line in lines):
        raise SystemExit(1)


def _decided_by_people(course: Course, assignment: str, folder: Path) -> frozenset[str]:
    """The submissions of which people have decided all that they had to; what cannot be read is told elsewhere."""
    with contextlib.suppress(GraderError):
        if read_acts(folder):
            grades = final_grades(course, assignment, folder)
            return frozenset(grade.submission for grade in grades) - {
                grade.submission for grade in grades if grade.status == "needs_review"
            }
    return frozenset()


def _told_who_left(names: Sequence[str], folder: Path) -> str:
    """What is said of those who have a result and no hand-in any more."""
    nobody = f"{first_of(names)}, of whom nothing is in {display(folder)} any more"
    return f"Left out: {nobody}. What people decided of them is kept"


def _store(folder: Path, *, keeps: bool) -> Store:
    """What is known; of a folder that cannot be used nothing, where nothing is to be kept."""
    try:
        return Store(folder)
    except (OSError, MachineFault):
        if keeps:
            raise
        return Store(Path(tempfile.mkdtemp(prefix="grader-")))


def _refuse_without_dask(workers: int | None) -> None:
    """Refuse what cannot go together, and a machine on which dask is not installed.

    Raises:
        UsageError: says which.
    """
    if workers is not None:
        raise UsageError("--workers are processes of this machine; with --dask there are as many as were started there")
    if importlib.util.find_spec("distributed") is None:
        raise UsageError("--dask needs dask.distributed here and on the workers: pip install '.[dask]' in the checkout")


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


def _class(course: Course, assignment: str, paths: tuple[Path, ...], say: Callable[[str], None]) -> ReadClass:
    """The submissions at some paths, or of the whole class, which its folder stands for too.

    Raises:
        UsageError: there is none.
    """
    from grader.intake.classes import class_entries, class_folder, read_class, refuse_part, told_others
    from grader.intake.sections import KnownClass, told_sections

    whole = course.submissions(assignment)
    if any(path.resolve() == whole.resolve() for path in paths):
        paths = ()
    known = KnownClass.of(course, assignment)
    for path in paths:
        refuse_part(path, whole, known)
    found = class_entries(paths, known) if paths else class_folder(whole, known)
    for line in filter(None, (told_sections(found.sections), told_others(found.others))):
        say(line)
    return read_class(found.hand_ins) if paths else read_class(found.hand_ins, known)
