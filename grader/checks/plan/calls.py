"""The calls of a check: recorded with the reference, sent to each student in one message, then replayed."""

from __future__ import annotations

import operator
import sys
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import CodeType, FrameType
from typing import Any

import msgpack
import numpy as np

from grader import wire
from grader.cache.nodes import tensor_of
from grader.checks.api.expect import Claim
from grader.checks.api.operators import place_of
from grader.checks.api.reply import Caller, Function, Reply, origin_of
from grader.checks.api.steps import CallFailed, Step, Target
from grader.checks.plan.arguments import encoded_step
from grader.checks.plan.local_parts import LocalParts
from grader.checks.plan.wording import with_words
from grader.model.arrays import Mismatch, as_array
from grader.model.outcome import End, Failure, Handle, Kept, Outcome, Value
from grader.sandbox import Session
from grader.wire import FIRST, KEEP, READ, SHOW, Ref

# By its place in the check, an operator that stood between the reference's objects, so that it is a step; and whether
# it stood between data there as well. Elsewhere objects that work themselves out are not asked: what they say of
# their own difference from what is right is no claim to be judged.
Operators = Mapping[str, bool]


def is_left_to_objects(operators: Operators, name: str, by_kind: Callable[[], bool]) -> bool:
    """Whether an operator is a step, as it was for the reference.

    Args:
        by_kind: whether these operands are objects, which says where it was both.
    """
    is_both = operators.get(place_of(name)) if operators else None
    return is_both is not None and (not is_both or by_kind())


def is_same(one: Step, other: Step) -> bool:
    """Whether two steps pass the very same objects; two that do not may still be equal."""
    return (
        not isinstance(one.target[0], Reply)
        and one.target == other.target
        and one.manner == other.manner
        and len(one.args) == len(other.args)
        and all(map(operator.is_, one.args, other.args))
        and one.named.keys() == other.named.keys()
        and all(value is other.named[name] for name, value in one.named.items())
    )


@dataclass(frozen=True)
class Plan:
    """The calls of all cases of a check.

    Args:
        calls: each call as it is sent.
        wanted: of each call, what is wanted of it: bits of `wire.READ` and so on.
        bounds: case i makes the calls bounds[i] … bounds[i+1]-1.
        outcomes: what the reference answered.
        modules: the modules that are called, in order of first use.
        functions: `module.function` of each function called.
        claims: per case, what the check claims, where it never looks at a reply itself; else None, and the check
            must be run again for each student.
        seen: calls by index as the check made them before, with the very objects it passed.
        tree: the dotted names of the modules that lie in packages, and of these packages, see `Module`.
        operators: see `Operators`.
    """

    calls: tuple[bytes, ...]
    wanted: bytes
    bounds: tuple[int, ...]
    outcomes: tuple[Outcome, ...]
    modules: tuple[str, ...]
    functions: tuple[str, ...]
    claims: tuple[tuple[Claim, ...], ...] | None
    seen: dict[int, Step] = field(default_factory=dict, compare=False, repr=False)
    tree: frozenset[str] = frozenset()
    operators: Operators = field(default_factory=dict)

    @cached_property
    def is_live(self) -> bool:
        """Whether the calls are made one by one: the check looks at objects, and no two submissions' are alike."""
        return self.claims is None and any(isinstance(outcome, Handle) for outcome in self.outcomes)

    @cached_property
    def message(self) -> bytes:
        """All calls as one list."""
        return packed_list(self.calls, self.wanted)

    @cached_property
    def ends(self) -> dict[int, bool]:
        """Of each step that asks for a next item, whether the reference had none."""
        if not any(isinstance(outcome, End) for outcome in self.outcomes):
            return {}
        is_next = b"\xc0\xa4next"  # [nothing, "next"], as it is encoded
        return {
            index: isinstance(self.outcomes[index], End)
            for index, call in enumerate(self.calls)
            if call[2:8] == is_next
        }


def packed_list(calls: Sequence[bytes], wanted: bytes | None = None) -> bytes:
    """Encoded calls as the encoding of their list, with what is wanted of each before them."""
    packer = msgpack.Packer()
    bits = bytes([READ | KEEP] * len(calls)) if wanted is None else wanted
    return b"".join([packer.pack_array_header(len(calls) + 1), packer.pack(bits), *calls])


def relocate(call: bytes, places: Mapping[int, Ref]) -> bytes:
    """An encoded call that stands elsewhere: `places` says where the objects lie that it names by their steps."""

    def move(node: Any) -> Any:
        if isinstance(node, Ref):
            return places[node.index]
        if isinstance(node, dict):
            return {key: move(item) for key, item in node.items()}
        return [move(item) for item in node] if isinstance(node, list) else node

    if not places:
        return call
    return wire.encode(move(wire.decode(call, tensor=tensor_of, marked=True)))


def encoded_call(target: Target, args: Iterable[Any], named: dict[str, Any], manner: int) -> bytes:
    """A call as it is sent."""
    return encoded_step(Step(target, tuple(args), named, int(manner)), origin_of)


class Noting(Caller):
    """Notes the steps of cases as they are sent to a student."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[bytes] = []
        self.wanted: list[int] = []
        self.bounds = [0]
        self.modules: dict[str, None] = {}
        self.functions: dict[str, None] = {}
        self.was_touched = False

    def end_case(self) -> None:
        """What was noted since is a case; the next one begins."""
        self._waiting = None
        if len(self.wanted) > self.bounds[-1]:
            self.wanted[self.bounds[-1]] |= FIRST
        self.bounds.append(len(self.calls))

    def note(self, step: Step) -> Ref:
        """Note one step; where its result lies."""
        for module, name in names_of(step):
            self.modules[module] = None
            self.functions[f"{module}.{name}"] = None
        call = encoded_step(step, self._keep, self)
        self.calls.append(call)
        self.wanted.append(READ if step.manner == wire.ARGUMENTS else 0)
        return Ref(0, len(self.calls) - 1)

    def _keep(self, reply: Reply) -> Ref:
        outcome = reply._resolve()
        if isinstance(outcome, Failure):
            raise self.error_for(outcome)
        place = origin_of(reply)
        self.wanted[place.index] |= KEEP
        return place

    def read(self, reply: Reply) -> Reply:
        """See `Caller`."""
        if reply._changes == self.changes:
            self.wanted[origin_of(reply).index] |= READ
            return reply
        again = self.call(Step.on("read", reply))
        self.wanted[origin_of(again).index] |= READ
        return again

    def note_look(self) -> None:
        """The check looked at a reply."""
        self.was_touched = True


def names_of(step: Step) -> list[tuple[str, str]]:
    """Module and name of each of the submission's functions that a step calls or passes."""
    found = [step.target] if isinstance(step.target[0], str) else []
    passed = [value._target for value in (*step.args, *step.named.values()) if isinstance(value, Function)]
    return [*found, *passed]


class Recorder(Noting):
    """Makes calls on the reference and notes them.

    Args:
        known: the reference's modules.
    """

    def __init__(self, session: Session, known: Collection[str] = ()) -> None:
        super().__init__()
        self._session = session
        self.known = known
        self._lines: list[int] = []
        self._places: list[Ref] = []  # where the reference's session holds each call's result
        self.outcomes: list[Outcome] = []
        self.operators: dict[str, bool] = {}
        self._on_data: set[str] = set()
        self.claimed: list[list[int]] = [[]]

    def end_case(self) -> None:
        """See `Noting`."""
        super().end_case()
        self.claimed.append([])

    def note_claim(self) -> None:
        """Note on which line of the check's file the claim stands."""
        self.claimed[-1].append(_line())

    def line_of(self, told: str) -> int:
        """On which line the first step stands that failed so; 0 where none did."""
        failed = (isinstance(outcome, Failure) and outcome.message == told for outcome in self.outcomes)
        return next((line for line, found in zip(self._lines, failed, strict=False) if found), 0)

    def module_with(self, name: str) -> str:
        """The module that has something of this name."""
        for module in self.known:
            known = self._session.load(module)
            if isinstance(known, Value) and name in known.data:
                return module
        return ""

    def leaves(self, name: str, operands: Sequence[Any]) -> bool:
        """See `Caller`."""
        place, by_kind = place_of(name), super().leaves(name, operands)
        if by_kind:
            self.operators.setdefault(place, place in self._on_data)
        else:
            self._on_data.add(place)
            self.operators |= {place: True} if place in self.operators else {}
        return by_kind

    def make(self, step: Step) -> Reply:
        """Make one call on the reference."""
        origin = self.note(step)
        outcome = with_words(self._perform(step, SHOW | KEEP), step)
        self._places.append(Ref(self._session.request, 0))
        self._lines.append(_line())
        self.outcomes.append(outcome)
        return Reply(outcome, origin, self, step)

    def _perform(self, step: Step, wanted: int) -> Outcome:
        call = encoded_step(step, lambda reply: self._places[origin_of(reply).index], self)
        packed = packed_list([call], bytes([wanted]))
        [outcome] = self._session.call(packed, 1, modules=tuple(self.modules), forget=False)
        return outcome

    def read(self, reply: Reply) -> Reply:
        """See `Caller`."""
        read = super().read(reply)
        if isinstance(read._resolve(), Kept):
            read._outcome = self._perform(Step.on("read", read), READ)
            self.outcomes[origin_of(read).index] = read._outcome
        return read

    def finish(self) -> Failure | None:
        """See `Caller`."""
        return unseen(self.outcomes[self.bounds[-1] :], self._seen)

    def planned_outcomes(self) -> tuple[Outcome, ...]:
        """What the reference answered, as far as a student is asked for it."""
        return tuple(
            outcome if bits & READ or isinstance(outcome, Handle | End | Failure) else Kept()
            for outcome, bits in zip(self.outcomes, self.wanted, strict=True)
        )


def _place() -> tuple[CodeType, int] | None:
    """Where the check is that makes a call."""
    frame = _frame_of_check()
    return frame and (frame.f_code, frame.f_lasti)


def _line() -> int:
    frame = _frame_of_check()
    return frame.f_lineno if frame else 0


def _frame_of_check() -> FrameType | None:
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and str(frame.f_globals.get("__name__")).startswith("grader."):
        frame = frame.f_back
    return frame


class Live(Caller):
    """Makes the calls in the student's process, when somebody has to know what came of one."""

    def __init__(self, session: Session, plan: Plan) -> None:
        super().__init__()
        self._session = session
        self._plan = plan
        self._modules = dict.fromkeys(plan.modules)
        self._forget = True
        self._queue: list[tuple[bytes, Reply]] = []
        self._wanted: list[int] = []
        self.log: list[Reply] = []
        self._local = LocalParts()

    def leaves(self, name: str, operands: Sequence[Any]) -> bool:
        """See `Caller`."""
        return is_left_to_objects(self._plan.operators, name, lambda: super(Live, self).leaves(name, operands))

    def make(self, step: Step) -> Reply:
        """Put one call in the queue."""
        for module, _ in names_of(step):
            self._modules[module] = None
        call = encoded_step(step, origin_of, self)
        step.place = _place()
        reply = Reply(None, Ref(0, len(self._queue)), self, step)
        self._queue.append((call, reply))
        reply._outcome = self._local.part(step)
        show = SHOW if reply._outcome is None else 0
        self._wanted.append(READ if step.manner == wire.ARGUMENTS else KEEP | show)
        self.log.append(reply)
        return reply

    def outcome(self, reply: Reply) -> None:
        """See `Caller`."""
        del reply
        self._flush()

    def _flush(self) -> None:
        queue, wanted = self._queue, bytes(self._wanted)
        if not queue:
            return
        self._queue, self._wanted = [], []
        packed = packed_list([call for call, _ in queue], wanted)
        outcomes = list(self._session.call(packed, len(queue), modules=tuple(self._modules), forget=self._forget))
        self._forget = False
        for index, (_, reply) in enumerate(queue):
            outcome = reply_to(outcomes, index)
            if reply._outcome is None or not isinstance(outcome, Kept):
                reply._outcome = with_words(outcome, reply._step)
            reply._origin = Ref(self._session.request, index)

    def error_for(self, failure: Failure) -> CallFailed:
        """See `Caller`; what rests on a call that did not return says nothing of its own."""
        first = unseen(filter(None, (reply._outcome for reply in self.log)), self._seen) if failure.follows else None
        return super().error_for(first or failure)

    def read(self, reply: Reply) -> Reply:
        """See `Caller`."""
        if reply._changes == self.changes and reply._outcome is None and not reply._origin.request:
            self._wanted[origin_of(reply).index] |= READ
            return reply
        if reply._changes == self.changes and not isinstance(reply._resolve(), Kept):
            return reply
        again = self.call(Step.on("read", reply))
        self._wanted[origin_of(again).index] = READ
        return again

    def ahead(self, items: Reply) -> None:
        """See `Caller`; several are looked up at once, so that not each costs a message of its own."""
        n = self._local.unknown(items)
        if n:
            shown = self.read(self.call(Step.on("peek", items, n)))
            self.log.pop()
            self._local.learn(items, shown._resolve(), n)

    def finish(self) -> Failure | None:
        """See `Caller`."""
        self._flush()
        return unseen([reply._resolve() for reply in self.log], self._seen)


def unseen(outcomes: Iterable[Outcome], seen: Sequence[Failure]) -> Failure | None:
    """The first failure that is none of those seen."""
    known = {id(failure) for failure in seen}
    made = (one for one in outcomes if isinstance(one, Failure) and not one.follows)
    return next((failure for failure in made if id(failure) not in known), None)


class LeftPlan(Exception):
    """A check makes a call that is not the planned one, so the replies to later planned calls may be stale."""


class Replayer(Caller):
    """Gives a case the replies to its planned calls.

    Args:
        outcomes: the student's, for all of the plan's calls as far as the process lived.
    """

    def __init__(self, plan: Plan, case: int, outcomes: Sequence[Outcome]) -> None:
        super().__init__()
        self._plan = plan
        self._outcomes = outcomes
        self._first = self._next = plan.bounds[case]
        self._end = plan.bounds[case + 1]

    def leaves(self, name: str, operands: Sequence[Any]) -> bool:
        """See `Caller`."""
        return is_left_to_objects(self._plan.operators, name, lambda: super(Replayer, self).leaves(name, operands))

    def make(self, step: Step) -> Reply:
        """The planned reply.

        Raises:
            LeftPlan: the call is another one.
        """
        index, self._next = self._next, self._next + 1
        if index >= self._end:
            raise LeftPlan
        seen = self._plan.seen.get(index)
        if seen is None or not is_same(step, seen):
            if encoded_step(step, self._locate, self) != self._plan.calls[index]:
                raise LeftPlan
            if seen is None and not _hands_back([step.target[0], step.args, step.named]):
                self._plan.seen[index] = step  # for the next student: comparing objects is cheaper than encoding
        return Reply(with_words(reply_to(self._outcomes, index), step), Ref(0, index), self, step)

    def _locate(self, reply: Reply) -> Ref:
        outcome = reply._resolve()
        if isinstance(outcome, Failure):
            raise self.error_for(outcome)
        return origin_of(reply)

    def read(self, reply: Reply) -> Reply:
        """See `Caller`."""
        if reply._changes != self.changes:
            return self.call(Step.on("read", reply))
        if isinstance(reply._resolve(), Kept):
            raise LeftPlan
        return reply

    def finish(self) -> Failure | None:
        """See `Caller`."""
        made = range(self._first, min(self._next, self._end))
        return unseen((reply_to(self._outcomes, index) for index in made), self._seen)


_NEVER_HANDED = frozenset({np.ndarray, int, float, str, bool})


def _hands_back(value: Any) -> bool:
    """Whether there is something in it that an earlier call returned."""
    if type(value) in _NEVER_HANDED:
        return False
    if isinstance(value, dict):
        value = [*value, *value.values()]
    return isinstance(value, Reply) or (isinstance(value, list | tuple) and any(map(_hands_back, value)))


def reply_to(outcomes: Sequence[Outcome], index: int) -> Outcome:
    """The outcome of a planned call; calls after the one that ended the process share its failure."""
    if index < len(outcomes):
        return outcomes[index]
    return outcomes[-1] if outcomes else Failure("ungraded", "the plan was not carried out")


def looks_alike(actual: Outcome, expected: Outcome, wanted: int = READ) -> bool:
    """Whether a student's reply is numbers in the reference's shape, so that a check can work with it."""
    if not wanted & READ:
        return not isinstance(actual, Failure)
    if not (isinstance(actual, Value) and isinstance(expected, Value)):
        return type(actual) is type(expected) is not Failure
    try:
        return as_array(actual.data).shape == as_array(expected.data).shape
    except Mismatch:
        return type(actual.data) is type(expected.data)
