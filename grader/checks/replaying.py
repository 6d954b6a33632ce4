"""Checks without the model answer: what it returned was recorded, in the least detail that judging needs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from grader import wire
from grader.arrays import Mismatch, as_array
from grader.checks.definition import Check, offered_by
from grader.checks.expect import Claim, Expect, Fact
from grader.checks.nodes import tensor_of
from grader.checks.plan import Plan
from grader.checks.recorded import Recorded
from grader.checks.reply import Function, Reply, Student, origin_of
from grader.outcome import Failure, Handle, Outcome, Value
from grader.wire import Ref

# No Python name, so no argument of a check's is called the same.
_NUMBER = "case number"


def outlined(check: Check) -> Check:
    """The check with no more of the model answer than judging needs: shapes of its replies, where it was looked at.

    Where the model answer returns an object, the calls planned of a case end with it: those after it hold the names
    of the object's parts, and are made live in any case, for no two submissions name them alike.
    """
    plan = check.plan
    kept: list[int] = []
    bounds = [0]
    for first, end in zip(plan.bounds, plan.bounds[1:], strict=False):
        objects = [at for at in range(first, end) if isinstance(plan.outcomes[at], Handle)]
        kept += range(first, objects[0] + 1 if objects and plan.claims is None else end)
        bounds.append(len(kept))
    cut = replace(
        plan,
        calls=tuple(plan.calls[at] for at in kept),
        bounds=tuple(bounds),
        outcomes=tuple(_outline(plan.outcomes[at]) for at in kept),
    )
    known = Recorded()
    known.known = {} if plan.claims is not None else dict(check.reference.known)
    return replace(check, plan=cut, reference=known)


def _outline(outcome: Outcome) -> Outcome:
    """What of the model answer's reply tells whether another one is like it: the shape, or the type."""
    if isinstance(outcome, Handle):
        return Handle("", "")
    if isinstance(outcome, Failure):
        return Failure(outcome.status, "")
    try:
        return Value(np.zeros(as_array(outcome.data).shape))
    except Mismatch:
        return Value(None if outcome.data is None else type(outcome.data)())


def replaying(check: Check) -> Check:
    """A compiled check that needs no Python of the instructor's: its planned calls are made, its claims are known."""
    plan = check.plan
    assert plan.claims is not None

    def body(student: Student, expect: Expect, **case: Any) -> None:
        number = case[_NUMBER]
        assert plan.claims is not None
        replies = _replies(plan, number, student)
        expect.claims.extend(_about(claim, replies) for claim in plan.claims[number])

    body.__doc__ = check.body.__doc__
    cases = tuple({**case, _NUMBER: number} for number, case in enumerate(check.cases))
    return replace(check, body=body, offered=offered_by(body), cases=cases)


def _replies(plan: Plan, case: int, student: Student) -> dict[int, Reply]:
    """Make the calls of a case, and keep what comes back by the call's place in the plan."""
    replies: dict[int, Reply] = {}

    def filled(value: Any) -> Any:
        if isinstance(value, Ref):
            return replies[value.index]
        return wire.mapped(value, filled)

    for index in range(plan.bounds[case], plan.bounds[case + 1]):
        (owner, name), args, named, shows = filled(wire.decode(plan.calls[index], tensor=tensor_of))
        function = _function(student, owner, name)
        called = getattr(function, "arguments_after") if shows else function  # noqa: B009
        replies[index] = called(*args, **named)
    return replies


def _function(student: Student, owner: Reply | str, name: str) -> Function | Reply:
    if isinstance(owner, str):
        function: Function = getattr(getattr(student, owner), name)
        return function
    return owner if name == "__call__" else getattr(owner, name)


def _about(claim: Claim, replies: dict[int, Reply]) -> Claim:
    """The claim, about what has come back now."""
    if isinstance(claim, Fact) or not isinstance(claim.actual, Reply):
        return claim
    return replace(claim, actual=replies[origin_of(claim.actual).index])
