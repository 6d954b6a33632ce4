"""Makes a check ready: draws its cases and records with the reference which calls it makes."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
from hypothesis.errors import HypothesisException

from grader.checks.api.expect import Claim, Data, Either, Fact, Numbers
from grader.checks.api.reply import Reply
from grader.checks.check import Check, Reference, offered_by
from grader.checks.comparison import ExpectedBatch
from grader.checks.examples.cases import Case, CheckFunction, body_of, is_drawn
from grader.checks.examples.drawing import draw
from grader.checks.feedback.python_text import argument_text, numbers_text
from grader.checks.plan.calls import Plan
from grader.checks.plan.in_place import in_place_slip, own_value_slip
from grader.checks.plan.outlines import parameters_of
from grader.checks.plan.recorder import Recorder
from grader.checks.plan.repeating import Trace, trace
from grader.checks.plan.slips import (
    NO_CLAIM,
    drawing_text,
    error_text,
    fact_slip,
    missing_slip,
    place_in_check,
    signature_slip,
)
from grader.checks.runner import CaseRun, Findings, collect_findings, live_actual, run_case
from grader.model.arrays import in_shape
from grader.model.outcome import Failure
from grader.rubric import CheckSpec
from grader.sandbox import Session

_NOTHING = Plan((), b"", (0,), (), (), (), None)


class ReferenceFails(Exception):
    """The model answer does not pass a check; the message says on which case."""


@dataclass(frozen=True)
class Planned:
    """A check made ready, and the trace of how that went."""

    check: Check
    trace: Trace


def plan_check(
    spec: CheckSpec,
    function: CheckFunction,
    seed: int,
    session: Session,
    reference: Reference,
    tree: frozenset[str] = frozenset(),
    *,
    modules: Collection[str] = (),
    is_enough: Callable[[], bool] = lambda: False,
) -> Planned:
    """The check with its cases drawn and its calls recorded.

    Args:
        session: the model answer, to be called as a student.
        reference: the model answer, for the check's own use.
        tree: see `Plan.tree`.
        modules: the model answer's.
        is_enough: whether the cases so far are all that there is time for.

    Raises:
        ReferenceFails: the model answer does not earn the points.
    """
    if kind := _no_plain_function(body_of(function)):
        raise ReferenceFails(f"it is {kind}, so its body never runs: expected a plain function without yield and async")
    body = body_of(function)
    if not is_drawn(function) and (slip := signature_slip(function)):
        raise ReferenceFails(slip)
    cases = _draw_cases(spec, function, seed, is_enough)
    if slip := signature_slip(function):
        raise ReferenceFails(slip)
    check = Check(
        spec, lambda: function, body, offered_by(body), cases, seed, replace(_NOTHING, tree=tree), None, reference
    )
    recorder = Recorder(session, modules)
    runs = _runs(check, recorder, session, is_enough)
    check = replace(check, cases=cases[: len(runs)])
    _refuse_failing(check, collect_findings(check, runs), recorder, session)
    if not any(run.claims for run in runs):
        raise ReferenceFails(
            f"it makes no claim in any of its {len(cases)} cases, so whatever a student returns passes: {NO_CLAIM}"
        )
    claims = None if recorder.was_touched else tuple(tuple(run.claims) for run in runs)
    if claims is not None:
        _refuse_own_values(check, claims, recorder, session)
    plan = Plan(
        tuple(recorder.calls), bytes(recorder.wanted), tuple(recorder.bounds), recorder.planned_outcomes(),
        tuple(recorder.modules), tuple(recorder.functions), claims, tree=tree,
        operators=recorder.operators, parameters={name: parameters_of(name, session) for name in recorder.functions},
    )  # fmt: skip
    check = replace(check, plan=plan, sheet=_sheet(claims, spec))
    return Planned(check, trace(check, recorder.outcomes, runs))


def _runs(check: Check, recorder: Recorder, session: Session, is_enough: Callable[[], bool]) -> list[CaseRun]:
    """The check's body on case after case.

    Raises:
        ReferenceFails: it fails by itself.
    """
    runs: list[CaseRun] = []
    for index, case in enumerate(check.cases):
        runs.append(run_case(check, case, index, recorder))
        recorder.end_case()
        if runs[-1].broken is not None:
            told = error_text(runs[-1].broken, check.body, recorder.known)
            raise ReferenceFails(_on_case(check, index, told + in_place_slip(check, index, session)))
        if is_enough():
            break
    return runs


def _draw_cases(spec: CheckSpec, function: CheckFunction, seed: int, is_enough: Callable[[], bool]) -> tuple[Case, ...]:
    """The cases.

    Raises:
        ReferenceFails: there are none to be had.
    """
    try:
        return draw(function, spec.examples, seed, is_enough)
    except HypothesisException as error:
        raise ReferenceFails(drawing_text(error)) from None


def _refuse_failing(check: Check, findings: Findings, recorder: Recorder, session: Session) -> None:
    if not findings.failing:
        return
    case_index = findings.failing[0]
    failure = findings.failures.get(case_index)
    problem = findings.marks.problems.get(case_index)
    claims = findings.runs[case_index].claims
    at = next((place for place, claim in enumerate(claims) if not _holds(check, claim)), None)
    lines = recorder.claimed[case_index]
    told = failure.message if failure else problem or ""
    line = recorder.line_of(told) or (lines[at] if at is not None else 0)
    where = f", at {place_in_check(check.body, line)}" if line and not check.spec.matches_reference else ""
    if failure is not None:
        reason = _failure_text(failure) + missing_slip(failure, recorder.known, recorder.module_with)
    else:
        is_fact = at is not None and isinstance(claims[at], Fact)
        reason = problem or _difference(check, claims)
        reason = f"it does not hold that {reason}{fact_slip(check.body)}" if is_fact else reason
    slip = "" if failure or problem else in_place_slip(check, case_index, session)
    raise ReferenceFails(_on_case(check, case_index, reason + where + slip))


def _refuse_own_values(check: Check, claims: Sequence[Sequence[Claim]], recorder: Recorder, session: Session) -> None:
    """Refuse a check that claims no more than what a call was given, which no call can change.

    Raises:
        ReferenceFails: it is one.
    """
    if any(_is_about_submission(claim) for of_case in claims for claim in of_case):
        return
    for case_index, of_case in enumerate(claims):
        for at, claim in enumerate(of_case):
            assert isinstance(claim, Numbers | Data | Either)
            if slip := own_value_slip(check, case_index, session, claim.actual):
                line = recorder.claimed[case_index][at]
                raise ReferenceFails(f"it proves nothing, at {place_in_check(check.body, line)}: {slip}")


def _is_about_submission(claim: Claim) -> bool:
    """Whether a student's work may have a part in it."""
    return not isinstance(claim, Numbers | Data | Either) or isinstance(claim.actual, Reply)


def _holds(check: Check, claim: Claim) -> bool:
    marks = ExpectedBatch([[claim]], check.spec.tolerance).marks([live_actual(claim)])
    return not marks.tier[0] > 0


def _difference(check: Check, claims: Sequence[Claim]) -> str:
    """What the first claim that does not hold got and expected, and by how much too far apart they are."""
    for claim in claims:
        actual = live_actual(claim)
        marks = ExpectedBatch([[claim]], check.spec.tolerance).marks([actual])
        if isinstance(claim, Numbers) and marks.tier[0] > 0:
            pair, excess = (in_shape(actual, claim.expected.shape), claim.expected), marks.excess[0]
            if not all(np.isfinite(side).all() for side in pair):
                return "its own answer is nan or infinite there; draw cases that have an answer"
            apart = f"; the error is {excess:.3g} times the tolerance" if math.isfinite(excess) else ""
            texts = [" ".join(text(side.tolist()).split())[:200] for text in (numbers_text, repr) for side in pair]
            got, expected = texts[:2] if texts[0] != texts[1] else texts[2:]
            return f"got {got}, expected {expected}{apart}"
    return "a claim does not hold"


def _failure_text(failure: Failure) -> str:
    """What a call came to, and what to write where that was meant."""
    kind, _, said = failure.message.partition(":")
    is_error = failure.status == "error" and kind.isidentifier() and said
    return failure.message + (f"; if that is right, write expect.raises({kind}, function, …)" if is_error else "")


def _no_plain_function(body: CheckFunction) -> str:
    if inspect.isgeneratorfunction(body) or inspect.isasyncgenfunction(body):
        return "a generator"
    return "a coroutine" if inspect.iscoroutinefunction(body) else ""


def _sheet(claims: tuple[tuple[Claim, ...], ...] | None, spec: CheckSpec) -> ExpectedBatch | None:
    return None if claims is None else ExpectedBatch(claims, spec.tolerance)


def _on_case(check: Check, index: int, reason: str) -> str:
    case = ", ".join(f"{name}={argument_text(value)}" for name, value in check.cases[index].items())
    return f"the reference does not pass on case {index} ({case[:400]}): {reason}"
