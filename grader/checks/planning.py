"""Makes a check ready: draws its cases and records with the reference which calls it makes."""

from __future__ import annotations

import math
from dataclasses import replace

from grader.checks.definition import Check, Reference, offered_by
from grader.checks.drawing import CheckFunction, body_of, draw
from grader.checks.expect import Claim
from grader.checks.judging import Sheet
from grader.checks.plan import Plan, Recorder
from grader.checks.running import judged, run_case
from grader.checks.showing import argument_text
from grader.rubric import CheckSpec
from grader.sandbox import Session

_NOTHING = Plan((), (0,), (), (), (), None)


class ReferenceFails(Exception):
    """The model answer does not pass a check; the message says on which case."""


def planned(spec: CheckSpec, function: CheckFunction, seed: int, session: Session, reference: Reference) -> Check:
    """The check with its cases drawn and its calls recorded.

    Args:
        session: the model answer, to be called as a student.
        reference: the model answer, for the check's own use.

    Raises:
        ReferenceFails: the model answer does not earn the points.
    """
    cases = draw(function, spec.examples, seed)
    body = body_of(function)
    check = Check(spec, function, body, offered_by(body), cases, seed, _NOTHING, None, reference)
    recorder, bounds, runs = Recorder(session), [0], []
    for index, case in enumerate(cases):
        runs.append(run_case(check, case, index, recorder))
        bounds.append(len(recorder.calls))
        if runs[-1].broken is not None:
            raise ReferenceFails(_on_case(check, index, f"{type(runs[-1].broken).__name__}: {runs[-1].broken}"))
    findings = judged(check, runs)
    if findings.failing:
        case_index = findings.failing[0]
        failure = findings.failures.get(case_index)
        reason = (
            failure.message
            if failure
            else findings.marks.problems.get(case_index) or _excess(findings.marks.excess[case_index])
        )
        raise ReferenceFails(_on_case(check, case_index, reason))
    claims = None if recorder.was_touched else tuple(tuple(run.claims) for run in runs)
    plan = Plan(
        tuple(recorder.calls), tuple(bounds), tuple(recorder.outcomes),
        tuple(recorder.modules), tuple(recorder.functions), claims,
    )  # fmt: skip
    return replace(check, plan=plan, sheet=_sheet(claims, spec))


def _sheet(claims: tuple[tuple[Claim, ...], ...] | None, spec: CheckSpec) -> Sheet | None:
    return None if claims is None else Sheet(claims, spec.tolerance)


def _excess(excess: float) -> str:
    if not math.isfinite(excess):
        return "its own answer is nan or infinite there; draw cases that have an answer"
    return f"its error is {excess:.3g} times the tolerance"


def _on_case(check: Check, index: int, reason: str) -> str:
    case = ", ".join(f"{name}={argument_text(value)}" for name, value in check.cases[index].items())
    return f"the reference does not pass on case {index} ({case[:400]}): {reason}"
