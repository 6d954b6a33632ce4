"""Finds the smallest case that shows a failure and writes it down as a call that can be pasted and run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.arrays import Array, Mismatch, shaped
from grader.checks.definition import Check
from grader.checks.drawing import Case, is_drawn, size
from grader.checks.expect import Claim, Fact, Numbers, Unchanged
from grader.checks.judging import element_errors, problem_of
from grader.checks.plan import Called, Live
from grader.checks.recorded import NotRecorded
from grader.checks.reply import Reply, origin_of, outcome_behind
from grader.checks.running import CaseRun, Findings, compiled, judged, live_actual, run_case
from grader.checks.shrinking import Enough
from grader.checks.single import single
from grader.outcome import Failure, Handle, Outcome, Value
from grader.sandbox import Session
from grader.verdict import Counterexample
from grader.wire import Ref

MAX_SHOWN = 200


@dataclass(frozen=True)
class Shown:
    """A failing case, run once more by itself."""

    run: CaseRun
    findings: Findings
    calls: Sequence[Called]


def shown_case(check: Check, session: Session, findings: Findings, *, shrink: bool) -> Shown | None:
    """The smallest failing case, run again by itself; None where the failure does not come again.

    Args:
        shrink: let hypothesis look for a smaller one than was drawn.
    """
    index = min(findings.failing, key=lambda case: check.sizes[case])
    case = check.cases[index]
    if shrink and is_drawn(check.function):
        smaller = _smaller(check, session, index, _kind(findings.failures.get(index)))
        if smaller is not None and size(smaller) <= size(case):
            case = smaller
    shown = _run(check, session, case, index)
    return shown if shown.findings.failing else None


def _smaller(check: Check, session: Session, index: int, kind: str) -> Case | None:
    def fails(case: Case) -> bool:
        try:
            found = _tried(check, session, case, index)
        except NotRecorded:  # without the model answer no new case can be judged
            raise Enough from None
        failure = found.failures.get(0)
        if failure is not None and failure.ends_process:
            raise Enough
        return bool(found.failing) and _kind(failure) == kind

    return check.search.smallest(fails)


def _tried(check: Check, session: Session, case: Case, index: int) -> Findings:
    alone = single(check, case)
    if alone is None:
        return _run(check, session, case, index).findings
    plan = alone.plan
    return compiled(alone, session.call(plan.message, len(plan.calls), modules=plan.modules))


def _run(check: Check, session: Session, case: Case, index: int) -> Shown:
    caller = Live(session, check.plan.modules)
    run = run_case(check, case, index, caller)
    return Shown(run, judged(check, [run]), caller.log)


def _kind(failure: Failure | None) -> str:
    """What makes two failures the same: the status and the exception's type."""
    return "" if failure is None else f"{failure.status} {failure.message.partition(':')[0]}"


def counterexample(shown: Shown) -> Counterexample | None:
    """The calls to paste, what came out, what should have."""
    if not shown.calls:
        return None
    claim = first_broken(shown)
    if isinstance(claim, Numbers):
        if isinstance(claim.actual, Reply):
            called = _origin(shown, claim.actual)
            return Counterexample(
                call_text(called, shown.calls), outcome_text(called.outcome), numbers_text(claim.expected)
            )
        return Counterexample(_all_calls(shown), numbers_text(claim.actual), numbers_text(claim.expected))
    last = shown.calls[-1]
    if isinstance(claim, Unchanged):
        before = numbers_text([_listed(arg) for arg in claim.before])
        return Counterexample(
            call_text(last, shown.calls), f"arguments then: {_after(last.outcome)}", f"as before: {before}"
        )
    wanted = claim.why if isinstance(claim, Fact) else ""
    return Counterexample(_all_calls(shown), outcome_text(last.outcome), wanted)


def first_broken(shown: Shown) -> Claim | None:
    """The first claim of the case that does not hold, or None where the case ended before it could be made."""
    for claim in shown.run.claims:
        if isinstance(claim, Fact):
            holds = claim.holds
        elif isinstance(claim, Numbers):
            holds = _equal(claim)
        else:
            holds = problem_of(claim, live_actual(claim)) is None
        if not holds:
            return claim
    return None


def _all_calls(shown: Shown) -> str:
    """The case's calls, one a line; only the last ones where there are many."""
    nested = {call.target[0] for call in shown.calls}
    return "\n".join(call_text(call, shown.calls) for call in shown.calls[-4:] if call.origin not in nested)


def _after(outcome: Outcome) -> str:
    if isinstance(outcome, Value) and isinstance(outcome.data, list):
        return numbers_text([_listed(item[0]) for item in outcome.data if isinstance(item, list) and item])
    return outcome_text(outcome)


def _listed(value: Any) -> Any:
    return value.tolist() if isinstance(value, np.ndarray) else value


def _origin(shown: Shown, reply: Reply) -> Called:
    return next((called for called in shown.calls if called.origin == origin_of(reply)), shown.calls[-1])


def _equal(claim: Numbers) -> bool:
    actual = actual_of(claim)
    return actual is not None and bool(
        np.all(element_errors(actual, claim.expected, equal_nan=True) <= 1e-9 * (1 + np.abs(claim.expected)))
    )


def actual_of(claim: Numbers) -> Array | None:
    """What a claim was made about, as numbers of the expected shape, or None."""
    data = claim.actual
    if isinstance(data, Reply):
        outcome = outcome_behind(data)
        data = outcome.data if isinstance(outcome, Value) else None
    try:
        return shaped(data, claim.expected.shape)
    except Mismatch:
        return None


def call_text(called: Called, calls: Sequence[Called]) -> str:
    """The call as Python: `q2_toeplitz.conv2d(np.array([[1.0]]), …)`."""
    owner, name = called.target
    if isinstance(owner, Ref):
        made = next((earlier for earlier in calls if earlier.origin == owner), None)
        before = call_text(made, calls) if made else "…"
        start = before if name == "__call__" else f"{before}.{name}"
    else:
        start = f"{owner}.{name}"
    arguments = [argument_text(arg) for arg in called.args]
    arguments += [f"{key}={argument_text(arg)}" for key, arg in called.named.items()]
    return f"{start}({', '.join(arguments)})"


def argument_text(value: Any) -> str:
    """An argument as Python."""
    if isinstance(value, Reply):
        return "…"
    if isinstance(value, np.ndarray):
        return _array_text(value, "np.array", "" if value.dtype == np.float64 and value.size else f"np.{value.dtype}")
    if hasattr(value, "detach"):
        return _array_text(value.detach().numpy(), "torch.tensor", f"torch.{str(value.dtype).removeprefix('torch.')}")
    if isinstance(value, dict):
        return (
            "{…}" if len(value) > 3 else "{" + ", ".join(f"{k!r}: {argument_text(v)}" for k, v in value.items()) + "}"
        )
    if isinstance(value, list | tuple):
        inner = ", ".join(argument_text(item) for item in value)
        return f"[{inner}]" if isinstance(value, list) else f"({inner},)" if len(value) == 1 else f"({inner})"
    return repr(value.item() if isinstance(value, np.generic) else value)


def _array_text(array: Array, maker: str, dtype: str) -> str:
    if array.size > MAX_SHOWN:
        return f"<{maker.partition('.')[0]} array of shape {array.shape}>"
    if array.dtype == np.int64:
        dtype = ""
    return f"{maker}({_brief(array.tolist())}{', dtype=' + dtype if dtype else ''})"


def outcome_text(outcome: Outcome) -> str:
    """What a call came back with, in short."""
    if isinstance(outcome, Failure):
        return outcome.message
    if isinstance(outcome, Handle):
        return f"<{outcome.type_name}>"
    return numbers_text(outcome.data)


def numbers_text(data: Any) -> str:
    """Numbers as one reads them, of bounded length."""
    if isinstance(data, np.ndarray):
        data = data.tolist()
    text = _brief(_rounded(data))
    return text if len(text) <= 1200 else text[:1200] + " …"


def _brief(data: Any) -> str:
    """Python for nested lists of numbers, with `1.` for 1.0."""
    if isinstance(data, list):
        return "[" + ", ".join(map(_brief, data)) + "]"
    text = repr(data)
    return text[:-1] if isinstance(data, float) and text.endswith(".0") else text


def _rounded(data: Any) -> Any:
    if isinstance(data, list):
        return [_rounded(item) for item in data[:MAX_SHOWN]]
    if isinstance(data, np.ndarray):
        return _rounded(data.tolist())
    if isinstance(data, float):
        return float(f"{data:.10g}")
    return data[:200] if isinstance(data, str) else data
