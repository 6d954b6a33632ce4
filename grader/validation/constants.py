"""Tries answers that do not depend on the input: whatever a function returns is filled with one number."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from grader.assignment import Assignment
from grader.checks.check import Check
from grader.checks.misconceptions.call_graph import CallGraph
from grader.course.isolated_runs import Cut, RunLimits, run_forked
from grader.course.loading import load_modules
from grader.sandbox.local import LocalSession
from grader.validation.mutant_runs import look
from grader.worker.module_names import files_by_module
from grader.worker.worker import set_random_states

# A huge one is near anything whose scale is its own; comparisons with infinity hold.
CONSTANTS = (0.0, 1.0, -1.0, 1e-300, 1e300, math.inf, -math.inf, math.nan)
# As many times what the checks of a function take with the model answer, for all constants.
PATIENCE = 10 * len(CONSTANTS)


@dataclass(frozen=True)
class ConstantAnswer:
    """How a function fared that returns one number, in the shape of the right answer.

    Args:
        passes: the checks that it earns all points of, though they call it.
        loses: whether any check takes points for it.
    """

    function: str
    value: float
    passes: tuple[str, ...]
    loses: bool


@dataclass
class _Filled:
    """A function in whose results each number is another; it remembers whether that changed anything."""

    value: float
    differs: bool = False

    def replace(self, function: Any) -> Any:
        """The function with results filled."""

        @functools.wraps(function)
        def constant(*args: Any, **named: Any) -> Any:
            right = function(*args, **named)
            given = self.fill(right)
            self.differs = self.differs or repr(given) != repr(right)
            return given

        return constant

    def fill(self, right: Any) -> Any:
        """The same shape and kind, all numbers alike; what holds no number stays."""
        if isinstance(right, bool | np.bool_):
            return bool(self.value)
        if isinstance(right, int | np.integer):
            return int(self.value) if self.value in (0.0, 1.0, -1.0) else self.value
        if isinstance(right, float | np.floating):
            return type(right)(self.value)
        if isinstance(right, tuple | list) and type(right) in (tuple, list):
            return type(right)(self.fill(item) for item in right)
        if type(right) is dict:
            return {key: self.fill(item) for key, item in right.items()}
        if isinstance(right, np.ndarray) and right.dtype.kind in "fiub":
            fits = right.dtype.kind == "f" or self.value in (0.0, 1.0)
            return np.full(right.shape, self.value, right.dtype if fits else float)
        if hasattr(right, "new_full") and not getattr(right, "is_complex", lambda: True)():
            return right.new_full(right.shape, self.value) if right.is_floating_point() else right
        return right


def constant_answers(
    assignment: Assignment,
    sources: Mapping[str, str | bytes],
    folder: Path,
    cost: Mapping[str, float],
    workers: int,
) -> Iterator[ConstantAnswer]:
    """Every function that a check calls, with every constant that is not the right answer itself.

    Args:
        cost: the processor time of each check with the model answer.
    """
    checks, reach, own = list(assignment.checks.values()), CallGraph.of(folder), files_by_module(sources)
    called = sorted({name for check in checks for name in check.plan.functions})
    concerned = {name: reach.checks(name, checks) for name in called if name.rpartition(".")[0] in own}

    def limits(function: str) -> RunLimits:
        taken = sum(cost[check.id] for check in concerned[function])
        return RunLimits(max(5.0, PATIENCE * taken), assignment.budget.memory_mib)

    def try_function(function: str) -> list[ConstantAnswer]:
        answers = (
            _answer(function, value, concerned[function], sources, folder, assignment.seed) for value in CONSTANTS
        )
        return [answer for answer in answers if answer is not None]

    for _, found in run_forked(try_function, list(concerned), limits=limits, workers=workers):
        if not isinstance(found, Cut):
            yield from found


def _answer(
    function: str,
    value: float,
    checks: Sequence[Check],
    sources: Mapping[str, str | bytes],
    folder: Path,
    seed: int,
) -> ConstantAnswer | None:
    """How one constant fared; None where it is what the model answer gives, or no function is there to be replaced."""
    module, _, name = function.rpartition(".")
    modules = load_modules(sources, folder)
    right = getattr(modules.get(module), name, None)
    if not callable(right) or isinstance(right, type):
        return None
    filled = _Filled(value)
    setattr(modules[module], name, filled.replace(right))
    set_random_states(seed)
    session, passes, loses, acts = LocalSession(modules), [], False, False
    for check in checks:
        filled.differs = False
        seen = look(check, session)
        loses, acts = loses or bool(seen.lost), acts or filled.differs
        if filled.differs and not seen.lost and not seen.fault:
            passes.append(check.id)
    return ConstantAnswer(function, value, tuple(passes), loses) if acts else None
