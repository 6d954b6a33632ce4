"""Compares a check's claims with what came back: one vectorised comparison for all cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from grader.arrays import Array, Mismatch, described, shaped
from grader.checks.expect import Claim, Fact, Numbers, Unchanged
from grader.tolerance import Tolerance


@dataclass(frozen=True)
class Marks:
    """How the cases of a check came out.

    Args:
        tier: per case, the first tier whose tolerance holds; the number of tiers where none does.
        excess: per case, the worst error in units of the first tier's tolerance; NaN where nothing was measured.
        problems: per case that failed before values were compared, the sentence for the student.
    """

    tier: Array
    excess: Array
    problems: dict[int, str]


class Sheet:
    """The expected side of all cases, laid out once so that each student costs one comparison."""

    def __init__(self, claims: Sequence[Sequence[Claim]], tolerance: Tolerance) -> None:
        self._tolerance = tolerance
        self._n_cases = len(claims)
        self._flat = [(case, claim) for case, of_case in enumerate(claims) for claim in of_case]
        self._numbers = [claim for _, claim in self._flat if isinstance(claim, Numbers)]
        self._cases = np.array([case for case, claim in self._flat if isinstance(claim, Numbers)], dtype=np.intp)
        self._sizes = np.array([claim.expected.size for claim in self._numbers], dtype=np.intp)

    @property
    def n_claims(self) -> int:
        """How many claims there are, over all cases."""
        return len(self._flat)

    @cached_property
    def _expected(self) -> Array:
        parts = [claim.expected.ravel() for claim in self._numbers]
        return np.concatenate(parts) if parts else np.zeros(0)

    @cached_property
    def _bounds(self) -> list[Array]:
        """Per tier, the bound on each element's error (per claim for `relative_norm`)."""
        if self._tolerance.measure == "relative_norm":
            sizes = self._norms(np.abs(self._expected))
            exact = np.array([claim.exact for claim in self._numbers], dtype=bool)
        else:
            sizes = self._element_sizes()
            exact = np.repeat([claim.exact for claim in self._numbers], self._sizes).astype(bool)
        return [np.where(exact, 0.0, tier.atol + tier.rtol * sizes) for tier in self._tolerance.tiers]

    def _element_sizes(self) -> Array:
        parts = []
        for claim in self._numbers:
            magnitude = np.abs(claim.expected) if claim.scale is None else claim.scale
            if self._tolerance.measure == "ulp":
                magnitude = np.spacing(np.abs(claim.expected))
            parts.append(np.ravel(magnitude))
        return np.concatenate(parts) if parts else np.zeros(0)

    def _norms(self, flat: Array) -> Array:
        squares = np.zeros(len(self._sizes))
        np.add.at(squares, np.repeat(np.arange(len(self._sizes)), self._sizes), flat**2)
        norms: Array = np.sqrt(squares)
        return norms

    def marks(self, actuals: Sequence[Any]) -> Marks:
        """The marks of replies `actuals`, one per claim in the order of the claims (facts take none of theirs)."""
        problems: dict[int, str] = {}
        arrays: list[Array] = []
        for (case, claim), actual in zip(self._flat, actuals, strict=True):
            found: str | None = None
            if isinstance(claim, Numbers):
                try:
                    array = shaped(actual, claim.expected.shape)
                except Mismatch as mismatch:
                    found, array = _with_why(str(mismatch), claim.why), claim.expected
                arrays.append(array)
            else:
                found = problem_of(claim, actual)
            if found is not None:
                problems.setdefault(case, found)
        return self._measured(arrays, problems)

    def _measured(self, arrays: list[Array], problems: dict[int, str]) -> Marks:
        tier = np.zeros(self._n_cases, dtype=np.intp)
        excess = np.full(self._n_cases, np.nan)
        if arrays and len(self._expected):
            actual = np.concatenate([array.ravel() for array in arrays])
            errors, cases = self._errors(actual)
            excess = _worst(errors, self._bounds[0], cases, self._n_cases)
            for bound in self._bounds:
                exceeded = ~((errors == 0) | ((errors <= bound) & np.isfinite(errors)))
                level = np.zeros(self._n_cases, dtype=np.intp)
                level[cases[exceeded]] = 1
                tier += level
        elif arrays:
            excess[self._cases] = 0.0
        tier[list(problems)] = len(self._tolerance.tiers)
        return Marks(tier, excess, problems)

    def _errors(self, actual: Array) -> tuple[Array, Array]:
        """The error of each element (of each claim for `relative_norm`), and the case it belongs to."""
        errors = element_errors(actual, self._expected, equal_nan=self._tolerance.equal_nan)
        if self._tolerance.measure == "relative_norm":
            return self._norms(errors), self._cases
        return errors, np.repeat(self._cases, self._sizes)


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


def _worst(errors: Array, bound: Array, cases: Array, n_cases: int) -> Array:
    """Per case the largest error in units of its bound; NaN for a case without numbers."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(errors == 0, 0.0, np.where(np.isfinite(errors), errors / bound, np.inf))
    worst = np.full(n_cases, -1.0)
    np.maximum.at(worst, cases, ratio)
    excess: Array = np.where(worst < 0, np.nan, worst)
    return excess


def problem_of(claim: Fact | Unchanged, actual: Any) -> str | None:
    """What is wrong with a claim that is not about numbers, or None."""
    if isinstance(claim, Fact):
        return None if claim.holds else claim.why
    if not isinstance(actual, list) or len(actual) != len(claim.before):
        return "did not show its arguments after the call"
    for position, (before, shown) in enumerate(zip(claim.before, actual, strict=True), start=1):
        if not isinstance(before, np.ndarray):
            continue
        value, flags = shown
        if not isinstance(value, np.ndarray) or value.shape != before.shape:
            return f"changed the shape of its argument {position} from {before.shape} to {described(value)}"
        if not np.array_equal(value, before, equal_nan=True):
            return f"changed the values of its argument {position}: inputs must stay as they are"
        if flags != [True, True]:
            return f"changed the flags of its argument {position} (C-contiguous, writeable) to {tuple(flags)}"
    return None


def _with_why(message: str, why: str) -> str:
    return f"{message} ({why})" if why else message
