"""Where in a submission's files the things stand that checks look at."""

from __future__ import annotations

from typing import Any

from grader.assignment import Assignment
from grader.grading.intake import take_in
from grader.intake.placing import Placed
from grader.intake.submission import Submission
from grader.model.outcome import Value
from grader.model.verdict import Result
from grader.sandbox import Sandbox

_MAX_LINE = 1_000_000


def places(
    assignment: Assignment, submission: Submission, sandbox: Sandbox, result: Result
) -> dict[str, tuple[str, int]]:
    """File and line by check id: where the code ended, of the first function that a check calls, or of the write-up.

    A worker that reads and never runs the submission says it; a file that was not handed in is nowhere.
    """
    functions = sorted({name for verdict in result.verdicts for name in verdict.functions})
    placed = take_in(assignment, submission, sandbox)
    session = sandbox.open(placed.submission.sources, assignment.budget, assignment.seed, assignment.given)
    try:
        outcome = session.places(functions)
    finally:
        session.close()
    defined = _check(functions, outcome.data if isinstance(outcome, Value) else None, placed)
    if placed.write_up is not None:
        defined[""] = (placed.origins.get(placed.write_up[0], placed.write_up[0]), 1)
    found = {}
    for verdict in result.verdicts:
        names = [name for name in verdict.functions or ("",) if name in defined]
        ended = _in_submission(verdict.place, placed)
        if ended is not None:
            found[verdict.id] = ended
        elif names:
            found[verdict.id] = defined[names[0]]
    return found


def _check(functions: list[str], told: Any, placed: Placed) -> dict[str, tuple[str, int]]:
    """What a worker told, as far as it can be so."""
    if type(told) is not list or len(told) != len(functions):
        return {}
    places = {name: _in_submission(place, placed) for name, place in zip(functions, told, strict=True)}
    return {name: place for name, place in places.items() if place is not None}


def _in_submission(told: Any, placed: Placed) -> tuple[str, int] | None:
    """A place as its author knows it; None where it is no line of what was handed in."""
    if not isinstance(told, list | tuple) or [type(part) for part in told] != [str, int]:
        return None
    file, line = told
    if file not in placed.submission.files or not 0 < line <= _MAX_LINE:
        return None
    return placed.origins.get(file, file), line
