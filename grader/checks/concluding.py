"""From a check's findings to its verdict: status, credit, and what the student reads."""

from __future__ import annotations

import difflib
import inspect
import math
import time
from dataclasses import replace
from fractions import Fraction

import numpy as np

from grader.checks.definition import Check
from grader.checks.expect import Numbers
from grader.checks.judging import element_errors
from grader.checks.keeping import recalled, to_keep
from grader.checks.misconceptions import Misconception
from grader.checks.naming import Naming
from grader.checks.plan import packed_list
from grader.checks.running import Findings, run_check
from grader.checks.showing import Shown, actual_of, counterexample, first_broken, shown_case
from grader.errors import GraderError
from grader.outcome import Failure, Value
from grader.sandbox import Session
from grader.verdict import KeptReplies, Status, Verdict

# Statuses whose failing case is worth making smaller; the others would cost the student's time limit again.
_SHRINKABLE: tuple[Status, ...] = ("failed", "partial", "error")
# Statuses that a known mistake can explain: it answered, at least to some cases.
_NAMEABLE = _SHRINKABLE
# In so many cases a forbidden routine is watched for where reading the code shows none.
WATCHED_CASES = 4


def conclude(
    check: Check,
    session: Session,
    *,
    shrink: bool = True,
    misconceptions: Naming | None = None,
    calls: str = "",
    kept: KeptReplies | None = None,
) -> Verdict:
    """Run a check on a submission and conclude.

    Args:
        shrink: look for a smaller failing case than was drawn; it costs a tenth of a second.
        misconceptions: those to tell a failing student of.
        calls: of all that the replies rest on beside the submission; they can be kept where it is given.
        kept: replies of an earlier run, instead of the student's code.
    """
    started = time.perf_counter()
    try:
        findings = run_check(check, session, None if kept is None else recalled(kept, len(check.plan.calls)))
        verdict = _verdict(check, session, findings, started, shrink)
        if misconceptions is not None and verdict.status in _NAMEABLE:
            verdict = _named(verdict, misconceptions.named(check, findings))
        return replace(_withheld(check, session, verdict), replies=to_keep(findings, calls))
    except GraderError as error:
        return unconcluded(check, "ungraded", f"This check could not be run, which is not your doing: {error}")


def _named(verdict: Verdict, misconception: Misconception | None) -> Verdict:
    """The verdict with the misconception's name, its sentence before all else, and the points that it keeps."""
    if misconception is None:
        return verdict
    score = max(verdict.score, misconception.credit * verdict.max_score)
    return replace(
        verdict,
        status="partial" if score else verdict.status,
        score=score,
        misconception=misconception.name,
        feedback="\n".join((misconception.sentence, verdict.feedback)),
    )


def _withheld(check: Check, session: Session, verdict: Verdict) -> Verdict:
    """The verdict, for a person to look at and without points until then where it rests on a forbidden routine."""
    if not check.spec.forbids or not verdict.score:
        return verdict
    plan = check.plan
    calls = packed_list(plan.calls[: plan.bounds[min(WATCHED_CASES, len(check.cases))]])
    outcome = session.uses(plan.functions, check.spec.forbids, calls, plan.modules)
    uses = outcome.data if isinstance(outcome, Value) and isinstance(outcome.data, list) else []
    named = [f"{file}, line {line}: {routine}" for file, line, routine in uses]
    if named:
        reason = f"The task asks to do without {', '.join(dict.fromkeys(routine for _, _, routine in uses))}."
    elif isinstance(outcome, Failure) and outcome.ends_process:
        reason = f"What the code uses could not be watched: {outcome.message}."
    else:
        return verdict
    feedback = "\n".join([f"{reason} A person looks at it; until then the points are withheld.", *named])
    return replace(verdict, status="needs_review", score=Fraction(0), feedback=feedback)


def unconcluded(check: Check, status: Status, feedback: str) -> Verdict:
    """The verdict of a check that did not run, without points."""
    spec = check.spec
    return Verdict(
        id=spec.id,
        part="code",
        functions=check.plan.functions,
        status=status,
        score=Fraction(0),
        max_score=spec.points,
        visibility=spec.visibility,
        feedback=feedback,
    )


def _verdict(check: Check, session: Session, findings: Findings, started: float, shrink: bool) -> Verdict:
    if findings.fault is not None:
        return unconcluded(check, "ungraded", f"The check itself failed, which is not your doing: {findings.fault}")
    tiers = check.spec.tolerance.tiers
    tier = int(findings.marks.tier.max(initial=0))
    status = _status(findings, tier, len(tiers))
    credit = tiers[tier].credit if tier < len(tiers) else Fraction(0)
    can_show = status in _SHRINKABLE and _loads(check, session)
    shown = shown_case(check, session, findings, shrink=shrink) if can_show else None
    return Verdict(
        id=check.id,
        part="code",
        functions=check.plan.functions,
        status=status,
        score=check.spec.points * credit,
        max_score=check.spec.points,
        visibility=check.spec.visibility,
        examples=len(check.cases),
        failed_examples=len(findings.failing),
        worst_error=_worst_error(findings),
        feedback="" if status == "passed" else _feedback(check, findings, status, tier, shown),
        counterexample=counterexample(shown) if shown else None,
        seconds=time.perf_counter() - started,
    )


def _loads(check: Check, session: Session) -> bool:
    return not any(isinstance(session.load(module), Failure) for module in check.plan.modules)


def _status(findings: Findings, tier: int, n_tiers: int) -> Status:
    if tier == 0:
        return "passed"
    if tier < n_tiers:
        return "partial"
    first = deciding_failure(findings)
    return first.status if first else "failed"


def deciding_failure(findings: Findings) -> Failure | None:
    """The failure that gives a check its status: one that ended the process, or that of the first failing case."""
    ended = next((failure for failure in findings.failures.values() if failure.ends_process), None)
    return ended or (findings.failures.get(findings.failing[0]) if findings.failing else None)


def _worst_error(findings: Findings) -> float | None:
    """The worst error in units of the tolerance; None where no finite number says it."""
    measured = findings.marks.excess[np.isfinite(findings.marks.excess)]
    worst = measured.max(initial=0.0)
    return float(f"{worst:.3g}") if worst > 1 or (len(measured) and not findings.failing) else None


def _feedback(check: Check, findings: Findings, status: Status, tier: int, shown: Shown | None) -> str:
    failure = deciding_failure(findings) if status not in ("failed", "partial") else None
    if failure is not None:
        lines = [explained(failure)]
        if status == "error" and shown:
            lines.append(f"This happens on {_share(findings, check)}.")
        return "\n".join(lines)
    lines = [check.spec.tolerance.tiers[tier].feedback] if status == "partial" else [_wanted(check)]
    lines.append(f"Differs on {_share(findings, check)}{_excess(findings)}.")
    lines.append(_difference(findings, shown))
    if check.spec.hint:
        lines.append(f"Hint: {check.spec.hint}")
    return "\n".join(line for line in lines if line)


def explained(failure: Failure) -> str:
    """A failure as a sentence for the student."""
    if failure.file:
        place = f"{failure.file}, line {failure.line}" + (f", in {failure.function}" if failure.function else "")
        return f"{place}: {failure.message}"
    if failure.status == "missing":
        wanted = failure.message.rpartition(" ")[2].removesuffix(".py")
        near = difflib.get_close_matches(wanted.lower(), {name.lower(): name for name in failure.names}, 1, 0.75)
        names = {name.lower(): name for name in failure.names}
        return failure.message + (f"; there is {names[near[0]]}" if near else "")
    return failure.message


def _wanted(check: Check) -> str:
    """The check's sentence."""
    return inspect.cleandoc(check.body.__doc__ or "").partition("\n\n")[0].replace("\n", " ")


def _share(findings: Findings, check: Check) -> str:
    failed, n = len(findings.failing), len(check.cases)
    return (
        "the worked example" if n == 1 else f"all {n} inputs tried" if failed == n else f"{failed} of {n} inputs tried"
    )


def _excess(findings: Findings) -> str:
    worst = findings.marks.excess[np.isfinite(findings.marks.excess)]
    if not len(worst) or worst.max() <= 1 or math.isinf(worst.max()):
        return ""
    return f", the worst by {worst.max():.2g} times the tolerance"


def _difference(findings: Findings, shown: Shown | None) -> str:
    """What is wrong in the case shown: the problem's sentence, or where the values differ most."""
    if shown is None:
        problems = findings.marks.problems
        return problems[min(problems)] + "." if problems else "It did not differ again when tried a second time."
    claim = first_broken(shown)
    values = _values(claim) if isinstance(claim, Numbers) else ""
    return values or _sentence(shown.findings.marks.problems.get(0, ""))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") or not text else ".")


def _values(claim: Numbers) -> str:
    actual = actual_of(claim)
    if actual is None or not claim.expected.size:
        return ""
    errors = np.atleast_1d(element_errors(actual, claim.expected, equal_nan=False))
    bound = 1e-12 * (1 + np.abs(np.atleast_1d(claim.expected)))
    differing = int(np.sum(errors > bound))
    if not differing:
        return ""
    worst = np.unravel_index(int(np.argmax(errors)), errors.shape)
    got, wanted = np.atleast_1d(actual)[worst], np.atleast_1d(claim.expected)[worst]
    why = f" ({claim.why})" if claim.why else ""
    if claim.expected.shape == ():
        return f"Got {got:.10g}, expected {wanted:.10g}{why}."
    place = "[" + ", ".join(map(str, map(int, worst))) + "]"
    return f"At {place}: got {got:.10g}, expected {wanted:.10g}; {differing} of {errors.size} values differ{why}."
