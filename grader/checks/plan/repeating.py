"""Holds two plannings of a check against each other: what is drawn, asked and answered is the same, bit by bit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader import wire
from grader.cache.nodes import bits_of
from grader.checks.api.expect import Claim, Either, Fact, Unchanged
from grader.checks.check import Check
from grader.checks.runner import CaseRun
from grader.model.arrays import Mismatch, as_array
from grader.model.outcome import Outcome, Value

# A function that is meant to be random answers otherwise altogether. What differs by less than this is noise.
_NOISE = 1e-2

_INPUT = (
    "its inputs are others when they are drawn again ({}): it draws by itself (random, numpy.random, torch, a module's "
    "first weights), or rests on the time or the machine; draw with a strategy, as a seed for np.random.default_rng or "
    "torch.manual_seed, or ask for `rng`"
)
_ANSWER = (
    "the reference does not repeat ({}): asked again, it answers otherwise; it draws without a seed of its own, keeps "
    "something from call to call, walks over a set (whose order may be that of addresses), or rests on the time or the "
    "machine"
)


@dataclass(frozen=True)
class CaseTrace:
    """All of one case that has to be the same whenever it is made.

    Args:
        drawn: each argument; None where it holds an object.
        calls: each call as it is sent, with what the reference answered.
        claims: what is claimed, without the replies that it is about.
    """

    drawn: dict[str, bytes | None]
    calls: tuple[tuple[bytes, Outcome], ...]
    claims: tuple[bytes | None, ...]


Trace = tuple[CaseTrace, ...]


def trace(check: Check, outcomes: Sequence[Outcome], runs: Sequence[CaseRun]) -> Trace:
    """The trace of a check's first `len(runs)` cases.

    Args:
        outcomes: what the reference answered to each call of the plan.
    """
    return tuple(
        CaseTrace(
            {name: bits_of(value) for name, value in case.items()},
            tuple(zip(check.plan.calls[start:stop], outcomes[start:stop], strict=True)),
            tuple(bits_of_claim(claim) for claim in run.claims),
        )
        for case, run, start, stop in zip(check.cases, runs, check.plan.bounds, check.plan.bounds[1:], strict=False)
    )


def difference(one: Trace, other: Trace) -> str:
    """What differs between two traces of one check, in words for its author; empty where nothing does."""
    differences = (_of_case(index, *pair) for index, pair in enumerate(zip(one, other, strict=False)))
    return next(filter(None, differences), "")


def _of_case(index: int, one: CaseTrace, other: CaseTrace) -> str:
    for name, bits in one.drawn.items():
        if bits != other.drawn.get(name):
            return _INPUT.format(f"{name} of case {index}")
    for (call, answer), (other_call, other_answer) in zip(one.calls, other.calls, strict=False):
        if call != other_call:
            return _INPUT.format(f"what {_function(call)} is given in case {index}")
        if call[-1] == wire.COST or is_same_outcome(answer, other_answer):
            continue
        if _is_noise(answer, other_answer):
            return _ANSWER.format(f"{_function(call)} on case {index}")
        return ""  # a function that is random on purpose: of what follows from its answer only the claims count
    if len(one.calls) != len(other.calls):
        return _INPUT.format(f"the number of calls in case {index}")
    if one.claims != other.claims:
        return _ANSWER.format(f"what is expected in case {index}")
    return ""


def _function(call: bytes) -> str:
    """`m.f`, or the method's name."""
    owner, name = wire.decode(call, tensor=lambda array: array, marked=True)[0]
    return f"{owner}.{name}" if isinstance(owner, str) else str(name)


def is_same_outcome(one: Outcome, other: Outcome) -> bool:
    """Whether two replies are the same to the bit; objects and failures are when they are of one kind."""
    if isinstance(one, Value) and isinstance(other, Value):
        return bits_of(one.data) == bits_of(other.data)
    return type(one) is type(other)


def _is_noise(one: Outcome, other: Outcome) -> bool:
    """Whether two answers differ so little that they were meant to be one."""
    if not (isinstance(one, Value) and isinstance(other, Value)):
        return False
    numbers = list(_numbers(one.data))
    return bool(numbers) and all(map(_are_near, numbers, _numbers(other.data)))


def _are_near(one: Any, other: Any) -> bool:
    if one.shape != other.shape:
        return False
    with np.errstate(all="ignore"):
        return bool(np.all(np.abs(one - other) <= _NOISE * np.max(np.abs(one), initial=0.0)))


def _numbers(data: Any) -> Iterator[Any]:
    """Each array and each number in some data, as an array."""
    if isinstance(data, dict):
        data = list(data.values())
    if isinstance(data, list | tuple) and not all(isinstance(item, int | float) for item in data):
        for item in data:
            yield from _numbers(item)
        return
    try:
        array = as_array(data)
    except Mismatch:
        return
    yield array if np.issubdtype(array.dtype, np.inexact) else array.astype(float)


def bits_of_claim(claim: Claim) -> bytes | None:
    """What a claim expects, bit by bit; None where that is an object."""
    if isinstance(claim, Fact):
        return bits_of(claim.holds)
    if isinstance(claim, Either):
        return bits_of([bits_of_claim(choice) for choice in claim.choices])
    return bits_of(claim.before if isinstance(claim, Unchanged) else claim.expected)
