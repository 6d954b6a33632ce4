"""Single cases of a check, made ready once to be asked of many students."""

from __future__ import annotations

from dataclasses import replace

from grader.checks.api.reply import Reply
from grader.checks.api.steps import Step
from grader.checks.check import Check
from grader.checks.comparison import ExpectedBatch
from grader.checks.examples.cases import Case
from grader.checks.plan.callers import LeftPlan
from grader.checks.plan.calls import Plan
from grader.checks.plan.recorder import Noting
from grader.checks.runner import run_case
from grader.model.outcome import Kept

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
        made = _compile(check, case)
        if len(check.singles) >= MAX_KEPT:
            return made
        check.singles[id(case)] = case, made  # which keeps the case, so that no other gets its id
    kept: Check | None = check.singles[id(case)][1]
    return kept


def _compile(check: Check, case: Case) -> Check | None:
    note = _Note()
    try:
        run = run_case(check, case, 0, note)
    except LeftPlan:
        return None
    if note.was_touched or run.failure or run.problem or run.broken:
        return None
    claims = (tuple(run.claims),)
    note.end_case()
    calls = tuple(note.calls)
    plan = Plan(
        calls,
        bytes(note.wanted),
        (0, len(calls)),
        (),
        check.plan.modules,
        check.plan.functions,
        claims,
        tree=check.plan.tree,
    )
    return replace(check, cases=(case,), plan=plan, sheet=ExpectedBatch(claims, check.spec.tolerance))


class _Note(Noting):
    """Notes calls without making them. Who looks at a reply ends the case."""

    def make(self, step: Step) -> Reply:
        """Note one call.

        Raises:
            LeftPlan: what comes next depends on what it returns.
        """
        if step.operation == "next":
            raise LeftPlan
        return Reply(Kept(), self.note(step), self, step)

    def note_look(self) -> None:
        """There is nothing to look at."""
        self.was_touched = True
        raise LeftPlan
