"""Whether one side is the other, rounded down: asked only where several numbers say so."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from grader.checks.api.expect import Numbers
from grader.checks.api.reply import Reply, origin_of
from grader.checks.check import Check
from grader.checks.plan.callers import LeftPlan, Replayer
from grader.checks.plan.recorded_reference import NotRecorded
from grader.checks.runner import CaseRun, Findings, live_actual, run_case
from grader.model.arrays import Array, Mismatch, in_shape
from grader.model.outcome import Value

_ROUNDED = "Is it rounded down, by `//`, `int` or `astype(int)`?"
_UNROUNDED = "Should it be rounded down, as `//` divides?"
# One number that fits, or one and the same for every input, may as well be something else.
_LEAST_NUMBERS = 2
_MOST_CASES = 100


def question_on_rounding(check: Check, findings: Findings) -> str:
    """What to look at where in every number that differs one side is the other, rounded down; empty where not."""
    try:
        pairs = [pair for case in findings.failing[:_MOST_CASES] for pair in _differences(check, findings, case)]
    except (LeftPlan, NotRecorded):
        return ""
    if not pairs:
        return ""
    actual, expected = (np.concatenate(side) for side in zip(*pairs, strict=True))
    for fractions, whole, told in ((expected, actual, _ROUNDED), (actual, expected, _UNROUNDED)):
        if (np.floor(fractions) == whole).all() and len(np.unique(whole)) >= _LEAST_NUMBERS:
            return told
    return ""


def _differences(check: Check, findings: Findings, case: int) -> Iterator[tuple[Array, Array]]:
    """The numbers of a case that differ from those expected, beside these."""
    for claim, data in _claims(check, findings, case):
        try:
            actual = in_shape(data, claim.expected.shape)
        except Mismatch:
            continue
        if np.isrealobj(actual) and np.isrealobj(claim.expected):
            compared = check.spec.tolerance.compare(actual, claim.expected, scale=claim.scale, exact=claim.exact)
            differs = np.atleast_1d(compared.differences(0))
            yield np.atleast_1d(actual)[differs], np.atleast_1d(claim.expected)[differs]


def _claims(check: Check, findings: Findings, case: int) -> Iterator[tuple[Numbers, object]]:
    """The claims of a case about numbers, each with what it is about."""
    if not findings.runs and check.plan.claims is not None:  # the check was judged by its replies, without its body
        for claim in check.plan.claims[case]:
            if isinstance(claim, Numbers):
                yield claim, _data_of(findings, claim)
        return
    for claim in _run(check, findings, case).claims:
        if isinstance(claim, Numbers):
            yield claim, live_actual(claim)


def _run(check: Check, findings: Findings, case: int) -> CaseRun:
    """How the check's body ran; it is run again where these replies were judged for another student."""
    if findings.runs:
        return findings.runs[case]
    return run_case(check, check.cases[case], case, Replayer(check.plan, case, findings.replies))


def _data_of(findings: Findings, claim: Numbers) -> object:
    if not isinstance(claim.actual, Reply):
        return claim.actual
    outcome = findings.replies[origin_of(claim.actual).index]
    return outcome.data if isinstance(outcome, Value) else None
