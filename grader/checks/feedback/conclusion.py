"""From a check's findings to its verdict: status, credit, and what the student reads."""

from __future__ import annotations

import time
from dataclasses import replace
from fractions import Fraction

import numpy as np

from grader.checks.check import Check
from grader.checks.feedback.counterexample import counterexample
from grader.checks.feedback.failures import describe_failure, is_stub, not_written
from grader.checks.feedback.groups import group_cases
from grader.checks.feedback.parameter_order import IN_THAT_ORDER, describe_order
from grader.checks.feedback.python_text import argument_text
from grader.checks.feedback.script import all_lines
from grader.checks.feedback.shown import Shown
from grader.checks.feedback.shown_case import shown_case
from grader.checks.feedback.wording import feedback_on
from grader.checks.misconceptions.diagnosis import Naming
from grader.checks.misconceptions.files import Misconception
from grader.checks.plan.repeating import is_same_outcome
from grader.checks.reply_cache import recall, to_keep
from grader.checks.runner import CheckRunner, Findings
from grader.errors import GraderError
from grader.model.outcome import Failure, Value
from grader.model.record import Status
from grader.model.verdict import Counterexample, KeptReplies, Verdict
from grader.sandbox import Session

# Statuses whose failing case is worth making smaller; the others would cost the student's time limit again.
_SHRINKABLE: tuple[Status, ...] = ("failed", "partial", "error")
# Statuses that a known mistake can explain: it answered, at least to some cases.
_NAMEABLE = _SHRINKABLE
# What fails once and never again is no evidence against anybody.
_UNREPEATED = "What differed did not differ when it was tried once more"
_NOBODYS_DOING = ", which is not your doing; it is graded again."
_VARIES = (
    ": for the same input your function returns another value each time (random numbers without a seed, the time, or "
    "memory that nothing was written to). Let it return the same."
)

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
    hung: dict[str, Failure] | None = None,
    traceless: bool = False,
) -> Verdict:
    """Run a check on a submission and conclude.

    Args:
        shrink: look for a smaller failing case than was drawn; it costs a tenth of a second.
        misconceptions: those to tell a failing student of.
        calls: of all that the replies rest on beside the submission; they can be kept where it is given.
        kept: replies of an earlier run, instead of the student's code.
        hung: functions that did not return when another check of the group called them; those of this one are added.
        traceless: what the check calls leaves nothing behind in its process.
    """
    started = time.perf_counter()
    hung = {} if hung is None else hung
    known = next((name for name in check.plan.functions if name in hung), None)
    if known is not None:
        unrun = verdict_of_unrun(check, "timeout", _not_again(known, hung[known]))
        return replace(unrun, place=_place(hung[known]), is_doubtful=hung[known].is_doubtful)
    runner = CheckRunner(check, session)
    try:
        findings = runner.run(None if kept is None else recall(kept, len(check.plan.calls)))
        hung |= {one.called: one for one in findings.failures.values() if one.status == "timeout" and one.called}
        verdict = _verdict(runner, findings, started, shrink, traceless)
        if misconceptions is not None and verdict.status in _NAMEABLE:
            verdict = _add_misconception(verdict, misconceptions.identify(check, findings))
        return replace(_hold_for_review(runner, verdict), replies=to_keep(findings, calls))
    except GraderError as error:
        return verdict_of_unrun(check, "ungraded", f"This check could not be run, which is not your doing: {error}")


def _not_again(function: str, failure: Failure) -> str:
    return f"Not tried: {function} did not return when another check called it. {describe_failure(failure)}"


def _add_misconception(verdict: Verdict, misconception: Misconception | None) -> Verdict:
    """The verdict with the misconception's name, its sentence before all else, and the points that it keeps.

    Where all is right but the order of parameters, there is no other mistake to tell of.
    """
    if misconception is None or (IN_THAT_ORDER in verdict.feedback and not misconception.credit):
        return verdict
    score = max(verdict.score, misconception.credit * verdict.max_score)
    return replace(
        verdict,
        status="partial" if score else verdict.status,
        score=score,
        misconception=misconception.name,
        feedback="\n".join((misconception.sentence, verdict.feedback)),
    )


def _hold_for_review(runner: CheckRunner, verdict: Verdict) -> Verdict:
    """The verdict, for a person to look at and without points until then where it rests on a forbidden routine."""
    check = runner.check
    if not check.spec.forbids or not verdict.score:
        return verdict
    plan = check.plan
    outcome = runner.uses(plan.calls[: plan.bounds[min(WATCHED_CASES, len(check.cases))]])
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


def verdict_of_unrun(check: Check, status: Status, feedback: str) -> Verdict:
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


def _verdict(runner: CheckRunner, findings: Findings, started: float, shrink: bool, traceless: bool) -> Verdict:
    check = runner.check
    if findings.fault is not None:
        return verdict_of_unrun(
            check, "ungraded", f"The check itself failed, which is not your doing: {findings.fault}"
        )
    tiers = check.spec.tolerance.tiers
    tier = int(findings.marks.tier.max(initial=0))
    stub = _stub(check, findings)
    status = _status(findings, tier, len(tiers)) if stub is None else "missing"
    credit = tiers[tier].credit if tier < len(tiers) else Fraction(0)
    can_show = status in _SHRINKABLE and stub is None and runner.loads
    groups = group_cases(findings)
    shown = shown_case(runner, findings, groups[0], shrink=shrink, traceless=traceless) if can_show else None
    if can_show and shown is None:
        with runner.apart() as apart:
            again = apart.run()
        if not again.failing:
            why = _VARIES if _answer_otherwise(findings, again) else _NOBODYS_DOING
            return verdict_of_unrun(check, "ungraded", _UNREPEATED + why)
    feedback = not_written(stub) if stub else ""
    if status != "passed" and not stub:
        order = describe_order(runner, shown) if shown and status != "partial" else ""
        feedback = feedback_on(check, findings, groups, status, tier, shown, order)
    return Verdict(
        id=check.id,
        part="code",
        functions=check.plan.functions,
        status=status,
        score=check.spec.points * credit,
        max_score=check.spec.points,
        visibility=check.spec.visibility,
        examples=findings.n_tried or len(check.cases),
        failed_examples=len(findings.failing),
        worst_error=_worst_error(findings),
        feedback=feedback,
        counterexample=_example(shown) if shown else None,
        seconds=time.perf_counter() - started,
        place=_place(groups[0].failure) if groups else None,
        is_doubtful=any(failure.is_doubtful for failure in findings.failures.values()),
    )


def _answer_otherwise(one: Findings, other: Findings) -> bool:
    """Whether the same calls returned something else in another process."""
    pairs = zip(one.replies, other.replies, strict=False)
    return any(isinstance(reply, Value) and not is_same_outcome(reply, again) for reply, again in pairs)


def _place(failure: Failure | None) -> tuple[str, int] | None:
    return (failure.file, failure.line) if failure is not None and failure.file else None


def _example(shown: Shown) -> Counterexample | None:
    """The counterexample; one that does not show alone what is said is no call to paste."""
    found = counterexample(shown)
    if found is None or shown.is_alone:
        return found
    if shown.before:
        return replace(found, call=f"{all_lines(shown.before, argument_text)}\n{found.call}")
    return replace(found, call=f"after other calls: {found.call}")


def _stub(check: Check, findings: Findings) -> Failure | None:
    """The failure of a function that is not written yet, where that is all that happens."""
    failures = [findings.failures.get(case) for case in range(len(check.cases))]
    return failures[0] if failures and all(failure is not None and is_stub(failure) for failure in failures) else None


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
