"""Writes the failing case that is shown down: calls that can be pasted, what came of them, what should have."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from grader.checks.api.expect import Data, Either, Fact, Numbers, Unchanged
from grader.checks.api.reply import Reply, outcome_behind
from grader.checks.feedback.python_text import argument_text, numbers_text
from grader.checks.feedback.script import all_lines, call_and_arguments, call_lines, call_of_each, list_of_each
from grader.checks.feedback.shown import Shown
from grader.checks.feedback.sources import rests_on_failure
from grader.checks.feedback.step_graph import hands_on, like_parts, step_of
from grader.model.arrays import MOST_ITEMS, Items
from grader.model.data import data_text, is_equal, is_numeric
from grader.model.outcome import End, Failure, Handle, Kept, Outcome, Value
from grader.model.verdict import Counterexample
from grader.worker.messages import WHILE_TAKEN

# Operations whose result is a part of an object, which the lines can print.
_PARTS = ("get", "item")
# More cells than a picture has are not marked.
MAX_DIFFERING = 2_000


def counterexample(shown: Shown) -> Counterexample | None:
    """The calls to paste, what came out, what should have."""
    if not shown.calls:
        return None
    claim = shown.claim
    if (items := _without_end(shown)) is not None:
        n_taken = MOST_ITEMS + 1
        lines = _wrap(_calls_to(shown, items), f"len(list(itertools.islice({{}}, {n_taken})))")
        return Counterexample(lines, str(n_taken), "")
    if (failed := shown.failed) is not None:
        wanted = _expectation(claim) if isinstance(claim, Numbers | Data | Either) and _is_about(claim, failed) else ""
        return Counterexample(_calls_to(shown, failed), outcome_text(outcome_behind(failed)), wanted)
    if shown.computed:
        results = (outcome_text(outcome_behind(reply)) for reply in shown.computed)
        calls = call_of_each(shown.computed, shown.calls, argument_text)
        return Counterexample(calls, "\n".join(dict.fromkeys(results)), "")
    at = _unfit(shown)
    if at is not None and (claim is None or rests_on_failure(claim)):
        unfit = outcome_behind(at)
        assert isinstance(unfit, Failure)
        what, wanted = unfit.part or ("", "")
        calls = _calls_to(shown, _what_is_unfit(at) if what else at)
        return Counterexample(calls, what or _error_of(at, unfit), wanted.removeprefix("expected ") if what else "")
    if isinstance(claim, Numbers):
        call, actual = _calls_and_actual(shown, claim)
        found = Counterexample(call, actual, _expected_text(claim), _differing_place(shown, claim))
        return _by_its_shape(shown, found, claim.actual, str(claim.expected.shape))
    if isinstance(claim, Data | Either):
        return Counterexample(*_calls_and_actual(shown, claim), _expectation(claim))
    before = shown.calls_to_claim
    last = next((reply for reply in reversed(before) if _shows_something(reply)), before[-1])
    if isinstance(claim, Unchanged) and (changed := _changed_arguments(shown, claim)) is not None:
        return changed
    wanted = claim.why if isinstance(claim, Fact) else ""
    if len(parts := like_parts(last, before)) > 1:
        return _of_each(shown, parts, wanted)
    is_part = not isinstance(step_of(last).target[0], str)
    calls = _calls_to(shown, last) if is_part or hands_on(before) else all_lines(before, argument_text)
    return _by_its_shape(shown, Counterexample(calls, outcome_text(outcome_behind(last)), wanted), last)


def _of_each(shown: Shown, parts: Sequence[Reply], wanted: str) -> Counterexample:
    """The same part of each item of a list, since a fact may rest on any; of arrays, their shapes."""
    found = [outcome_behind(part) for part in parts]
    shapes = [one.data.shape for one in found if isinstance(one, Value) and isinstance(one.data, np.ndarray)]
    has_arrays = len(shapes) == len(parts)
    told = map(str, shapes) if has_arrays else map(outcome_text, found)
    calls = list_of_each(parts, shown.calls, argument_text, shapes=has_arrays)
    return Counterexample(calls, f"[{', '.join(told)}]", wanted)


def _by_its_shape(shown: Shown, found: Counterexample, actual: Any, expected: str = "") -> Counterexample:
    """The example; of an array that cannot be compared, and holds other numbers each time, its shape alone."""
    outcome = outcome_behind(actual) if isinstance(actual, Reply) else None
    array = outcome.data if isinstance(outcome, Value) else None
    if not (shown.varies and shown.happened and isinstance(array, np.ndarray)):
        return found
    *before, last = found.call.split("\n")
    call = "\n".join([*before, f"tuple({last}.shape)"])
    return Counterexample(call, str(array.shape), expected or found.expected)


def _shows_something(reply: Reply) -> bool:
    """Whether a step has a result of its own, and is no way to one."""
    return not _follows(reply) and step_of(reply).operation not in ("unpack", "iter", "next")


def _is_about(claim: Numbers | Data | Either, reply: Reply) -> bool:
    return isinstance(claim.actual, Reply) and claim.actual._get() is reply


def _unfit(shown: Shown) -> Reply | None:
    """The step of which the feedback tells that an object is not what was asked for, where there is one."""
    found = [(reply, outcome_behind(reply)) for reply in shown.calls]
    unfit = [(reply, one) for reply, one in found if isinstance(one, Failure) and one.part is not None]
    told = shown.findings.marks.problems.get(0)
    return next((reply for reply, one in unfit if one.message == told), unfit[0][0] if unfit else None)


def _error_of(at: Reply, unfit: Failure) -> str:
    """What Python says to whoever asks for a key or an item that is not there, as the lines do; else the sentence."""
    step = step_of(at)
    if step.operation == "item" and " has no key " in unfit.message:
        return f"KeyError: {step.args[1]!r}"
    kind = re.search(r" has no item .*: it is an? (list|tuple) of", unfit.message)
    return f"IndexError: {kind[1]} index out of range" if kind else unfit.message


def _what_is_unfit(at: Reply) -> Reply:
    """The call whose result a step asked for something that it is not."""
    step = step_of(at)
    owner = step.target[0] if isinstance(step.target[0], Reply) else step.args[0] if step.args else None
    owner = owner._get() if isinstance(owner, Reply) else None
    is_told = owner is not None and (step_of(owner).target[0] is not None or step_of(owner).operation in _PARTS)
    return owner if owner is not None and is_told else at


def _expected_text(claim: Numbers) -> str:
    """The numbers that are expected; whole ones as such where whole ones came back, or nothing but these will do."""
    outcome = outcome_behind(claim.actual) if isinstance(claim.actual, Reply) else None
    actual = np.asarray(outcome.data) if isinstance(outcome, Value) and is_numeric(outcome.data) else None
    is_of_whole = claim.exact if actual is None else actual.dtype.kind in "iu"
    if not is_of_whole or not np.isrealobj(claim.expected):
        return numbers_text(claim.expected)
    whole = np.abs(claim.expected) < 2**53
    is_whole = bool((whole & (claim.expected == np.floor(np.where(whole, claim.expected, 0)))).all())
    return numbers_text(claim.expected.astype(np.int64) if is_whole else claim.expected)


def _follows(reply: Reply) -> bool:
    outcome = outcome_behind(reply)
    return isinstance(outcome, Failure) and outcome.follows


def _expectation(claim: Numbers | Data | Either) -> str:
    if isinstance(claim, Numbers):
        return _expected_text(claim)
    if isinstance(claim, Data):
        return data_text(claim.expected)
    return " or ".join(data_text(choice.expected) for choice in claim.choices)


def _calls_and_actual(shown: Shown, claim: Numbers | Data | Either) -> tuple[str, str]:
    """The calls that lead to what a claim is about, and what that is."""
    if isinstance(claim.actual, Reply):
        return _calls_to(shown, claim.actual), outcome_text(outcome_behind(claim.actual))
    text = numbers_text(claim.actual) if isinstance(claim, Numbers) else data_text(claim.actual)
    return _all_calls(shown), text


def _all_calls(shown: Shown) -> str:
    return all_lines(shown.calls_to_claim, argument_text)


def _calls_to(shown: Shown, reply: Reply) -> str:
    """What leads to a reply; of an iterator that was read, all of its items are taken."""
    lines, outcome = call_lines(reply, shown.calls, argument_text), outcome_behind(reply)
    is_of_items = isinstance(outcome, Value) and isinstance(outcome.data, Items) and not outcome.data.is_endless
    is_of_items = is_of_items or (isinstance(outcome, Failure) and outcome.message.endswith(WHILE_TAKEN))
    return _wrap(lines, "list({})") if is_of_items else lines


def _wrap(lines: str, around: str) -> str:
    """The lines, of which the last one says something of what it says now."""
    *before, last = lines.split("\n")
    return "\n".join([*before, around.format(last)])


def _without_end(shown: Shown) -> Reply | None:
    """What gave items without end; None where nothing did."""
    if shown.run.is_endless:
        taken = next(reply for reply in reversed(shown.calls) if step_of(reply).operation == "next")
        items: Reply = step_of(step_of(taken).args[0]).args[0]
        return items._get()
    actual = shown.claim.actual if isinstance(shown.claim, Numbers | Data) else None
    outcome = outcome_behind(actual) if isinstance(actual, Reply) else None
    is_endless = isinstance(outcome, Value) and isinstance(outcome.data, Items) and outcome.data.is_endless
    return actual._get() if is_endless and isinstance(actual, Reply) and shown.happened else None


def _changed_arguments(shown: Shown, claim: Unchanged) -> Counterexample | None:
    """The arguments that are others after the call, which the lines print; None where the call did not return."""
    reply = claim.actual
    outcome = outcome_behind(reply) if isinstance(reply, Reply) else None
    if not isinstance(reply, Reply) or not isinstance(outcome, Value) or not isinstance(outcome.data, list):
        return None
    told = [item if isinstance(item, list) and item else [item] for item in outcome.data]  # which may be forged
    before = [one[2] if len(one) > 2 else was for was, one in zip(claim.before, told, strict=False)]
    after = [one[0] for one in told]
    pairs = [*enumerate(zip(before, after, strict=False))]
    places = [place for place, (was, now) in pairs if was is not None and not is_equal(was, now)]
    places = places or [place for place, _ in pairs]
    lines = call_and_arguments(reply, shown.calls, argument_text, places)
    now, was = (
        "\n".join(dict.fromkeys(numbers_text(_as_lists(side[place])) for place in places if side[place] is not None))
        for side in (after, before)
    )
    return Counterexample(lines, now, f"as before: {was}" if was else "")


def _as_lists(value: Any) -> Any:
    return value.tolist() if isinstance(value, np.ndarray) else value


def _differing_place(shown: Shown, claim: Numbers) -> tuple[int, ...] | None:
    compared = shown.compare(claim)
    if compared is None:
        return None
    return tuple(np.flatnonzero(compared.differences(shown.tier))[:MAX_DIFFERING].tolist())


def outcome_text(outcome: Outcome) -> str:
    """What a call came back with, in short."""
    if isinstance(outcome, Failure):
        return outcome.message
    if isinstance(outcome, Handle | Kept):
        return f"<{outcome.type_name}>"
    if isinstance(outcome, End):
        return "no further value"
    return numbers_text(outcome.data) if is_numeric(outcome.data) else data_text(outcome.data)
