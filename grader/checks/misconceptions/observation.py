"""What a check got to see of someone's answers, case by case, so that two can be told to be the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.checks.api.expect import Claim, Data, Either, Fact, Numbers
from grader.checks.api.reply import Reply, origin_of, outcome_behind
from grader.checks.check import Check
from grader.checks.plan.callers import Replayer
from grader.checks.runner import CaseRun, run_case
from grader.model.arrays import Array, Mismatch, as_array, number_text
from grader.model.comparison import element_errors, is_within, magnitude
from grader.model.data import data_text
from grader.model.outcome import Failure, Outcome, Value
from grader.model.tolerance import Tolerance

# What rounding alone may change, where a check asks for exact numbers and gets fractions.
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Figures:
    """Numbers that a claim is about.

    Args:
        size: the natural size of the terms behind them, as far as the check knows it.
    """

    array: Array
    size: float

    @property
    def is_finite(self) -> bool:
        """Whether there are any, and each of them is a number."""
        return bool(self.array.size and np.isfinite(self.array).all())

    @property
    def is_partly_finite(self) -> bool:
        """Whether some of them are numbers."""
        return bool(np.isfinite(self.array).any())


# `Figures`, text, None, or a tuple of these.
Item = Any
CaseEvidence = tuple[Item, ...]


def evidence_of(check: Check, outcomes: Sequence[Outcome], runs: Sequence[CaseRun] = ()) -> tuple[CaseEvidence, ...]:
    """What each case's claims are about.

    Two replies that no claim depends on may differ (a model's random initial weights), and objects may be built in
    different ways; so the claims are compared, not the replies.

    Args:
        outcomes: the replies to the planned calls.
        runs: how the check's body ran, where it is known; it is run again on the replies otherwise.

    Raises:
        LeftPlan: the body makes other calls than were planned.
    """
    claims = check.plan.claims
    if claims is not None:
        return tuple(tuple(_planned_item(claim, outcomes) for claim in of_case) for of_case in claims)
    if not runs:
        replayers = (Replayer(check.plan, index, outcomes) for index in range(len(check.cases)))
        runs = [
            run_case(check, case, index, replayer)
            for index, (case, replayer) in enumerate(zip(check.cases, replayers, strict=True))
        ]
    return tuple(tuple(_of_run(run)) for run in runs)


def _planned_item(claim: Claim, outcomes: Sequence[Outcome]) -> Item:
    if not isinstance(claim, Fact) and isinstance(claim.actual, Reply):
        return _of_outcome(outcomes[origin_of(claim.actual).index], _size(claim))
    return None  # the same for everyone


def _of_run(run: CaseRun) -> Iterator[Item]:
    for claim in run.claims:
        if isinstance(claim, Fact):
            yield (str(claim.holds), claim.why)
        elif isinstance(claim.actual, Reply):
            yield _of_outcome(outcome_behind(claim.actual), _size(claim))
        else:
            yield _item(claim.actual, _size(claim))
        if isinstance(claim, Numbers | Data):
            yield _item(claim.expected, _size(claim))  # it may rest on other replies
        if isinstance(claim, Either):
            yield tuple(_item(choice.expected, _size(choice)) for choice in claim.choices)
    if run.failure is not None:
        yield _of_outcome(run.failure, 0.0)
    if run.problem is not None or run.broken is not None:
        yield run.problem or type(run.broken).__name__


def _size(claim: Claim) -> float:
    return _largest(claim.scale) if isinstance(claim, Numbers) and claim.scale is not None else 0.0


def _of_outcome(outcome: Outcome, size: float) -> Item:
    if isinstance(outcome, Value):
        return _item(outcome.data, size)
    if isinstance(outcome, Failure):
        return (outcome.status, outcome.message.partition(":")[0])  # the exception's type
    return "an object"


def _item(data: Any, size: float) -> Item:
    try:
        return Figures(as_array(data), size)
    except Mismatch:
        if isinstance(data, list | tuple):
            return tuple(_item(part, size) for part in data)
        if isinstance(data, dict):
            return tuple((data_text(key), _item(part, size)) for key, part in data.items())
        if isinstance(data, frozenset):
            return data_text(data)
        return number_text(data) if isinstance(data, int) else repr(data)


def holds_text(item: Item) -> bool:
    """Whether there is text among what was returned; of that, and of nothing else, the quotes are kept."""
    if isinstance(item, tuple):
        return any(map(holds_text, item))
    return isinstance(item, str) and item[:1] in ("'", '"')


def agree(one: Item, other: Item, tolerance: Tolerance) -> bool:
    """Whether two items are the same within the first tier of a tolerance; NaN equals NaN here."""
    if isinstance(one, Figures) and isinstance(other, Figures):
        return _same(one, other, tolerance)
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(agree(a, b, tolerance) for a, b in zip(one, other, strict=True))
    return type(one) is type(other) and bool(one == other)


def _same(one: Figures, other: Figures, tolerance: Tolerance) -> bool:
    a, b = one.array, other.array
    if a.shape != b.shape:
        if {a.shape, b.shape} != {(), (1,)}:
            return False
        a, b = a.reshape(()), b.reshape(())
    scale = max(one.size, other.size, _largest(a), _largest(b))
    errors = element_errors(a, b, equal_nan=True)
    bound = tolerance.tiers[0].allowed_error(magnitude(tolerance.measure, np.asarray(scale)))
    return bool(np.all(is_within(errors, np.maximum(bound, _ROUNDING * scale))))


def _largest(array: Array) -> float:
    """The largest finite magnitude; 0 where there is none."""
    finite = np.abs(array[np.isfinite(array)])
    return float(finite.max(initial=0.0))
