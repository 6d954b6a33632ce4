"""Makes a check's calls on a student: from the replies to its plan, or one by one where somebody has to know."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grader import wire
from grader.checks.api.places import place_in_check
from grader.checks.api.reply import Caller, Reply, origin_of
from grader.checks.api.steps import CallFailed, Step
from grader.checks.plan.arguments import encoded_step
from grader.checks.plan.calls import Plan, is_left_to_objects, names_of, packed_list, unseen
from grader.checks.plan.local_parts import LocalParts
from grader.checks.plan.wording import with_words
from grader.model.outcome import Failure, Kept, Outcome
from grader.sandbox import Replies, Session
from grader.wire import KEEP, READ, SHOW, Ref

# What is to be called in the place of a step.
Edit = Callable[[Step], Step]


class Live(Caller):
    """Makes the calls in the student's process, when somebody has to know what came of one.

    Args:
        edit: changes each step before it is called.
    """

    def __init__(self, session: Session, plan: Plan, edit: Edit = lambda step: step) -> None:
        super().__init__()
        self._session = session
        self._plan = plan
        self._edit = edit
        self._modules = dict.fromkeys(plan.modules)
        self._forget = True
        self._queue: list[tuple[bytes, Reply]] = []
        self._wanted: list[int] = []
        self.log: list[Reply] = []
        self.made: list[int] = []  # of each claim, how many steps had been made by then
        self._local = LocalParts()
        self._ended: Failure | None = None  # with what the process ended that held the objects of this case

    def leaves(self, name: str, operands: Sequence[Any]) -> bool:
        """See `Caller`."""
        return is_left_to_objects(self._plan.operators, name, lambda: super(Live, self).leaves(name, operands))

    def note_claim(self) -> None:
        """See `Caller`."""
        self.made.append(len(self.log))

    def make(self, step: Step) -> Reply:
        """Put one call in the queue."""
        step = self._edit(step)
        for module, _ in names_of(step):
            self._modules[module] = None
        call = encoded_step(step, origin_of, self)
        step.place = place_in_check()
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
        if self._ended is not None:
            outcomes = Replies.all_alike(self._ended, len(queue))
        else:
            outcomes = self._session.call(packed, len(queue), modules=tuple(self._modules), forget=self._forget)
        self._forget = False
        last = outcomes[len(queue) - 1]
        self._ended = last if isinstance(last, Failure) and last.ends_process else None
        for index, (_, reply) in enumerate(queue):
            outcome = outcomes[index]
            if reply._outcome is None or not isinstance(outcome, Kept):
                reply._outcome = with_words(outcome, reply._step)
            reply._origin = Ref(self._session.request, index)

    def error_for(self, failure: Failure) -> CallFailed:
        """See `Caller`; what went wrong before is told first, such as an item that could not be set."""
        return super().error_for(unseen(filter(None, (reply._outcome for reply in self.log)), self._seen) or failure)

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

    def ahead(self, items: Reply) -> bool:
        """See `Caller`; several are looked up at once, so that not each costs a message of its own."""
        n = self._local.unknown(items)
        if n:
            shown = self.read(self.call(Step.on("peek", items, n)))
            self.log.pop()
            self._local.learn(items, shown._resolve(), n)
        return self._local.has_next(items)

    def finish(self) -> Failure | None:
        """See `Caller`."""
        self._flush()
        return unseen([reply._resolve() for reply in self.log], self._seen)


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
        self._log: list[Reply] = []
        self._next = plan.bounds[case]
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
        if seen is None or not _is_same(step, seen):
            if encoded_step(step, self._locate, self) != self._plan.calls[index]:
                raise LeftPlan
            if seen is None and not _hands_back([step.target[0], step.args, step.named]):
                self._plan.seen[index] = step  # for the next student: comparing objects is cheaper than encoding
        reply = Reply(with_words(self._outcomes[index], step), Ref(0, index), self, step)
        self._log.append(reply)
        return reply

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

    def error_for(self, failure: Failure) -> CallFailed:
        """See `Caller`; what went wrong before is told first."""
        return super().error_for(self.finish() or failure)

    def finish(self) -> Failure | None:
        """See `Caller`."""
        return unseen((reply._resolve() for reply in self._log), self._seen)


def _is_same(one: Step, other: Step) -> bool:
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


_NEVER_HANDED = frozenset({np.ndarray, int, float, str, bool})


def _hands_back(value: Any) -> bool:
    """Whether there is something in it that an earlier call returned."""
    if type(value) in _NEVER_HANDED:
        return False
    if isinstance(value, dict):
        value = [*value, *value.values()]
    return isinstance(value, Reply) or (isinstance(value, list | tuple) and any(map(_hands_back, value)))
