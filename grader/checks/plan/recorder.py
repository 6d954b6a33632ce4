"""Notes the calls that a check makes on the reference, from which its plan is made."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from grader import wire
from grader.checks.api.places import line_in_check, place_of
from grader.checks.api.reply import Caller, Reply, origin_of
from grader.checks.api.steps import Step
from grader.checks.plan.arguments import encoded_step
from grader.checks.plan.calls import names_of, packed_list, unseen
from grader.checks.plan.wording import with_words
from grader.model.outcome import End, Failure, Handle, Kept, Outcome, Value
from grader.sandbox import Session
from grader.wire import FIRST, KEEP, READ, SHOW, Ref


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
        self.claimed[-1].append(line_in_check())

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
        self._lines.append(line_in_check())
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
