"""Words for what a check takes of a reply, as a student would name it."""

from __future__ import annotations

from dataclasses import replace

from grader import wire
from grader.checks.api.reply import Attribute, Reply
from grader.checks.api.steps import Step
from grader.checks.plan.operator_text import SIGNS
from grader.model.outcome import Failure, Handle, Kept, Outcome

_OF_A_CLASS = "returned a class, expected an object of it: call the class, as in `return Net()`"


def with_words(outcome: Outcome, step: Step | None) -> Outcome:
    """An outcome; where an object lacks what a step asks of it, with the words for that object."""
    if not isinstance(outcome, Failure) or step is None:
        return outcome
    owner = step.target[0] if isinstance(step.target[0], Reply) else step.args[0] if step.args else None
    if outcome.part is None:
        return _of_a_class(outcome, owner) if _is_of_a_class(outcome, owner) else outcome
    what, wanted = outcome.part
    if step.manner == wire.RAISES:
        name = _callee(owner) if step.target[1] == "__call__" else step.target[1]
        return replace(outcome, message=f"{name} returned {what}, {wanted}" if what else f"{name} {wanted}")
    subject, verb = _subject(owner), "returned" if what and _is_call(owner) else "is"
    if verb == "returned":
        subject = subject.removeprefix("what ").removesuffix(" returned")
    return replace(outcome, message=f"{subject} {verb} {what}, {wanted}" if what else f"{subject} {wanted}")


def _of_a_class(failure: Failure, owner: object) -> Failure:
    """The failure with what is behind it; Python's own words after it."""
    return replace(failure, message=f"{_callee(owner)} {_OF_A_CLASS} ({failure.message})")


def _is_of_a_class(failure: Failure, owner: object) -> bool:
    """Whether what was asked of an object failed because it is a class, and before any line of the student's ran."""
    reply = owner._get() if isinstance(owner, Attribute) else owner
    known = reply._outcome if isinstance(reply, Reply) else None
    is_class = isinstance(known, Handle | Kept) and known.type_name == "type"
    return is_class and not failure.file and failure.status == "error" and not failure.follows


def _step_of(reply: object) -> Step | None:
    reply = reply._get() if isinstance(reply, Attribute) else reply
    return reply._step if isinstance(reply, Reply) else None


def _is_call(reply: object) -> bool:
    step = _step_of(reply)
    return step is not None and step.target[0] is not None and step.manner == wire.CALL


def _subject(reply: object) -> str:
    """What a reply is, in words: `what relu returned`, `argument 2 of norm`, `params`."""
    step = _step_of(reply)
    if step is None:
        return "what was returned"
    owner, name = step.target
    if owner is not None:
        if step.manner == wire.GET:
            return name
        return f"what {name} returned" if name != "__call__" else f"what {_callee(owner)} returned"
    of = step.args[0]
    if name in ("read", "enter"):
        return _subject(of) if isinstance(of, Reply) else str(getattr(of, "__name__", "what was returned"))
    if name == "get":
        return _subject(of) if step.args[1] == "result" and _is_effects(of) else str(step.args[1])
    if name == "item":
        return _item(of, step.args[1])
    if name in SIGNS:
        return f"the result of `{SIGNS[name]}`"
    return f"an item of {_subject(of)}"


def _item(of: object, key: object) -> str:
    if isinstance(key, str):
        return key
    step = _step_of(of)
    if step is not None and step.operation == "unpack":
        of = step.args[0]
        step = _step_of(of)
    if isinstance(key, int) and step is not None and step.operation == "get" and _is_effects(step.args[0]):
        called = _step_of(step.args[0])
        assert called is not None
        return f"argument {key + 1} of {called.target[1]}"
    return f"item {key} of {_subject(of)}" if isinstance(key, int) else f"a part of {_subject(of)}"


def _is_effects(reply: object) -> bool:
    step = _step_of(reply)
    return step is not None and step.manner == wire.EFFECTS


def _callee(owner: object) -> str:
    """The name of an object that is called."""
    step = _step_of(owner)
    return step.target[1] if step is not None and step.target[0] is not None else _subject(owner)
