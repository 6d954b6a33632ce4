"""Checks without Python: `matches_reference` with `given`, the strategies named or written as small array specs."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import hypothesis
import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from grader.checks.api.student import function_at
from grader.checks.examples.cases import Case, CheckFunction

Strategy = st.SearchStrategy[Any]
# Of a number nearer to 0 no square is left, and numpy warns or raises as it is told to: that is no matter of a check.
NEXT_TO_ZERO = 1e-100


def matches_reference(
    target: str, given: Mapping[str, Any], named: Mapping[str, Any], order: list[str]
) -> CheckFunction:
    """The check that a student's function returns what the reference's does.

    Args:
        target: `module.function`, the module with the packages that it lies in.
        given: argument → name of a strategy in `named`, or an array spec.
        named: what the rubric's Python file defines.
        order: the reference function's parameters; arguments are passed by position as far as they go in order.
    """

    def check(student: Any, expect: Any, reference: Any, case: dict[str, Any]) -> None:
        positional, by_name = _arrange(case, order)
        actual = function_at(student, target)(*positional, **by_name)
        expect.close(actual, function_at(reference, target)(*positional, **by_name))

    check.__name__ = f"{target.rpartition('.')[2]}_matches_reference"
    check.__doc__ = f"`{target}` returns what the model answer does."
    drawn = hypothesis.given(case=case_strategy(given, named))(check)
    drawn.neighbours = functools.partial(_neighbours, given)  # type: ignore[attr-defined]
    return drawn


def _neighbours(given: Mapping[str, Any], cases: Sequence[Case]) -> list[Case]:
    """Cases that differ from one of these in a single array, which is turned round: who keeps results by a part of
    the arguments gives the same answer twice."""
    arrays = [name for name, spec in given.items() if isinstance(spec, Mapping) and spec.get("shape")]
    for one in cases[len(cases) // 4 : len(cases) // 2] if len(given) > 1 else ():
        turned = {name: np.flip(one["case"][name]) for name in arrays}
        if all(np.any(turned[name] != one["case"][name]) for name in arrays):
            return [{"case": {**one["case"], name: turned[name]}} for name in arrays]
    return []


def _arrange(case: Mapping[str, Any], order: list[str]) -> tuple[list[Any], dict[str, Any]]:
    positional = []
    for name in order:
        if name not in case:
            break
        positional.append(case[name])
    return positional, {name: value for name, value in case.items() if name not in order[: len(positional)]}


def case_strategy(given: Mapping[str, Any], named: Mapping[str, Any]) -> Strategy:
    """One strategy for all arguments of a case; dimensions named alike are equal."""

    @st.composite
    def cases(draw: Callable[[Strategy], Any]) -> dict[str, Any]:
        sizes = {name: draw(_integers(spec[name])) for spec in _specs(given) for name in sorted(_dimensions(spec))}
        return {name: draw(_strategy(spec, named, sizes)) for name, spec in given.items()}

    return cases()


def _specs(given: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [spec for spec in given.values() if isinstance(spec, Mapping)]


def _dimensions(spec: Mapping[str, Any]) -> set[str]:
    return set(spec) - {"shape", "elements", "dtype", "int", "float"}


def _strategy(spec: Any, named: Mapping[str, Any], sizes: Mapping[str, int]) -> Strategy:
    if isinstance(spec, str):
        found = named[spec]
        return found if isinstance(found, st.SearchStrategy) else found()
    shape = tuple(sizes[size] if isinstance(size, str) else size for size in spec.get("shape", ()))
    low, high = _range(spec.get("elements", "-10..10"))
    if not shape:
        return _integers(spec["elements"]) if _is_integral(spec["elements"]) else _floats(low, high)
    return npst.arrays(np.float64, shape, elements=_floats(low, high), fill=st.nothing())


def _floats(low: float, high: float) -> Strategy:
    drawn = st.floats(low, high)
    return drawn.map(lambda x: x if abs(x) > NEXT_TO_ZERO else 0.0) if low <= 0 <= high else drawn


def _integers(text: str) -> Strategy:
    low, high = _range(text)
    return st.integers(int(low), int(high))


def _range(text: str) -> tuple[float, float]:
    low, _, high = str(text).partition("..")
    return float(low), float(high or low)


def _is_integral(text: str) -> bool:
    return all(part.lstrip("-").isdigit() for part in str(text).split(".."))


def parameters_of(function: Callable[..., Any]) -> list[str]:
    """The names of a function's parameters that take an argument by position."""
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return [name for name, parameter in inspect.signature(function).parameters.items() if parameter.kind in kinds]
