"""Checks without the model answer: what it returned was recorded, in the least detail that judging needs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from grader import wire
from grader.atoms import Atom
from grader.cache.nodes import tensor_of
from grader.checks.api.expect import Claim, Expect, Fact
from grader.checks.api.reply import Caller, Reply, origin_of
from grader.checks.api.steps import Step
from grader.checks.api.student import Student
from grader.checks.check import Check, offered_by
from grader.checks.plan.arguments import AsSent, value_behind
from grader.checks.plan.calls import Plan
from grader.checks.plan.recorded_reference import RecordedReference
from grader.model.arrays import Mismatch, as_array
from grader.model.outcome import End, Failure, Handle, Kept, Outcome, Value
from grader.wire import Ref
from grader.worker.module_names import file_of, tree_of

# No Python name, so no argument of a check's is called the same.
_NUMBER = "case number"


def outline(check: Check) -> Check:
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
        wanted=bytes(plan.wanted[at] for at in kept),
        bounds=tuple(bounds),
        outcomes=tuple(_outline(plan.outcomes[at]) for at in kept),
        tree=plan.tree & tree_of(map(file_of, plan.modules)),
    )
    known = RecordedReference()
    known.known = {} if plan.claims is not None else dict(check.reference.known)
    return replace(check, plan=cut, reference=known)


def _outline(outcome: Outcome) -> Outcome:
    """What of the model answer's reply tells whether another one is like it: the shape, or the type."""
    if isinstance(outcome, Handle | Kept | End):
        return type(outcome)() if not isinstance(outcome, Handle) else Handle("", "")
    if isinstance(outcome, Failure):
        return Failure(outcome.status, "")
    try:
        return Value(np.zeros(as_array(outcome.data).shape))
    except Mismatch:
        return Value(_empty(outcome.data))


def _empty(data: Any) -> Any:
    """Other data of the same kind."""
    if data is None:
        return None
    return Atom(data.kind, "") if isinstance(data, Atom) else type(data)()


def replayable(check: Check) -> Check:
    """A compiled check that needs no Python of the instructor's: its planned calls are made, its claims are known."""
    plan = check.plan
    assert plan.claims is not None

    def body(student: Student, expect: Expect, **case: Any) -> None:
        number = case[_NUMBER]
        assert plan.claims is not None
        replies = _replies(plan, number, student._caller)
        for claim in plan.claims[number]:
            expect._claim(_about(claim, replies))

    body.__doc__ = check.body.__doc__
    cases = tuple({**case, _NUMBER: number} for number, case in enumerate(check.cases))
    return replace(check, body=body, offered=offered_by(body), cases=cases)


def _replies(plan: Plan, case: int, caller: Caller) -> dict[int, Reply]:
    """Make the calls of a case, and keep what comes back by the call's place in the plan."""
    replies: dict[int, Reply] = {}

    def fill(value: Any) -> Any:
        if isinstance(value, Ref):
            return replies[value.index]
        if isinstance(value, list) and value and value[0] in (wire.Mark.NAME, wire.Mark.MAKE):
            return value_behind(AsSent(value[0], [fill(item) for item in value[1:]]))
        return wire.map_items(value, fill)

    for index in range(plan.bounds[case], plan.bounds[case + 1]):
        (owner, name), args, named, manner = wire.decode(plan.calls[index], tensor=tensor_of, marked=True)
        step = Step((fill(owner), name), tuple(map(fill, args)), fill(named), int(manner))
        reply = caller.call(step)
        replies[index] = caller.read(reply) if plan.wanted[index] & wire.READ else reply
    return replies


def _about(claim: Claim, replies: dict[int, Reply]) -> Claim:
    """The claim, about what has come back now."""
    if isinstance(claim, Fact) or not isinstance(claim.actual, Reply):
        return claim
    return replace(claim, actual=replies[origin_of(claim.actual).index])
