"""Makes a check ready: draws its cases and records with the reference which calls it makes."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from grader.checks.api.expect import Claim, Numbers
from grader.checks.check import Check, Reference, offered_by
from grader.checks.comparison import ExpectedBatch
from grader.checks.examples.drawing import CheckFunction, body_of, draw
from grader.checks.feedback.python_text import argument_text, numbers_text
from grader.checks.plan.calls import Plan, Recorder
from grader.checks.plan.repeating import Trace, trace
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
    is_enough: Callable[[], bool] = lambda: False,
) -> Planned:
    """The check with its cases drawn and its calls recorded.

    Args:
        session: the model answer, to be called as a student.
        reference: the model answer, for the check's own use.
        tree: see `Plan.tree`.
        is_enough: whether the cases so far are all that there is time for.

    Raises:
        ReferenceFails: the model answer does not earn the points.
    """
    if kind := _no_plain_function(body_of(function)):
        raise ReferenceFails(f"it is {kind}, so its body never runs: expected a plain function without yield and async")
    cases = draw(function, spec.examples, seed, is_enough)
    body = body_of(function)
    check = Check(spec, function, body, offered_by(body), cases, seed, replace(_NOTHING, tree=tree), None, reference)
    recorder = Recorder(session)
    runs = _runs(check, recorder, is_enough)
    check = replace(check, cases=cases[: len(runs)])
    _refuse_failing(check, collect_findings(check, runs))
    if not any(run.claims for run in runs):
        raise ReferenceFails(
            f"it makes no claim in any of its {len(cases)} cases, so whatever a student returns passes"
        )
    claims = None if recorder.was_touched else tuple(tuple(run.claims) for run in runs)
    plan = Plan(
        tuple(recorder.calls), bytes(recorder.wanted), tuple(recorder.bounds), recorder.planned_outcomes(),
        tuple(recorder.modules), tuple(recorder.functions), claims, tree=tree,
    )  # fmt: skip
    check = replace(check, plan=plan, sheet=_sheet(claims, spec))
    return Planned(check, trace(check, recorder.outcomes, runs))


def _runs(check: Check, recorder: Recorder, is_enough: Callable[[], bool]) -> list[CaseRun]:
    """The check's body on case after case.

    Raises:
        ReferenceFails: it fails by itself.
    """
    runs: list[CaseRun] = []
    for index, case in enumerate(check.cases):
        runs.append(run_case(check, case, index, recorder))
        recorder.end_case()
        if runs[-1].broken is not None:
            raise ReferenceFails(_on_case(check, index, _fault_text(runs[-1].broken)))
        if is_enough():
            break
    return runs


def _refuse_failing(check: Check, findings: Findings) -> None:
    if not findings.failing:
        return
    case_index = findings.failing[0]
    failure = findings.failures.get(case_index)
    reason = _failure_text(failure) if failure else findings.marks.problems.get(case_index)
    raise ReferenceFails(_on_case(check, case_index, reason or _difference(check, findings, case_index)))


def _difference(check: Check, findings: Findings, case_index: int) -> str:
    """What the first claim that does not hold got and expected, and by how much too far apart they are."""
    for claim in findings.runs[case_index].claims:
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


def _fault_text(error: BaseException) -> str:
    """What failed in the check itself, and what to write where it asked numpy for what only torch has."""
    of = getattr(error, "obj", None)
    is_numpy = isinstance(error, AttributeError) and isinstance(of, np.ndarray | np.generic)
    hint = "; what a check computes from replies are numpy's numbers, without a graph: let provided/ compute it"
    return f"{type(error).__name__}: {error}{hint if is_numpy else ''}"


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
