"""Finds the failing case to show: the smallest, run once more by itself, with its claim about what was returned."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from grader.checks.api.expect import Data, Numbers
from grader.checks.api.reply import Reply, outcome_behind
from grader.checks.api.steps import Step
from grader.checks.api.student import step_for
from grader.checks.check import Check
from grader.checks.examples.cases import Case, is_drawn, size
from grader.checks.examples.one_example import single
from grader.checks.examples.shrink_database import Enough
from grader.checks.feedback.groups import CaseGroup, kind_of
from grader.checks.feedback.python_text import is_cut, without_numbers
from grader.checks.feedback.shown import Shown, answers_alike, first_broken
from grader.checks.feedback.sources import Sources, sources_of
from grader.checks.feedback.step_graph import hands_on, step_of
from grader.checks.plan.arguments import CannotBeSent
from grader.checks.plan.callers import Edit
from grader.checks.plan.recorded_reference import NotRecorded
from grader.checks.plan.repeating import is_same_outcome
from grader.checks.runner import CaseRun, CheckRunner, Findings, collect_findings, judge_plan, run_case
from grader.model.arrays import Mismatch, as_array
from grader.model.outcome import Outcome, Value

# So many other cases are tried, each in a process of its own, as the one after which a case fails.
_MOST_BEFORE = 8
# So much of the judge's own time is spent on looking for a smaller failing case.
_MAX_SEARCH_CPU_S = 3.0


def shown_case(
    runner: CheckRunner, findings: Findings, group: CaseGroup, *, shrink: bool, traceless: bool = False
) -> Shown | None:
    """The smallest failing case of a group, run again by itself; None where the failure does not come again.

    Args:
        shrink: let hypothesis look for a smaller one than was drawn.
        traceless: what is called leaves nothing behind; so this process says what one that has done nothing would say,
            unless something was printed in it, which is not printed twice where it is a warning.
    """
    check = runner.check
    worst = max(int(findings.marks.tier[case]) for case in group.cases)
    lost = [case for case in group.cases if findings.marks.tier[case] == worst]
    index = min(lost, key=lambda case: check.sizes[case])
    case = check.cases[index]
    is_endless = bool(findings.runs) and findings.runs[index].is_endless
    if shrink and is_drawn(check.function) and not is_endless:
        smaller = _smaller(runner, index, worst, group.kind)
        if smaller is not None and size(smaller) <= size(case):
            case = smaller
    if is_endless:  # to see it once more takes as long again
        return _with_claim(check, case, index, _as_it_ran(check, findings.runs[index]))
    shown = _run(runner, case, index)
    if not shown.findings.failing:
        return None
    told = _with_claim(check, case, index, shown)
    if traceless and not runner.output:
        return _with_plain_arrays(runner, case, index, told)
    if by_itself := _told_by_one_call(runner, told):
        return by_itself
    alone = _run_apart(runner, case, index)
    if not alone.findings.failing:
        drawn = check.cases[index]  # a smaller one may have failed only after what was tried before it
        for tried in (drawn,) if case is drawn else (case, drawn):
            if (after := _after_another(runner, tried, index)) is not None:
                return replace(_with_claim(check, tried, index, after), is_alone=False)
        return replace(told, is_alone=False)
    found = _with_claim(check, case, index, alone)
    is_unsteady = not answers_alike(found, shown)
    varies = is_unsteady and not answers_alike(found, _run_apart(runner, case, index, reseeded=True))
    found = _with_plain_arrays(runner, case, index, replace(found, varies=varies, is_unsteady=is_unsteady))
    return found if varies else _after_its_own(runner, found)


def _with_plain_arrays(runner: CheckRunner, case: Case, index: int, shown: Shown) -> Shown:
    """The case with zeros in the place of arrays too large to be written out, where the same happens with these."""
    if shown.happened is None or not any(map(_is_too_large, shown.calls)):
        return shown
    with runner.apart() as apart:
        plain = _run(apart, case, index, _with_zeros)
    return shown if plain.happened != shown.happened else replace(shown, calls=plain.calls, findings=plain.findings)


def _is_too_large(reply: Reply) -> bool:
    return any(map(is_cut, (*step_of(reply).args, *step_of(reply).named.values())))


def _told_by_one_call(runner: CheckRunner, shown: Shown) -> Shown | None:
    """The case, where the one call that shows it returns the same in a process that has done nothing else."""
    reply = _one_call(shown)
    if reply is None or shown.computed or shown.is_law or shown.happened is not None:
        return None
    by_itself, printed = _by_itself(runner, reply)
    return replace(shown, printed=printed) if is_same_outcome(by_itself, outcome_behind(reply)) else None


def _one_call(shown: Shown) -> Reply | None:
    """The call of a function that a claim is about, where no other has anything to do with it."""
    reply = shown.claim.actual if isinstance(shown.claim, Numbers | Data) else None
    reply = reply._get() if isinstance(reply, Reply) else None
    if reply is None or hands_on(shown.calls) or not isinstance(step_of(reply).target[0], str):
        return None
    return reply


def _by_itself(runner: CheckRunner, reply: Reply) -> tuple[Outcome, str]:
    """What comes of a call that is a process's first, and what is printed meanwhile."""
    with runner.apart() as apart:
        before = len(apart.output)
        live = apart.live()
        outcome = outcome_behind(live.call(step_for(live, step_of(reply))))
        return outcome, apart.output[before:]


def _after_its_own(runner: CheckRunner, shown: Shown) -> Shown:
    """The case with what it called earlier, where the call that is shown returns something else without that."""
    reply = _one_call(shown)
    before = [] if reply is None else shown.calls[: _place_of(reply, shown.calls)]
    if reply is None or not before:
        return shown
    is_same = is_same_outcome(_by_itself(runner, reply)[0], outcome_behind(reply))
    return shown if is_same else replace(shown, before=before, is_alone=False)


def _place_of(reply: Reply, log: Sequence[Reply]) -> int:
    return next((place for place, one in enumerate(log) if one is reply), 0)


def _after_another(runner: CheckRunner, case: Case, index: int) -> Shown | None:
    """The case in a process that ran one other case before it, if that is enough to make it fail.

    The smallest are tried, then those that were run before it: all, halved until one is left.
    """
    sizes = runner.check.sizes
    others = sorted((other for other in range(len(sizes)) if other != index), key=lambda one: sizes[one])
    for other in others[:_MOST_BEFORE]:
        if (shown := _after(runner, [other], case, index)) is not None:
            return shown
    earlier = list(range(index))
    while len(earlier) > 1:
        halves = earlier[: len(earlier) // 2], earlier[len(earlier) // 2 :]
        earlier = next((half for half in halves if _after(runner, half, case, index) is not None), [])
    return _after(runner, earlier, case, index) if earlier else None


def _after(runner: CheckRunner, others: Sequence[int], case: Case, index: int) -> Shown | None:
    """The case after some others, and the calls of the last of them; None where it does not fail."""
    with runner.apart() as apart:
        before = [_run(apart, runner.check.cases[other], other) for other in others]
        shown = _run(apart, case, index)
    return replace(shown, before=before[-1].calls) if shown.findings.failing else None


def _with_claim(check: Check, case: Case, index: int, shown: Shown) -> Shown:
    """The case with its claim that does not hold, as far as possible as one about what a function returned."""
    claims = shown.run.claims
    at = first_broken(shown)
    if at is None:
        return shown
    claim = claims[at]
    sources = sources_of(check, case, index, shown.calls, claims, at)
    if sources.expected and isinstance(claim, Numbers):
        return _judged_by_reference(check, shown) or _between_own_results(shown, claim, sources)
    if len(sources.actual) == 1 and isinstance(claim, Numbers | Data):
        [reply] = sources.actual
        if _is_told_by(claim.actual, reply):
            return replace(shown, claim=replace(claim, actual=reply))
    return replace(shown, claim=claim, computed=sources.actual)


def _between_own_results(shown: Shown, claim: Numbers, sources: Sources) -> Shown:
    if not shown.tolerance.equal_nan and np.isnan(claim.expected).any():
        lost = next((reply for reply in shown.calls if _holds_nan(outcome_behind(reply))), None)
        if lost is not None:
            return replace(shown, claim=claim, computed=(lost,), is_law=True, has_nan=True)
    own = (claim.actual,) if isinstance(claim.actual, Reply) else sources.actual
    both = {id(reply): reply for reply in (*own, *sources.expected)}
    computed = tuple(reply for reply in shown.calls if id(reply) in both)
    return replace(shown, claim=claim, computed=computed, is_law=True)


def _holds_nan(outcome: Outcome) -> bool:
    try:
        return isinstance(outcome, Value) and bool(np.isnan(as_array(outcome.data)).any())
    except Mismatch:
        return False


def _judged_by_reference(check: Check, shown: Shown) -> Shown | None:
    """The case with the first of its calls that the model answer answers otherwise; None where none is known."""
    if hands_on(shown.calls):
        return None
    check.reference.begin_case()
    for reply in shown.calls:
        step, outcome = step_of(reply), outcome_behind(reply)
        if not isinstance(step.target[0], str) or not isinstance(outcome, Value):
            return None
        try:
            known = outcome_behind(check.reference.call(step))
            expected = as_array(known.data) if isinstance(known, Value) else None
        except (NotRecorded, Mismatch, CannotBeSent):  # which is given a function of the student's, say
            return None
        if expected is None:
            return None
        claim = Numbers(reply, expected, None, False, "")
        if not shown.holds(claim):
            return replace(shown, claim=claim)
    return None


def _is_told_by(actual: Any, reply: Reply) -> bool:
    """Whether what a claim is about is what a function returned, looked at as it is."""
    outcome = outcome_behind(reply)
    if not isinstance(outcome, Value):
        return False
    try:
        return np.array_equal(as_array(actual), as_array(outcome.data), equal_nan=True)
    except Mismatch:
        return False


def _smaller(runner: CheckRunner, index: int, tier: int, kind: str) -> Case | None:
    started = time.thread_time()

    def fails(case: Case) -> bool:
        if time.thread_time() - started > _MAX_SEARCH_CPU_S:
            raise Enough
        try:
            found = _try(runner, case, index)
        except NotRecorded:  # without the model answer no new case can be judged
            raise Enough from None
        failure = found.failures.get(0)
        if failure is not None and failure.ends_process:
            raise Enough
        return bool(found.marks.tier[0] >= tier) and kind_of(found, 0) == kind

    return runner.check.search.smallest(fails)


def _try(runner: CheckRunner, case: Case, index: int) -> Findings:
    alone = single(runner.check, case)
    return _run(runner, case, index).findings if alone is None else judge_plan(alone, runner.replies(alone.plan))


def _with_zeros(step: Step) -> Step:
    """The step with zeros in the place of the numbers of large arrays."""
    named = {key: without_numbers(value) for key, value in step.named.items()}
    return Step(step.target, tuple(map(without_numbers, step.args)), named, step.manner)


def _run(runner: CheckRunner, case: Case, index: int, edit: Edit = lambda step: step) -> Shown:
    caller, before = runner.live(edit), len(runner.output)
    run = run_case(runner.check, case, index, caller)
    run.log, run.made = caller.log, caller.made
    return _as_it_ran(runner.check, run, runner.output[before:])


def _as_it_ran(check: Check, run: CaseRun, printed: str = "") -> Shown:
    """A case as it has run, with its steps."""
    found = collect_findings(check, [run])
    lost = max(0, int(found.marks.tier[0]) - 1)
    return Shown(run, found, run.log, check.spec.tolerance, lost, printed, made=run.made)


def _run_apart(runner: CheckRunner, case: Case, index: int, *, reseeded: bool = False) -> Shown:
    """The case in a process that has done nothing else, and ends with it: each holds memory that others need."""
    with runner.apart(reseeded=reseeded) as apart:
        return _run(apart, case, index)
