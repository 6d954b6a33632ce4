"""`grader replay`: one recorded verdict, found again from the seed and the files it came from."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grader.course.folders import Course
from grader.errors import UsageError, first_of
from grader.intake.submission import id_of_name
from grader.model.record import QuestionRecord, ResultRecord, checks_of
from grader.results.store import Store
from grader.terminal.details import details

if TYPE_CHECKING:
    from grader.assignment import Assignment
    from grader.intake.submission import Submission
    from grader.model.verdict import Result
    from grader.sandbox.isolated import Policy


@click.command("replay")
@click.argument("student")
@click.argument("check")
@click.option("--assignment", metavar="NAME", help="Which one, where the course has more of this student and check.")
@click.option(
    "--results", type=click.Path(file_okay=False, path_type=Path), help="Where they are [results/ASSIGNMENT]."
)
@click.option("--submission", "path", type=click.Path(exists=True, path_type=Path), help="The student's files.")
@click.option("--seed", type=int, help="Another seed than the recorded one.")
@click.option("--anyway", is_flag=True, help="Replay although something changed since.")
@click.option(
    "--sandbox", "policy", type=click.Choice(["auto", "strict", "process"]), default="auto", show_default=True
)
def command(
    student: str,
    check: str,
    assignment: str | None,
    results: Path | None,
    path: Path | None,
    seed: int | None,
    anyway: bool,
    policy: Policy,
) -> None:
    """Find again the verdict on STUDENT's CHECK that results/ASSIGNMENT records, from the same seed and files.

    Exit code 0 where it is identical (or nothing is recorded to compare with), 1 where it differs, 2 where the
    files or versions are not those of the record: what changed is said, and --anyway goes on.
    """
    course = Course.around(Path.cwd())
    name, line, before = _find_record(course, student, check, assignment, results)
    submission = _submission(course, name, line["submission"], path)
    changed = _changes(course, name, line, before, submission)
    if changed and not anyway:
        listed = "\n".join(f"  {change}" for change in changed)
        raise UsageError(f"{student}'s {check} cannot be replayed as it was, because\n{listed}\nWith --anyway it is.")
    for change in changed:
        click.echo(f"Changed since: {change}")
    used = line["seed"] if seed is None else seed
    result = _grade(course, name, line, submission, used, policy)
    again = entry_of(result.to_json(), check)
    if again is None:
        raise UsageError(f"{name} has no check {check!r} any more")
    click.echo(f"{student} in {name}, seed {used}, {result.sandbox}")
    if result.sandbox != line["sandbox"]:
        click.echo(f"Recorded in another sandbox: {line['sandbox']}")
    details(_with_only(result.to_json(), check))
    recorded = _recorded_under(results or course.results(name), line, check, used)
    if recorded is None:
        click.echo(f"Nothing is recorded under seed {used}; the record's seed is {line['seed']}.")
        return
    differing = [key for key in recorded if key != "seconds" and recorded[key] != again.get(key)]
    if differing:
        click.echo(f"This differs from the recorded verdict in {', '.join(differing)}.")
        raise SystemExit(1)
    click.echo("This is the recorded verdict.")


def entry_of(line: ResultRecord, check: str) -> dict[str, Any] | None:
    """A check's entry in a line of results."""
    return next((dict(entry) for entry in checks_of(line) if entry["id"] == check), None)


def _with_only(line: ResultRecord, check: str) -> ResultRecord:
    """The result with that check alone, in its question."""
    question = next(one for one in line["questions"] if any(entry["id"] == check for entry in one["checks"]))
    alone: QuestionRecord = {**question, "checks": [entry for entry in question["checks"] if entry["id"] == check]}
    return {**line, "questions": [alone], "notes": [], "output": ""}


def _recorded_under(folder: Path, line: ResultRecord, check: str, seed: int) -> dict[str, Any] | None:
    """What is recorded of a check under a seed: the line's own, or one of those that --seeds tried."""
    if seed == line["seed"]:
        return entry_of(line, check)
    beside = folder / "seeds" / str(seed)
    if not (beside / "results.sqlite").exists():
        return None
    store = Store(beside, renew=False)
    lines = store.lines([line["submission"]])
    store.close()
    return next((entry_of(other, check) for other in lines if other["rubric_digest"] == line["rubric_digest"]), None)


def _find_record(
    course: Course, student: str, check: str, assignment: str | None, results: Path | None
) -> tuple[str, ResultRecord, dict[str, str]]:
    """The assignment, the line of results, and what it rests on by name.

    Raises:
        UsageError: nothing is recorded, or more than one assignment has such a record.
    """
    if assignment is not None:
        course.rubric(assignment)
    found, known = [], []
    for name in [assignment] if assignment else course.assignments:
        folder = results or course.results(name)
        if not (folder / "results.sqlite").exists():
            continue
        store = Store(folder, renew=False)
        for line in store.lines(list(dict.fromkeys([student, id_of_name(student)])), marks=False):
            if line["assignment"] == name and entry_of(line, check):
                found.append((name, line, store.foundations(line["rubric_digest"])))
            known += [entry["id"] for question in line["questions"] for entry in question["checks"]]
        store.close()
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(f"{student} has {check} in {', '.join(one[0] for one in found)}: add --assignment")
    if not known:
        raise UsageError(f"no result of {student} is recorded in {results or course.root / 'results'}: grade it first")
    names = {**{name[: len(check)]: name for name in reversed(known)}, **{name: name for name in known}}
    meant = difflib.get_close_matches(check, names, 1)  # a name, or how one begins
    way_out = f"did you mean {names[meant[0]]}?" if meant else f"it has {first_of(known)}"
    raise UsageError(f"the result of {student} has no check {check!r}: {way_out}")


def _submission(course: Course, name: str, student: str, path: Path | None) -> Submission:
    from grader.intake.classes import class_folder, read_class
    from grader.intake.reading import id_of
    from grader.intake.sections import KnownClass

    if path is None:
        folders = class_folder(course.submissions(name), KnownClass.of(course, name)).hand_ins
        named = [folder for folder in folders if student == id_of(folder)]
        if not named:
            raise UsageError(f"{course.submissions(name)} has no {student}: name the files with --submission PATH")
        path = named[0]
    read = read_class([path])
    if read.unreadable:
        raise UsageError(read.unreadable[0][1])
    return read.submissions[0]


def _changes(
    course: Course, name: str, line: ResultRecord, before: Mapping[str, str], submission: Submission
) -> list[str]:
    """What a record rests on that is not so any more, in words."""
    from grader.cache.digests import assignment_digest, foundations
    from grader.rubric.loading import load

    changed = []
    if submission.digest != line["digest"]:
        changed.append(f"the submission's files: {line['digest'][:12]} when graded, {submission.digest[:12]} now")
    rubric_file, reference = course.rubric(name), course.reference(name)
    if assignment_digest(load(rubric_file), rubric_file, reference) == line["rubric_digest"]:
        return changed
    now = foundations(rubric_file, reference)
    parts = [part for part in {**before, **now} if before.get(part) != now.get(part)] if before else []
    changed += [f"{part}: {before.get(part, 'not there')} when graded, {now.get(part, 'gone')} now" for part in parts]
    return changed if parts else [*changed, "the rubric, the reference or a library is another; which was not recorded"]


def _grade(course: Course, name: str, line: ResultRecord, submission: Submission, seed: int, policy: Policy) -> Result:
    """The whole submission again, since what a check finds may depend on what was called before it."""
    from grader.assignment import load_assignment
    from grader.grading.one_submission import grade
    from grader.sandbox.isolated import ForkedSandbox

    only = frozenset(question["id"] for question in line["questions"])
    assignment: Assignment = load_assignment(course, name, seed=seed, only=only)
    sandbox = ForkedSandbox(assignment.rubric.modules, policy)
    try:
        return grade(assignment, submission, sandbox, only)
    finally:
        sandbox.close()
