"""The calls of a check: recorded with the reference, sent to each student in one message, then replayed."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import msgpack
import numpy as np

from grader import wire
from grader.arrays import Mismatch, as_array
from grader.checks.expect import Claim
from grader.checks.reply import Reply, Target, origin_of, outcome_behind
from grader.outcome import Failure, Handle, Outcome, Value
from grader.sandbox import Session
from grader.wire import Ref


@dataclass(frozen=True)
class Made:
    """A call as a check makes it."""

    target: Target
    args: tuple[Any, ...]
    named: dict[str, Any]
    show_arguments: bool

    def is_same(self, other: Made) -> bool:
        """Whether the other call passes the very same objects; two calls that do not may still be equal."""
        return (
            self.target == other.target
            and self.show_arguments == other.show_arguments
            and len(self.args) == len(other.args)
            and all(map(operator.is_, self.args, other.args))
            and self.named.keys() == other.named.keys()
            and all(value is other.named[name] for name, value in self.named.items())
        )


@dataclass(frozen=True)
class Plan:
    """The calls of all cases of a check.

    Args:
        calls: each call as it is sent.
        bounds: case i makes the calls bounds[i] … bounds[i+1]-1.
        outcomes: what the reference answered.
        modules: the modules that are called, in order of first use.
        functions: `module.function` of each function called.
        claims: per case, what the check claims, where it never looks at a reply itself; else None, and the check
            must be run again for each student.
        seen: calls by index as the check made them before, with the very objects it passed.
    """

    calls: tuple[bytes, ...]
    bounds: tuple[int, ...]
    outcomes: tuple[Outcome, ...]
    modules: tuple[str, ...]
    functions: tuple[str, ...]
    claims: tuple[tuple[Claim, ...], ...] | None
    seen: dict[int, Made] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def is_live(self) -> bool:
        """Whether the calls are made one by one: the check looks at objects, and no two submissions' are alike."""
        return self.claims is None and any(isinstance(outcome, Handle) for outcome in self.outcomes)

    @cached_property
    def message(self) -> bytes:
        """All calls as one list."""
        return packed_list(self.calls)


def packed_list(calls: Sequence[bytes]) -> bytes:
    """Encoded calls as the encoding of their list."""
    packer = msgpack.Packer()
    header: bytes = packer.pack_array_header(len(calls))
    return header + b"".join(calls)


def encoded_call(
    target: Target,
    args: Iterable[Any],
    named: dict[str, Any],
    show_arguments: bool,
    located: Callable[[Ref], Ref] = lambda ref: ref,
) -> bytes:
    """A call as it is sent; `located` says where an object lies that an earlier call returned."""
    owner, name = target
    sent_owner = located(owner) if isinstance(owner, Ref) else owner
    arguments = [_sendable(arg, located) for arg in args]
    sent_named = {key: _sendable(arg, located) for key, arg in named.items()}
    return wire.encode([[sent_owner, name], arguments, sent_named, show_arguments])


def _sendable(value: Any, located: Callable[[Ref], Ref]) -> Any:
    if isinstance(value, Reply):
        return located(origin_of(value)) if isinstance(outcome_behind(value), Handle) else value._value()
    if isinstance(value, np.generic):
        return value.item()  # as it is shown, and as a student would write it
    if isinstance(value, list | tuple):
        sent = [_sendable(item, located) for item in value]
        return [wire.Mark.TUPLE, *sent] if isinstance(value, tuple) else sent
    if isinstance(value, dict):
        return {key: _sendable(item, located) for key, item in value.items()}
    return value


class Recorder:
    """Makes calls on the reference and notes them; implements `Caller`."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._places: list[Ref] = []  # where the reference's session holds each call's result
        self.calls: list[bytes] = []
        self.outcomes: list[Outcome] = []
        self.modules: dict[str, None] = {}
        self.functions: dict[str, None] = {}
        self.was_touched = False

    def call(self, target: Target, args: Sequence[Any], named: dict[str, Any], show_arguments: bool) -> Reply:
        """Make one call on the reference."""
        owner, name = target
        if isinstance(owner, str):
            self.modules[owner] = None
            self.functions[f"{owner}.{name}"] = None
        self.calls.append(encoded_call(target, args, named, show_arguments))
        live = encoded_call(target, args, named, show_arguments, lambda ref: self._places[ref.index])
        [outcome] = self._session.call(packed_list([live]), 1, modules=tuple(self.modules), forget=False)
        self._places.append(Ref(self._session.request, 0))
        self.outcomes.append(outcome)
        return Reply(outcome, Ref(0, len(self.calls) - 1), self)

    def touched(self) -> None:
        """The check looked at a reply."""
        self.was_touched = True


@dataclass(frozen=True)
class Called:
    """A call that was made, for showing it."""

    target: Target
    args: tuple[Any, ...]
    named: dict[str, Any]
    outcome: Outcome
    origin: Ref


class Live:
    """Makes each call in the student's process; implements `Caller`."""

    def __init__(self, session: Session, modules: Sequence[str]) -> None:
        self._session = session
        self._modules = tuple(modules)
        self._forget = True
        self.log: list[Called] = []

    def call(self, target: Target, args: Sequence[Any], named: dict[str, Any], show_arguments: bool) -> Reply:
        """Make one call."""
        packed = packed_list([encoded_call(target, args, named, show_arguments)])
        [outcome] = self._session.call(packed, 1, modules=self._modules, forget=self._forget)
        self._forget = False
        origin = Ref(self._session.request, 0)
        self.log.append(Called(target, tuple(args), named, outcome, origin))
        return Reply(outcome, origin, self)

    def touched(self) -> None:
        """Nothing depends on it here."""


class Departed(Exception):
    """A check makes a call that is not the planned one, so the replies to later planned calls may be stale."""


class Replayer:
    """Gives a case the replies to its planned calls; a `Caller`.

    Args:
        outcomes: the student's, for all of the plan's calls as far as the process lived.
    """

    def __init__(self, plan: Plan, case: int, outcomes: Sequence[Outcome]) -> None:
        self._plan = plan
        self._outcomes = outcomes
        self._next, self._end = plan.bounds[case], plan.bounds[case + 1]

    def call(self, target: Target, args: Sequence[Any], named: dict[str, Any], show_arguments: bool) -> Reply:
        """The planned reply.

        Raises:
            Departed: the call is another one.
        """
        index, self._next = self._next, self._next + 1
        if index >= self._end:
            raise Departed
        made, seen = Made(target, tuple(args), named, show_arguments), self._plan.seen.get(index)
        if seen is None or not made.is_same(seen):
            if encoded_call(target, args, named, show_arguments) != self._plan.calls[index]:
                raise Departed
            if not any(isinstance(arg, Reply) for arg in (*args, *named.values())):
                self._plan.seen[index] = made  # for the next student: comparing objects is cheaper than encoding
        return Reply(reply_to(self._outcomes, index), Ref(0, index), self)

    def touched(self) -> None:
        """Nothing depends on it here."""


def reply_to(outcomes: Sequence[Outcome], index: int) -> Outcome:
    """The outcome of a planned call; calls after the one that ended the process share its failure."""
    if index < len(outcomes):
        return outcomes[index]
    return outcomes[-1] if outcomes else Failure("ungraded", "the plan was not carried out")


def looks_alike(actual: Outcome, expected: Outcome) -> bool:
    """Whether a student's reply is numbers in the reference's shape, so that a check can work with it."""
    if not (isinstance(actual, Value) and isinstance(expected, Value)):
        return type(actual) is type(expected) is Handle
    try:
        return as_array(actual.data).shape == as_array(expected.data).shape
    except Mismatch:
        return type(actual.data) is type(expected.data)
