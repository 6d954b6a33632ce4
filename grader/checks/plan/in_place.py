"""Finds the call of a failing check that changed what it was given, which the check's own copy does not show."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

from grader import wire
from grader.cache.nodes import bits_of
from grader.checks.api.expect import Unchanged, known_array, plain
from grader.checks.api.reply import Caller, Reply
from grader.checks.api.steps import Step
from grader.checks.check import Check
from grader.checks.comparison import problem_of
from grader.checks.plan.callers import Live
from grader.checks.runner import live_actual, run_case
from grader.sandbox import Session

_WAY_OUT = "write called = expect.call(function, …) and compare called.args, or expect.unchanged(function, …)"
_UNCHANGING = (type(None), bool, int, float, complex, str, bytes, tuple, frozenset, Reply)


def in_place_slip(check: Check, index: int, session: Session) -> str:
    """What to write where a case fails in which a call changed an argument; empty where none did.

    Args:
        session: the model answer, to be called as a student.
    """
    with contextlib.suppress(Exception):  # told already; this looks for a way out
        for caller, name, step in _calls_of(check, index, session):
            if _changes_arguments(step, caller):
                called = _function(step, name)
                return f"; {called} changes what it is given, and the check's own value stays as it was: {_WAY_OUT}"
    return ""


def own_value_slip(check: Check, index: int, session: Session, actual: Any) -> str:
    """What is wrong with a claim about a value that a call was given before, and cannot have changed; or nothing."""
    bits = bits_of(actual)
    for _, name, step in _calls_of(check, index, session) if bits is not None else ():
        if any(bits_of(plain(arg)) == bits for arg in step.args if not isinstance(arg, _UNCHANGING)):
            called = _function(step, name)
            return (
                f"it is about the check's own value, which {called} has got a copy of, so it always holds: {_WAY_OUT}"
            )
    return ""


def _calls_of(check: Check, index: int, session: Session) -> Iterator[tuple[Caller, str, Step]]:
    """The calls of one case that are given something that can be changed, and who makes them."""
    student = Live(session, check.plan)
    run_case(check, check.cases[index], index, student)
    logs: tuple[tuple[Caller, str, Sequence[Reply]], ...] = (
        (student, "student", [*student.log]),
        (check.reference, "reference", [*check.reference.log]),
    )
    for caller, name, log in logs:
        for step in filter(None, [reply._step for reply in log]):
            is_call = step.manner == wire.CALL and not step.operation
            if is_call and not all(isinstance(arg, _UNCHANGING) for arg in step.args):
                yield caller, name, step


def _changes_arguments(step: Step, caller: Caller) -> bool:
    """Whether a call, made once more, leaves another value than it was given."""
    shown = caller.read(caller.call(Step(step.target, step.args, step.named, wire.ARGUMENTS)))
    claim = Unchanged(shown, tuple(map(known_array, step.args)))
    return problem_of(claim, live_actual(claim)) is not None


def _function(step: Step, caller: str) -> str:
    owner, name = step.target
    return f"{caller}.{owner}.{name}" if isinstance(owner, str) else f"{caller}'s .{name}"
