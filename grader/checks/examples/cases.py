"""Cases as values: what a check takes, however it was drawn; hypothesis is not needed for it."""

from __future__ import annotations

import copy
import operator
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

Case = Mapping[str, Any]
CheckFunction = Callable[..., None]


def is_drawn(function: CheckFunction) -> bool:
    """Whether the check has cases to draw, or is a worked example."""
    return hasattr(function, "hypothesis")


def body_of(function: CheckFunction) -> CheckFunction:
    """The check itself, without hypothesis around it."""
    return function.hypothesis.inner_test if is_drawn(function) else function  # type: ignore[attr-defined]


def freeze(case: Case) -> Case:
    """A copy of the case whose arrays cannot be changed."""
    return {name: _freeze(value) for name, value in case.items()}


def _freeze(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        value = value.copy(order="C")
        value.flags.writeable = False
        return value
    if isinstance(value, list | tuple):
        return type(value)(_freeze(item) for item in value)
    if isinstance(value, dict):
        return {key: _freeze(item) for key, item in value.items()}
    return copy.deepcopy(value)


_UNCHANGEABLE = (np.ndarray, np.generic, bool, int, float, complex, str, bytes, type(None))


def own_copy(value: Any) -> Any:
    """A drawn value that a check may change without another run of it knowing: arrays in it are read-only anyway."""
    if isinstance(value, _UNCHANGEABLE):
        return value
    if type(value) is tuple:
        items = tuple(map(own_copy, value))
        return value if all(map(operator.is_, items, value)) else items
    if type(value) is list:
        return [own_copy(item) for item in value]
    if type(value) is dict:
        return {key: own_copy(item) for key, item in value.items()}
    return copy.deepcopy(value)


def size(case: Any) -> int:
    """How much there is to read in a case: a zero counts 1, every other number its digits and more."""
    if isinstance(case, Mapping):
        case = list(case.values())
    if isinstance(case, list | tuple):
        return sum(map(size, case))
    if not (np.isscalar(case) or hasattr(case, "shape")):
        return len(repr(case))
    return sum(1 if not value else 1 + len(f"{value:.6g}") for value in np.ravel(case).tolist() if _is_number(value))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float)
