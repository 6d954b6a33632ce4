"""The machine's word on every submission, exactly: lines of results with the fractions that JSON does not hold."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from grader.errors import UsageError, display
from grader.model.record import CheckRecord, ResultRecord
from grader.model.verdict import points
from grader.results.store import Store
from grader.rubric import Rubric

# A status that leaves the score open: for a person, or for the next run.
OPEN = frozenset({"needs_review", "ungraded"})


@dataclass(frozen=True)
class MachineCheck:
    """One check's entry with its exact points.

    Args:
        score: None where it was left open.
        earned: the points in the line, which do not count while it is open.
        answer: digest of what the check read; empty where that was not kept.
    """

    entry: CheckRecord
    question: str
    score: Fraction | None
    max_score: Fraction
    answer: str
    earned: Fraction


@dataclass(frozen=True)
class MachineResult:
    """One submission's line, with exact points."""

    line: ResultRecord
    checks: tuple[MachineCheck, ...]

    @property
    def submission(self) -> str:
        """Whose it is."""
        return str(self.line["submission"])

    @property
    def digest(self) -> str:
        """Of all its files."""
        return str(self.line["digest"])


def read_results(folder: Path, rubric: Rubric) -> dict[str, MachineResult]:
    """All results of a folder, by submission.

    Raises:
        UsageError: nothing was graded yet.
    """
    require_results(folder, rubric)
    store = Store(folder)
    try:
        bases = store.bases()
        lines = store.lines(bases)
    finally:
        store.close()
    return {line["submission"]: machine_result(line, bases[line["submission"]], rubric) for line in lines}


def require_results(folder: Path, rubric: Rubric) -> None:
    """Refuse a folder in which nothing was graded yet.

    Raises:
        UsageError: it is such a one.
    """
    if not (folder / "results.sqlite").is_file():
        raise UsageError(f"{display(folder)} holds no results; run grader grade {rubric.assignment} first")


def machine_result(line: ResultRecord, basis: Mapping[str, Any], rubric: Rubric) -> MachineResult:
    """A line with exact points.

    Args:
        basis: what the store keeps beside the line: exact shares of the points, digests of answers.
    """
    worth = {spec.id: spec.points for spec in rubric.checks}
    credits = {name: _exact(str(kept[1])) for name, kept in basis.get("verdicts", {}).items()}
    answers = basis.get("answers", {})
    return MachineResult(
        line,
        tuple(
            _check(entry, question["id"], worth.get(entry["id"]), credits.get(entry["id"]), answers)
            for question in line["questions"]
            for entry in question["checks"]
        ),
    )


def _check(
    entry: CheckRecord, question: str, worth: Fraction | None, credit: Fraction | None, answers: Mapping[str, str]
) -> MachineCheck:
    # The rubric's own fraction, where it still is what the line was written from.
    is_same = worth is not None and _as_written(worth.numerator, worth.denominator) == entry["max_score"]
    max_score = worth if worth is not None and is_same else _exact(str(entry["max_score"]))
    score = _exact(str(entry["score"])) if credit is None else credit * max_score
    is_open = entry["status"] in OPEN
    return MachineCheck(entry, question, None if is_open else score, max_score, answers.get(entry["id"], ""), score)


# A class has few different numbers, and each many times.
_KEPT = 10_000


@functools.lru_cache(_KEPT)
def _exact(text: str) -> Fraction:
    return Fraction(text)


@functools.lru_cache(_KEPT)
def _as_written(numerator: int, denominator: int) -> float:
    return points(Fraction(numerator, denominator))
