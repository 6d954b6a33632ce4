"""Whether a function takes its parameters in another order than it is called, and would be right in that one."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from typing import Any

from grader.checks.api.reply import Reply
from grader.checks.api.steps import Step
from grader.checks.check import Check
from grader.checks.feedback.shown import Shown
from grader.checks.feedback.step_graph import step_of
from grader.checks.plan.callers import Live
from grader.checks.plan.outlines import parameters_of
from grader.checks.plan.recorded_reference import NotRecorded
from grader.checks.runner import collect_findings, run_case
from grader.sandbox import Session

IN_THAT_ORDER = "with its parameters in that order it is right."
# The names of a function's parameters as it takes them, and as it is called.
Order = tuple[tuple[str, ...], tuple[str, ...]]


class OrderedCalls(Live):
    """Makes the calls with arguments in the order in which the submission's functions take them.

    Args:
        orders: of the functions whose order is another one.
    """

    def __init__(self, session: Session, check: Check, orders: Mapping[Any, Order]) -> None:
        super().__init__(session, check.plan)
        self._orders = orders

    def make(self, step: Step) -> Reply:
        """See `Live`."""
        taken, called = self._orders.get(step.target, ((), ())) if isinstance(step.target[0], str) else ((), ())
        if taken and len(taken) == len(step.args):
            given = dict(zip(called, step.args, strict=True))
            step = Step(step.target, tuple(given[name] for name in taken), step.named, step.manner)
        return super().make(step)


def describe_order(check: Check, session: Session, shown: Shown) -> str:
    """That a function takes its parameters in another order than it is called, where all would be right in that one.

    Nothing is said where the names are others than those of the model answer: what they stand for is not known.
    """
    orders = {}
    for step in map(step_of, shown.calls):
        if isinstance(step.target[0], str) and (order := _order(check, session, step)):
            orders[step.target] = order
    if not orders or not _is_right(check, session, orders):
        return ""
    (_, function), (taken, called) = next(iter(orders.items()))
    return f"{function} takes ({', '.join(taken)}) and is called with ({', '.join(called)}): {IN_THAT_ORDER}"


def _is_right(check: Check, session: Session, orders: Mapping[Any, Order]) -> bool:
    """Whether no case fails where functions are called as they take their parameters."""
    with closing(session.apart()) as apart:
        for index, case in enumerate(check.cases):
            try:
                run = run_case(check, case, index, OrderedCalls(apart, check, orders))
            except NotRecorded:
                return False
            if collect_findings(check, [run]).failing:
                return False
    return True


def _order(check: Check, session: Session, step: Step) -> Order | None:
    """How the function of a call takes and is given the same names, where the one order is not the other."""
    function = ".".join(map(str, step.target))
    n_given = len(step.args)
    called, taken = check.plan.parameters.get(function, ())[:n_given], parameters_of(function, session)[:n_given]
    is_another = len(called) == n_given and taken != called and sorted(taken) == sorted(called)
    return (taken, called) if is_another else None
