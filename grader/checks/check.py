"""A check ready to run: its rubric entry, its function, its cases and the plan of its calls."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from grader import wire
from grader.cache.nodes import bits_of
from grader.checks.api.reply import Caller, Reply, origin_of
from grader.checks.api.steps import Step
from grader.checks.comparison import ExpectedBatch
from grader.checks.examples.cases import Case, CheckFunction, size
from grader.checks.examples.shrink_database import ShrinkDatabase
from grader.checks.plan.arguments import encoded_step
from grader.checks.plan.calls import Plan, names_of, packed_list, relocate
from grader.checks.plan.wording import with_words
from grader.model.outcome import End, Handle, Outcome, Value
from grader.rubric import CheckSpec
from grader.sandbox import Session
from grader.wire import Ref

if TYPE_CHECKING:
    from grader.checks.examples.shrinking import Search

MAX_KNOWN = 4_000
NO_CASE: Case = {}
# What the harness gives a check beside its drawn arguments.
OFFERED = ("student", "expect", "reference", "rng")


class Reference(Caller):
    """Calls on the model answer for one check, in the judge; equal calls are made once.

    What was known already is made only where a later call of the case is handed what it returned.
    """

    def __init__(self, session: Session | None) -> None:
        super().__init__()
        self._session = session
        self.known: dict[bytes, Outcome] = {}
        self._modules: dict[str, None] = {}
        self._calls: list[bytes] = []
        self._places: dict[int, Ref] = {}
        self._hands_back = False
        self._history = hashlib.sha256()
        self._case = NO_CASE
        self.log: list[Reply] = []

    def begin_case(self, case: Case = NO_CASE) -> None:
        """Objects of earlier cases are no longer needed."""
        self._waiting, self._case = None, case
        self._calls, self._places, self._history, self.log = [], {}, hashlib.sha256(), []
        self._seen.clear()

    def make(self, step: Step) -> Reply:
        """Make one call on the reference."""
        self._hands_back = False
        call = encoded_step(step, self._locate, self)
        key = self._history.digest() + call if self._hands_back else call
        self._calls.append(call)
        self._history.update(call)
        is_measured = step.manner == wire.COST and self._session is not None
        outcome = None if is_measured else self.known.get(key)
        if outcome is None:
            self._modules |= dict.fromkeys(module for module, _ in names_of(step))
            outcome = self._answer(key, step)
        self.log.append(Reply(with_words(outcome, step), Ref(0, len(self._calls) - 1), self, step))
        return self.log[-1]

    def _locate(self, reply: Reply) -> Ref:
        self._hands_back = True
        return origin_of(reply)

    def _answer(self, key: bytes, step: Step) -> Outcome:
        """What the model answer says to the last call, now."""
        last = len(self._calls) - 1
        for index in range(last) if self._hands_back else ():
            if index not in self._places:
                self._perform(index, wire.KEEP)
        outcome = self._perform(last, wire.READ if step.operation == "read" else wire.SHOW | wire.KEEP)
        if isinstance(outcome, Value | End) and len(self.known) < MAX_KNOWN:
            self.known[key] = outcome
        if isinstance(outcome, Handle):  # which may have drawn its weights by what the case has seeded
            self._history.update(b"".join(bits_of(value) or b"?" for value in self._case.values()))
        return outcome

    def _perform(self, index: int, wanted: int) -> Outcome:
        call = relocate(self._calls[index], self._places)
        assert self._session is not None
        packed, modules = packed_list([call], bytes([wanted])), tuple(self._modules)
        [outcome] = self._session.call(packed, 1, modules=modules, forget=not self._places)
        self._places[index] = Ref(self._session.request, 0)
        return outcome


def offered_by(body: CheckFunction) -> tuple[str, ...]:
    """Which of `OFFERED` a check's body asks for."""
    return tuple(name for name in inspect.signature(body).parameters if name in OFFERED)


@dataclass(frozen=True)
class Check:
    """One code check of an assignment; the same object serves every submission.

    Args:
        drawn: brings what hypothesis draws cases for, which only the search for a smaller case needs.
        body: the check itself, which takes them.
        offered: which of `OFFERED` the body asks for.
        sheet: the expected side of all cases, where the plan is compiled.
        judged: what replies that were judged before came to, by their digest.
        tries: what is known of the search for the smallest failing case.
        beside: the functions that other checks ask for, by name: nobody who lacks one of this check's meant these.
        singles: single cases that were made ready, see `grader.checks.examples.one_example`.
    """

    spec: CheckSpec
    drawn: Callable[[], CheckFunction]
    body: CheckFunction
    offered: tuple[str, ...]
    cases: tuple[Case, ...]
    seed: int
    plan: Plan
    sheet: ExpectedBatch | None
    reference: Reference
    judged: dict[bytes | None, Any] = field(init=False, default_factory=dict, compare=False, repr=False)
    beside: frozenset[str] = frozenset()
    tries: ShrinkDatabase = field(default_factory=ShrinkDatabase, compare=False, repr=False)
    singles: dict[int, Any] = field(init=False, default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        """A copy with another tolerance judges by that one."""
        if self.sheet is not None and self.plan.claims is not None and self.sheet.tolerance != self.spec.tolerance:
            object.__setattr__(self, "sheet", ExpectedBatch(self.plan.claims, self.spec.tolerance))

    @cached_property
    def sizes(self) -> list[int]:
        """How much there is to read in each case."""
        return [size(case) for case in self.cases]

    @cached_property
    def function(self) -> CheckFunction:
        """The check with what draws its cases."""
        return self.drawn()

    @cached_property
    def search(self) -> Search:
        """The search for the smallest failing case, which learns from student to student."""
        from grader.checks.examples.shrinking import Search  # hypothesis, which nobody needs who passes

        return Search(self.function, len(self.cases), self.seed, self.tries)

    @property
    def names(self) -> frozenset[str]:
        """The functions that it asks for, without their modules."""
        return frozenset(name.rpartition(".")[2] for name in self.plan.functions)

    @property
    def id(self) -> str:
        """The check's name in the rubric and in results."""
        return self.spec.id


def side_by_side(checks: Mapping[str, Check]) -> dict[str, Check]:
    """The checks of an assignment, each knowing what the others ask for."""
    asked = frozenset[str]().union(*(check.names for check in checks.values()))
    return {name: replace(check, beside=asked - check.names) for name, check in checks.items()}
