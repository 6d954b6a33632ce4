"""What a check claims about replies; the claims of a case are judged together, after its body has run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.arrays import Array, Mismatch, as_array, shaped
from grader.checks.reply import Function, Reply, data_of, outcome_behind


@dataclass(frozen=True)
class Numbers:
    """`actual` equals `expected` within the check's tolerance, or exactly."""

    actual: Any
    expected: Array
    scale: Array | None
    exact: bool
    why: str


@dataclass(frozen=True)
class Fact:
    """A sentence that holds or does not."""

    holds: bool
    why: str


@dataclass(frozen=True)
class Unchanged:
    """The arguments shown after a call are what they were before it."""

    actual: Any
    before: tuple[Any, ...]


Claim = Numbers | Fact | Unchanged


class Expect:
    """Collects the claims of one case."""

    def __init__(self) -> None:
        self.claims: list[Claim] = []

    def close(self, actual: Any, expected: Any, *, scale: Any = None, why: str = "") -> None:
        """`actual` is numbers of exactly `expected`'s shape, each within the check's tolerance.

        Args:
            scale: natural size of the terms behind each number, broadcastable to `expected`; then the bound is
                `atol + rtol * scale` instead of `atol + rtol * |expected|`.
            why: one clause that is shown with a failure.
        """
        wanted = as_array(_plain(expected))
        size = None if scale is None else np.broadcast_to(np.abs(as_array(_plain(scale))), wanted.shape)
        self.claims.append(Numbers(actual, wanted, size, False, why))

    def equal(self, actual: Any, expected: Any, *, why: str = "") -> None:
        """`actual` is numbers of exactly `expected`'s shape, each exactly equal; 7.0 equals 7."""
        self.claims.append(Numbers(actual, as_array(_plain(expected)), None, True, why))

    def true(self, condition: Any, why: str) -> None:
        """`condition` holds; `why` is the sentence that is shown where it does not."""
        self.claims.append(Fact(bool(condition), why))

    def array(self, reply: Any, shape: tuple[int, ...] | None = None) -> Array:
        """The reply as a float64 or complex128 array; the case ends as failed where it is none or of another shape."""
        data = _plain(reply)
        return as_array(data) if shape is None else shaped(data, tuple(shape))

    def scalar(self, reply: Any) -> float:
        """The reply as one number; the case ends as failed where it is none."""
        array = shaped(_plain(reply), ())
        if array.dtype.kind == "c" and array.imag != 0:
            raise Mismatch(f"returned the complex number {array.item()!r}, expected a real one")
        return float(array.real)

    def unchanged(self, function: Function, *args: Any) -> None:
        """Calling `function` leaves its arguments' values, shapes and flags as they were."""
        self.claims.append(Unchanged(function.arguments_after(*args), args))


def _plain(value: Any) -> Any:
    """`value` with a reply looked at, a tensor as an array, a tuple as a list."""
    if isinstance(value, Reply):
        value._caller.touched()
        return data_of(outcome_behind(value))
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if hasattr(value, "detach"):
        return value.detach().cpu().resolve_conj().resolve_neg().numpy()
    return np.asarray(value) if isinstance(value, np.generic) else value
