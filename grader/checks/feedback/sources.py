"""Which of a case's replies a claim rests on: found by running the check again on replies that are a little other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.checks.api.expect import Claim, Data, Fact, Numbers
from grader.checks.api.reply import Caller, Reply, outcome_behind
from grader.checks.api.steps import Step
from grader.checks.check import Check
from grader.checks.examples.cases import Case
from grader.checks.plan.callers import LeftPlan
from grader.checks.plan.recorded_reference import NotRecorded
from grader.checks.runner import run_case
from grader.model.outcome import Failure, Kept, Outcome, Value
from grader.wire import Ref

# A case of more steps is not taken apart.
_MOST_STEPS = 24


@dataclass(frozen=True)
class Sources:
    """The replies that the two sides of a claim were computed from; none where it is what the check knows itself."""

    actual: tuple[Reply, ...] = ()
    expected: tuple[Reply, ...] = ()


def rests_on_failure(claim: Claim) -> bool:
    """Whether what a claim is about never came to be."""
    actual = None if isinstance(claim, Fact) else claim.actual
    return isinstance(actual, Reply) and isinstance(outcome_behind(actual), Failure)


def sources_of(check: Check, case: Case, index: int, log: Sequence[Reply], claims: Sequence[Claim], at: int) -> Sources:
    """What the claim at a place rests on, beyond the reply that it may be about.

    Args:
        log: the steps of the case.
        claims: of the case.
    """
    claim = claims[at]
    if check.plan.claims is not None or not isinstance(claim, Numbers | Data) or len(log) > _MOST_STEPS:
        return Sources()  # a check that is compiled looks at no reply

    def moves(changed: frozenset[int]) -> tuple[bool, bool]:
        try:
            others = run_case(check, case, index, _Altered(log, changed)).claims
        except (LeftPlan, NotRecorded):
            return False, False
        other = others[at] if at < len(others) else None
        if not isinstance(other, Numbers | Data):
            return False, False
        is_computed = not isinstance(claim.actual, Reply)
        return is_computed and _differ(claim.actual, other.actual), _differ(claim.expected, other.expected)

    together = moves(frozenset(range(len(log))))
    if not any(together):
        return Sources()
    told = [(reply, *moves(frozenset([number]))) for number, reply in enumerate(log)]
    actual = tuple(reply for reply, moved, _ in told if moved)
    expected = tuple(reply for reply, _, moved in told if moved)
    if together[1] and not expected:  # as where several are NaN, and one number more changes nothing
        expected = tuple(reply for reply in log if isinstance(outcome_behind(reply), Value))
    return Sources(actual, expected)


class _Altered(Caller):
    """Gives a case the replies that it had, some of them with other numbers."""

    def __init__(self, log: Sequence[Reply], changed: frozenset[int]) -> None:
        super().__init__()
        self._log, self._changed, self._next = log, changed, 0

    def make(self, step: Step) -> Reply:
        """The reply to this step.

        Raises:
            LeftPlan: it is another step.
        """
        number, self._next = self._next, self._next + 1
        if number >= len(self._log):
            raise LeftPlan
        before = self._log[number]
        known = before._step
        if known is None or (known.target[1], known.manner) != (step.target[1], step.manner):
            raise LeftPlan
        outcome = outcome_behind(before)
        return Reply(_alter(outcome) if number in self._changed else outcome, Ref(0, number), self, step)

    def read(self, reply: Reply) -> Reply:
        """See `Caller`."""
        if reply._changes == self.changes and not isinstance(reply._resolve(), Kept):
            return reply
        return self.call(Step.on("read", reply))


def _alter(outcome: Outcome) -> Outcome:
    return Value(_move(outcome.data), outcome.type_name) if isinstance(outcome, Value) else outcome


def _move(data: Any) -> Any:
    """The same with other numbers."""
    if isinstance(data, list):
        return [_move(item) for item in data]
    if isinstance(data, dict):
        return {key: _move(item) for key, item in data.items()}
    if isinstance(data, bool) or not isinstance(data, int | float | complex | np.ndarray):
        return data
    if isinstance(data, np.ndarray) and data.dtype.kind not in "iufc":
        return data
    if isinstance(data, int) or (isinstance(data, np.ndarray) and data.dtype.kind in "iu"):
        return data + 1
    changed = np.where(np.isfinite(data), np.asarray(data) * 1.25 + 1, 0.5)
    return changed if isinstance(data, np.ndarray) else changed.item()


def _differ(one: Any, other: Any) -> bool:
    try:
        return not np.array_equal(np.asarray(one), np.asarray(other), equal_nan=True)
    except (TypeError, ValueError):  # not numbers, or not in one shape
        return bool(repr(one) != repr(other))
