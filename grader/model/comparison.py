"""The one comparison of numbers: how far they are off, how far they may be, element by element."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Comparison:
    """How far numbers are off, and how far they may be.

    Args:
        errors: element by element.
        measured: what the bounds are about: `errors`, or their norm.
        bounds: tier by tier, each of the shape of `measured`.
    """

    errors: Array
    measured: Array
    bounds: tuple[Array, ...]

    @cached_property
    def tier(self) -> int:
        """The first tier within which everything is; the number of tiers where there is none."""
        holds = (bool(np.all(is_within(self.measured, bound))) for bound in self.bounds)
        return next((index for index, every in enumerate(holds) if every), len(self.bounds))

    def differences(self, tier: int) -> Mask:
        """Which elements are why a tier is not met; none where it is."""
        bound = self.bounds[tier]
        outside = ~is_within(self.measured, bound)
        if outside.shape == self.errors.shape or not outside.any():
            return np.broadcast_to(outside, self.errors.shape)
        # A norm is too large only where some element's share of it is.
        return ~is_within(self.errors, bound / math.sqrt(self.errors.size))


def as_numbers(value: Any) -> Array:
    """A number, a list or an array as an array."""
    return np.asarray(value)


def all_errors(actual: Any, expected: Any, *, equal_nan: bool) -> Array:
    """The error of each element, of whatever holds the numbers."""
    return np.asarray(element_errors(np.asarray(actual), np.asarray(expected), equal_nan=equal_nan))


class ToleranceStep(Protocol):
    """A step of a tolerance: how large an error may be beside numbers of a magnitude."""

    def allowed_error(self, magnitude: Any) -> Any:
        """The largest error that is allowed."""
        ...


def bounds_of(tiers: Iterable[ToleranceStep], size: Array, *, exact: bool) -> tuple[Array, ...]:
    """Tier by tier, how large each error may be; not at all, where the numbers are to be exact."""
    with np.errstate(invalid="ignore"):  # no part of infinity is no bound, and only infinity equals it
        return tuple(np.zeros_like(size) if exact else np.asarray(tier.allowed_error(size)) for tier in tiers)


def magnitude(measure: str, expected: Array, scale: Any = None) -> Array:
    """What `rtol` is a part of, element by element; for `relative_norm` the norm of it is."""
    if measure == "ulp":
        return np.asarray(np.spacing(np.abs(expected)))
    if scale is None or measure == "relative_norm":
        return np.asarray(np.abs(expected))
    return np.asarray(np.broadcast_to(scale, np.shape(expected)))


def element_errors(actual: Array, expected: Array, *, equal_nan: bool) -> Array:
    """|actual - expected|, infinite where one of them is not finite and they are not equal."""
    with np.errstate(invalid="ignore", over="ignore"):
        errors: Array = np.abs(actual - expected)
        odd = ~np.isfinite(errors)
        if odd.any():
            same = actual == expected
            if equal_nan:
                same |= np.isnan(actual) & np.isnan(expected)
            errors = np.where(odd, np.where(same, 0.0, np.inf), errors)
    return errors


def is_within(errors: Array, bound: Array) -> Mask:
    """Whether each error is allowed; one of 0 always is, an infinite one never."""
    return np.asarray((errors == 0) | ((errors <= bound) & np.isfinite(errors)))


def error_in_bounds(errors: Array, bound: Array) -> Array:
    """Each error in units of its bound."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return np.where(errors == 0, 0.0, np.where(np.isfinite(errors), errors / bound, np.inf))


def norm(values: Array) -> Array:
    """The Euclidean norm of all elements."""
    with np.errstate(over="ignore", invalid="ignore"):
        return np.asarray(np.sqrt(np.sum(values**2)))
