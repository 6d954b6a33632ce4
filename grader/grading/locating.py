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
    """File and line by check id: of the first function that a check calls, or of the write-up's beginning.

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
        if names:
            found[verdict.id] = defined[names[0]]
    return found


def _check(functions: list[str], told: Any, placed: Placed) -> dict[str, tuple[str, int]]:
    """What a worker told, as far as it can be so."""
    if type(told) is not list or len(told) != len(functions):
        return {}
    return {
        name: (placed.origins.get(place[0], place[0]), place[1])
        for name, place in zip(functions, told, strict=True)
        if type(place) is list
        and [type(part) for part in place] == [str, int]
        and place[0] in placed.submission.files
        and 0 < place[1] <= _MAX_LINE
    }
