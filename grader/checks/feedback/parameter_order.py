"""Whether a function takes its parameters in another order than it is called, and would be right in that one."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from grader.checks.api.steps import Step
from grader.checks.feedback.shown import Shown
from grader.checks.feedback.step_graph import step_of
from grader.checks.plan.recorded_reference import NotRecorded
from grader.checks.runner import CheckRunner, collect_findings, run_case

IN_THAT_ORDER = "with its parameters in that order it is right."
# The names of a function's parameters as it takes them, and as it is called.
Order = tuple[tuple[str, ...], tuple[str, ...]]


def describe_order(runner: CheckRunner, shown: Shown) -> str:
    """That a function takes its parameters in another order than it is called, where all would be right in that one.

    Nothing is said where the names are others than those of the model answer: what they stand for is not known.
    """
    orders = {}
    for step in map(step_of, shown.calls):
        if isinstance(step.target[0], str) and (order := _order(runner, step)):
            orders[step.target] = order
    if not orders or not _is_right(runner, orders):
        return ""
    (_, function), (taken, called) = next(iter(orders.items()))
    return f"{function} takes ({', '.join(taken)}) and is called with ({', '.join(called)}): {IN_THAT_ORDER}"


def _is_right(runner: CheckRunner, orders: Mapping[Any, Order]) -> bool:
    """Whether no case fails where functions are called as they take their parameters."""
    check = runner.check
    with runner.apart() as apart:
        for index, case in enumerate(check.cases):
            try:
                run = run_case(check, case, index, apart.live(partial(_put_in_order, orders)))
            except NotRecorded:
                return False
            if collect_findings(check, [run]).failing:
                return False
    return True


def _put_in_order(orders: Mapping[Any, Order], step: Step) -> Step:
    """The step with its arguments in the order in which the submission's function takes them."""
    taken, called = orders.get(step.target, ((), ())) if isinstance(step.target[0], str) else ((), ())
    if not taken or len(taken) != len(step.args):
        return step
    given = dict(zip(called, step.args, strict=True))
    return Step(step.target, tuple(given[name] for name in taken), step.named, step.manner)


def _order(runner: CheckRunner, step: Step) -> Order | None:
    """How the function of a call takes and is given the same names, where the one order is not the other."""
    function = ".".join(map(str, step.target))
    n_given = len(step.args)
    called = runner.check.plan.parameters.get(function, ())[:n_given]
    taken = runner.parameters_of(function)[:n_given]
    is_another = len(called) == n_given and taken != called and sorted(taken) == sorted(called)
    return (taken, called) if is_another else None
