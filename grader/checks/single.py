"""Single cases of a check, made ready once to be asked of many students."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from grader.checks.definition import Check
from grader.checks.drawing import Case
from grader.checks.judging import Sheet
from grader.checks.plan import Departed, Plan, encoded_call
from grader.checks.reply import Reply, Target
from grader.checks.running import run_case
from grader.outcome import Value
from grader.wire import Ref

# Kept per check: the way to a smallest case is some 20 of them, and common mistakes share most of it.
MAX_KEPT = 200


def single(check: Check, case: Case) -> Check | None:
    """The check with this one case, compiled; None where it has to be run live, since it looks at replies.

    Raises:
        NotRecorded: it asks a model answer that is not at hand.
    """
    if check.sheet is None or "rng" in check.offered:  # which draws other numbers for each case of the check
        return None
    if id(case) not in check.singles:
        made = _compiled(check, case)
        if len(check.singles) >= MAX_KEPT:
            return made
        check.singles[id(case)] = case, made  # which keeps the case, so that no other gets its id
    kept: Check | None = check.singles[id(case)][1]
    return kept


def _compiled(check: Check, case: Case) -> Check | None:
    note = _Note()
    try:
        run = run_case(check, case, 0, note)
    except Departed:
        return None
    if note.was_touched or run.failure or run.problem or run.broken:
        return None
    claims = (tuple(run.claims),)
    calls = tuple(note.calls)
    plan = Plan(calls, (0, len(calls)), (), check.plan.modules, check.plan.functions, claims)
    return replace(check, cases=(case,), plan=plan, sheet=Sheet(claims, check.spec.tolerance))


class _Note:
    """Notes calls without making them; implements `Caller`. Who looks at a reply ends the case."""

    def __init__(self) -> None:
        self.calls: list[bytes] = []
        self.was_touched = False

    def call(self, target: Target, args: Sequence[Any], named: dict[str, Any], show_arguments: bool) -> Reply:
        """Note one call."""
        self.calls.append(encoded_call(target, args, named, show_arguments))
        return Reply(Value(None), Ref(0, len(self.calls) - 1), self)

    def touched(self) -> None:
        """There is nothing to look at."""
        self.was_touched = True
        raise Departed
