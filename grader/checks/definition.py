"""A check ready to run: its rubric entry, its function, its cases and the plan of its calls."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from grader.checks.drawing import Case, CheckFunction, size
from grader.checks.judging import Sheet
from grader.checks.plan import Plan, encoded_call, packed_list
from grader.checks.reply import Reply, Target
from grader.checks.shrinking import Search
from grader.checks.tries import Tries
from grader.outcome import Outcome, Value
from grader.rubric import CheckSpec
from grader.sandbox import Session
from grader.wire import Ref

MAX_KNOWN = 4_000
# What the harness gives a check beside its drawn arguments.
OFFERED = ("student", "expect", "reference", "rng")


class Reference:
    """Calls on the model answer for one check, in the judge; equal calls are made once. Implements `Caller`."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.known: dict[bytes, Outcome] = {}
        self._forget = False

    def begin_case(self) -> None:
        """Objects of earlier cases are no longer needed."""
        self._forget = True

    def call(self, target: Target, args: Sequence[Any], named: dict[str, Any], show_arguments: bool) -> Reply:
        """Make one call on the reference."""
        call = encoded_call(target, args, named, show_arguments)
        outcome = None if isinstance(target[0], Ref) else self.known.get(call)
        if outcome is None:
            modules = (target[0],) if isinstance(target[0], str) else ()
            [outcome] = self._session.call(packed_list([call]), 1, modules=modules, forget=self._forget)
            self._forget = False
            if isinstance(outcome, Value) and len(self.known) < MAX_KNOWN:
                self.known[call] = outcome
        return Reply(outcome, Ref(self._session.request, 0), self)

    def touched(self) -> None:
        """The reference may be looked at."""


def offered_by(body: CheckFunction) -> tuple[str, ...]:
    """Which of `OFFERED` a check's body asks for."""
    return tuple(name for name in inspect.signature(body).parameters if name in OFFERED)


@dataclass(frozen=True)
class Check:
    """One code check of an assignment; the same object serves every submission.

    Args:
        function: what hypothesis draws cases for.
        body: the check itself, which takes them.
        offered: which of `OFFERED` the body asks for.
        sheet: the expected side of all cases, where the plan is compiled.
        judged: what replies that were judged before came to, by their digest.
        tries: what is known of the search for the smallest failing case.
        singles: single cases that were made ready, see `grader.checks.single`.
    """

    spec: CheckSpec
    function: CheckFunction
    body: CheckFunction
    offered: tuple[str, ...]
    cases: tuple[Case, ...]
    seed: int
    plan: Plan
    sheet: Sheet | None
    reference: Reference
    judged: dict[bytes | None, Any] = field(default_factory=dict, compare=False, repr=False)
    tries: Tries = field(default_factory=Tries, compare=False, repr=False)
    singles: dict[int, Any] = field(init=False, default_factory=dict, compare=False, repr=False)

    @cached_property
    def sizes(self) -> list[int]:
        """How much there is to read in each case."""
        return [size(case) for case in self.cases]

    @cached_property
    def search(self) -> Search:
        """The search for the smallest failing case, which learns from student to student."""
        return Search(self.function, len(self.cases), self.seed, self.tries)

    @property
    def id(self) -> str:
        """The check's name in the rubric and in results."""
        return self.spec.id
