"""The words of a verdict: what happened and how often, got and expected, and where there is a hint to it."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader import wire
from grader.cache.nodes import tensor_of
from grader.checks.api.expect import Fact, Numbers
from grader.checks.api.reply import Reply, outcome_behind
from grader.checks.check import Check
from grader.checks.feedback.counterexample import outcome_text
from grader.checks.feedback.failures import advice, describe_failure, is_unfit_call
from grader.checks.feedback.groups import CaseGroup
from grader.checks.feedback.python_text import argument_text, numbers_text
from grader.checks.feedback.refusals import MODULE_LEVEL
from grader.checks.feedback.returns import describe_return, kind_of_problem
from grader.checks.feedback.rounding import question_on_rounding
from grader.checks.feedback.shown import Shown, actual_of
from grader.checks.runner import Findings
from grader.model.outcome import Failure, Value
from grader.model.record import Status

# A larger factor says no more than that it is another number.
_MOST_TIMES = 1000.0
_MOST_GROUPS = 3
_KEEPS = (
    "By itself this input is right; it is wrong only after other calls: your function keeps something from one call to "
    "the next, such as a name outside of it that it changes, or a cache."
)
_AFTER_ANOTHER = (
    "By itself the last of these calls returns something else: your function keeps something from one call to the "
    "next, such as a name outside of it that it changes, or a cache."
)
_VARIES = (
    "That is what it got this time: for the same input your function returns another value each time (random numbers "
    "without a seed, the time, or memory that nothing was written to)."
)
_UNSTEADY = (
    "After other calls it returned something else: it keeps something from one call to the next, or reads memory that "
    "nothing was written to (`np.empty`)."
)
_NAN = (
    "It returned nan, which is no number and equals nothing, so the law cannot hold: look for 0/0, inf - inf, the "
    "logarithm or the root of a negative number, or memory that nothing was written to (`np.empty`)."
)
_WHOLE = "It returned integers: look for `astype(int)`, `//`, or an array of integers that it writes into."
# Of these kinds the rubric's one hint says nothing: it is about the numbers.
_NO_NUMBERS = frozenset({"none", "type", "error", "signature", "timeout", "memory", "partial", "dtype"})
_MOST_INPUT = 600
_MOST_OF_A_SIDE = 60


def sentence_of(check: Check) -> str:
    """The check's own sentence, the law that it tests."""
    return inspect.cleandoc(check.body.__doc__ or "").partition("\n\n")[0].replace("\n", " ")


def feedback_on(
    check: Check,
    findings: Findings,
    groups: Sequence[CaseGroup],
    status: Status,
    tier: int,
    shown: Shown | None,
    order: str = "",
) -> str:
    """What a student reads of a check that did not pass.

    Args:
        order: of its parameters, see `describe_order`; who is told that needs no other hint.
    """
    first = groups[0]
    kind = kind_of_failure(check, first, status, shown)
    if first.failure is not None and (first.failure.ends_process or status not in ("failed", "partial", "error")):
        lines = [describe_failure(first.failure, check.beside), *_input(check, first), *advice(first.failure)]
        return "\n".join([*lines, *_hint(check, kind)])
    if first.failure is not None:
        failure = (shown and shown.failure) or first.failure  # of the input that is shown
        lines = [describe_failure(failure), *advice(failure)]
        lines += [_wanted_call(shown)] if kind == "signature" and shown else []
        lines += [f"This happens on {_share(first, findings)}."] if shown and len(check.cases) > 1 else []
    else:
        lines = [check.spec.tolerance.tiers[tier].feedback if status == "partial" else sentence_of(check)]
        lines += [f"Differs on {_share(first, findings)}{_excess(findings, first)}."] if len(check.cases) > 1 else []
        lines.append(_difference(first, shown, question_on_rounding(check, findings)))
    lines += [_other(group) for group in groups[1:_MOST_GROUPS]]
    lines += (
        [order] if order else _hint(check, "value" if kind in ("partial", "dtype") and not lines[0] else kind)
    )  # a tier says it itself
    return "\n".join(line for line in lines if line)


def kind_of_failure(check: Check, group: CaseGroup, status: Status, shown: Shown | None) -> str:
    """The kind of a failure, one of a rubric's `hints`."""
    failure = (shown and shown.failure) or group.failure
    if failure is not None:
        ended = {"timeout": "timeout", "out_of_memory": "memory"}.get(failure.status, "error")
        return "signature" if is_unfit_call(failure, check.plan.functions) else ended
    if status == "partial":
        return "dtype" if shown and isinstance(shown.claim, Numbers) and _is_of_float32(shown.claim) else "partial"
    problem = (shown and shown.findings.marks.problems.get(0)) or group.problem
    if problem:
        return kind_of_problem(problem)
    if shown and (shown.has_nan or (isinstance(shown.claim, Numbers) and _loses_numbers(shown.claim))):
        return "nan"
    return "value"


def _is_of_float32(claim: Numbers) -> bool:
    """Whether all numbers are such as float32 has, where those expected are not."""
    actual = actual_of(claim)
    sides = [] if actual is None or not np.isrealobj(actual) else [actual, claim.expected]
    with np.errstate(over="ignore"):
        return [bool((side.astype(np.float32) == side).all()) for side in sides] == [True, False]


def _loses_numbers(claim: Numbers) -> bool:
    """Whether NaN or infinity stands where a number is expected."""
    actual = actual_of(claim)
    return actual is not None and bool((~np.isfinite(actual) & np.isfinite(claim.expected)).any())


def _hint(check: Check, kind: str) -> list[str]:
    """What the rubric says to this kind of failure."""
    hint = check.spec.hints.get(kind) or ("" if kind in _NO_NUMBERS else check.spec.hint)
    return [f"Hint: {hint}"] if hint else []


def _wanted_call(shown: Shown) -> str:
    """How the function is called, which its parameters have to take: `Its signature has to allow f(…, bias=…).`"""
    called = (reply._get()._step for reply in shown.calls if isinstance(outcome_behind(reply), Failure))
    step = next(called, None)
    if step is None or not isinstance(step.target[1], str):
        return ""
    given = ["…"] * len(step.args) + [f"{name}=…" for name in step.named]
    return f"Its signature has to allow the call {step.target[1]}({', '.join(given)})."


def _input(check: Check, group: CaseGroup) -> list[str]:
    """The first case in which a call did not return."""
    failure = group.failure
    uses_memory = failure is not None and failure.status == "out_of_memory" and failure.function != MODULE_LEVEL
    if failure is None or not (failure.called or uses_memory):
        return []
    if call := _only_call(check, min(group.cases)):
        return [f"This was the call: {call[:_MOST_INPUT]}"]
    case = ", ".join(f"{name} = {argument_text(value)}" for name, value in check.cases[min(group.cases)].items())
    return [f"This was the input: {case[:_MOST_INPUT]}."] if case else []


def _only_call(check: Check, case: int) -> str:
    """The call of a case that makes no other, as Python; empty where there are more."""
    first, last = check.plan.bounds[case : case + 2]
    if last - first != 1:
        return ""
    (owner, name), args, named, _ = wire.decode(check.plan.calls[first], tensor=tensor_of, marked=True)
    if not isinstance(owner, str) or any(map(_is_marked, (*args, *named.values()))):
        return ""
    given = [*map(argument_text, args), *(f"{key}={argument_text(value)}" for key, value in named.items())]
    return f"{owner}.{name}({', '.join(given)})"


def _is_marked(sent: Any) -> bool:
    """Whether what is sent stands for something else: an object, or what the submission is to make."""
    if isinstance(sent, list):
        return any(map(_is_marked, sent)) or bool(sent and isinstance(sent[0], wire.Mark))
    return isinstance(sent, wire.Ref)


def _share(group: CaseGroup, findings: Findings) -> str:
    failed, n = len(group.cases), findings.n_tried
    if n == 1:
        return "the one input tried"
    return f"all {n} inputs tried" if failed == n else f"{failed} of {n} inputs tried"


def _other(group: CaseGroup) -> str:
    """Something else that happens as well."""
    inputs = f"On {len(group.cases)} other input{'s' * (len(group.cases) != 1)}"
    if group.failure is not None:
        return f"{inputs}: {_without_end(describe_failure(group.failure))}."
    return f"{inputs}: {_without_end(group.problem)}." if group.problem else f"{inputs}: a wrong value."


def _without_end(text: str) -> str:
    return text.rstrip().removesuffix(".")


def _excess(findings: Findings, group: CaseGroup) -> str:
    errors = findings.marks.excess[list(group.cases)]
    worst = errors[np.isfinite(errors)].max(initial=0.0)
    if not 1 < worst <= _MOST_TIMES:
        return ""
    return f", the worst by {worst:.{0 if worst >= 10 else 1}f} times the tolerance"


def _difference(group: CaseGroup, shown: Shown | None, on_rounding: str) -> str:
    """What is wrong in the case shown: the problem's sentence, or where the values differ most."""
    if shown is None:
        return _sentence(group.problem) if group.problem else _KEEPS
    claim = shown.claim
    if isinstance(claim, Numbers) and shown.is_law:
        return _law(shown, claim)
    values = _values(shown, claim, on_rounding) if isinstance(claim, Numbers) else ""
    if not shown.is_alone:
        told = values or describe_return(_sentence(shown.findings.marks.problems.get(0, "")), shown)
        return f"{told}\n{_AFTER_ANOTHER if shown.before else _KEEPS}".strip()
    if values and shown.varies:
        return f"{values}\n{_VARIES}"
    if values and shown.is_unsteady:
        return f"{values}\n{_UNSTEADY}"
    if isinstance(claim, Fact):
        return f"This should hold: {_without_end(claim.why)}."
    return values or describe_return(_sentence(shown.findings.marks.problems.get(0, "")), shown)


def _law(shown: Shown, claim: Numbers) -> str:
    """What follows from results of the student's own, and should be alike: two of them, or what is computed of them."""
    if shown.has_nan:
        return _NAN
    own = claim.actual
    if isinstance(own, Reply):
        outcome = outcome_behind(own)
        own = outcome.data if isinstance(outcome, Value) else None
    texts = [numbers_text(side) for side in (own, claim.expected)]
    results = {outcome_text(outcome_behind(reply)) for reply in shown.computed}
    worst = _worst(shown, claim) if claim.expected.size > 1 else None
    at = f" at {worst.place}" if worst else ""
    one, other = (worst.got, worst.wanted) if worst else (_short(text).removesuffix(".") for text in texts)
    if set(texts) <= results and claim.expected.any():  # a multiple of 0 is 0 as well
        return f"Two of your own results should be equal: {one} and {other}{at}{_why(claim)}."
    return f"From your own results follow {one} and {other}{at}, which should be equal{_why(claim)}."


def _short(text: str) -> str:
    return text if len(text) <= _MOST_OF_A_SIDE else f"{text[:_MOST_OF_A_SIDE]} …"


def _why(claim: Numbers) -> str:
    return f" ({claim.why})" if claim.why else ""


def _sentence(text: str | None) -> str:
    if not text:
        return ""
    begins_with_a_name = text.split()[1:2] in (["returned"], ["raised"], ["is"], ["has"])
    start = text[:1] if begins_with_a_name else text[:1].upper()
    return start + text[1:] + ("" if text.endswith(".") else ".")


@dataclass(frozen=True)
class _Worst:
    """Where two arrays differ most, what stands there in both, and in how many places they differ."""

    place: str
    got: str
    wanted: str
    n: int


def _worst(shown: Shown, claim: Numbers) -> _Worst | None:
    actual, compared = actual_of(claim), shown.compare(claim)
    if actual is None or compared is None or not claim.expected.size:
        return None
    differs = np.atleast_1d(compared.differences(shown.tier))
    if not differs.any():
        return None
    errors = np.where(differs, np.atleast_1d(compared.errors), 0.0)
    worst = np.unravel_index(int(np.argmax(errors)), errors.shape)
    got, wanted = told_apart(np.atleast_1d(actual)[worst], np.atleast_1d(claim.expected)[worst])
    return _Worst("[" + ", ".join(map(str, map(int, worst))) + "]", got, wanted, int(differs.sum()))


def _values(shown: Shown, claim: Numbers, on_rounding: str) -> str:
    """Where the numbers differ most, and how many do."""
    if (worst := _worst(shown, claim)) is None:
        return ""
    from_it = "From what it returned follows" if shown.computed else ""
    whole = f" {_WHOLE}" if not from_it and _is_cut_to_whole(claim) else ""
    whole = whole or (f" {on_rounding}" if on_rounding and not from_it else "")
    if claim.expected.shape == ():
        return f"{from_it or 'Got'} {worst.got}, expected {worst.wanted}{_why(claim)}.{whole}"
    start = f"{from_it} at {worst.place}: {worst.got}" if from_it else f"At {worst.place}: got {worst.got}"
    return f"{start}, expected {worst.wanted}; {worst.n} of {claim.expected.size} values differ{_why(claim)}.{whole}"


def _is_cut_to_whole(claim: Numbers) -> bool:
    """Whether an array of integers came back where fractions are expected."""
    outcome = outcome_behind(claim.actual) if isinstance(claim.actual, Reply) else None
    array = outcome.data if isinstance(outcome, Value) else None
    is_of_integers = isinstance(array, np.ndarray) and array.dtype.kind in "iu"
    return is_of_integers and not bool((claim.expected == np.round(claim.expected)).all())


def told_apart(got: complex, wanted: complex) -> tuple[str, str]:
    """Two numbers with as many digits as it takes to see that they are not the same."""
    for digits in (10, 17):
        texts = f"{got:.{digits}g}", f"{wanted:.{digits}g}"
        if texts[0] != texts[1]:
            break
    return texts
