"""The machine's word on every submission, exactly: lines of results with the fractions that JSON does not hold."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from grader.errors import MachineFault, UsageError, display
from grader.model.record import OPEN, CheckRecord, ResultRecord
from grader.model.verdict import points
from grader.results.store import Store
from grader.rubric import Rubric


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
        MachineFault: the database is damaged, or a part of it.
    """
    require_results(folder, rubric)
    store = Store(folder, renew=False)
    try:
        kept = store.with_bases()
        if len(kept) < store.count() and (damaged := store.damaged_rows()):
            raise MachineFault(
                f"{display(folder)}: what is stored of {', '.join(damaged[:5])} is damaged: "
                f"`grader grade {rubric.assignment}` grades anew what is"
            )
        worth = _worth(rubric)
        return {line["submission"]: machine_result(line, basis, rubric, worth) for line, basis in kept}
    finally:
        store.close()


def require_results(folder: Path, rubric: Rubric) -> None:
    """Refuse a folder in which nothing was graded yet.

    Raises:
        UsageError: it is such a one.
    """
    if not (folder / "results.sqlite").is_file():
        raise nothing_graded(folder, rubric)


def nothing_graded(folder: Path, rubric: Rubric) -> UsageError:
    """What is said of a folder without results."""
    return UsageError(f"{display(folder)} holds no results; run grader grade {rubric.assignment} first")


def machine_result(
    line: ResultRecord, basis: Mapping[str, Any], rubric: Rubric, worth: Mapping[str, tuple[int, int]] | None = None
) -> MachineResult:
    """A line with exact points.

    Args:
        basis: what the store keeps beside the line: exact shares of the points, digests of answers.
        worth: what the rubric's checks are worth, where that is known already.
    """
    worth = _worth(rubric) if worth is None else worth
    credits = {name: str(kept[1]) for name, kept in basis.get("verdicts", {}).items()}
    answers = basis.get("answers", {})
    return MachineResult(
        line,
        tuple(
            _check(entry, question["id"], worth.get(entry["id"]), credits.get(entry["id"]), answers)
            for question in line["questions"]
            for entry in question["checks"]
        ),
    )


def _worth(rubric: Rubric) -> dict[str, tuple[int, int]]:
    """What each check is worth, as two whole numbers: looked up much faster than a fraction."""
    return {spec.id: (spec.points.numerator, spec.points.denominator) for spec in rubric.checks}


def _check(
    entry: CheckRecord, question: str, stated: tuple[int, int] | None, credit: str | None, answers: Mapping[str, str]
) -> MachineCheck:
    score, max_score = _exact_points(stated, entry["max_score"], entry["score"], credit)
    is_open = entry["status"] in OPEN
    return MachineCheck(entry, question, None if is_open else score, max_score, answers.get(entry["id"], ""), score)


@functools.lru_cache(10_000)  # a class has few different numbers, and each many times
def _exact_points(
    stated: tuple[int, int] | None, max_score: float, score: float | None, credit: str | None
) -> tuple[Fraction, Fraction]:
    """What was earned and what can be had.

    Args:
        stated: what the rubric says that can be had; it holds where the line was written from it.
        max_score, score: as the line has them.
        credit: the exact share that was earned; None where it was not kept.
    """
    worth = Fraction(str(max_score))
    if stated is not None and points(Fraction(*stated)) == max_score:
        worth = Fraction(*stated)
    return Fraction(str(score or 0)) if credit is None else Fraction(credit) * worth, worth
