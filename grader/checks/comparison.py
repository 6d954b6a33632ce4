"""Compares a check's claims with what came back: one vectorised comparison for all cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from grader.checks.api.expect import Claim, Data, Either, Fact, Numbers, Unchanged
from grader.model.arrays import Array, Mismatch, describe, in_shape
from grader.model.comparison import element_errors, error_in_bounds, is_within, magnitude
from grader.model.data import Difference, compare, data_text, is_equal, with_floats
from grader.model.tolerance import Tolerance


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


class ExpectedBatch:
    """The expected side of all cases, laid out once so that each student costs one comparison."""

    def __init__(self, claims: Sequence[Sequence[Claim]], tolerance: Tolerance) -> None:
        self.tolerance = tolerance
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
        exact = np.array([claim.exact for claim in self._numbers], dtype=bool)
        sizes = self._magnitude
        if self.tolerance.measure == "relative_norm":
            sizes = self._norms(sizes)
        else:
            exact = np.repeat(exact, self._sizes)
        with np.errstate(invalid="ignore"):  # no part of infinity is no bound, and only infinity equals it
            return [np.where(exact, 0.0, tier.allowed_error(sizes)) for tier in self.tolerance.tiers]

    @property
    def _magnitude(self) -> Array:
        parts = [np.ravel(magnitude(self.tolerance.measure, claim.expected, claim.scale)) for claim in self._numbers]
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
        apart: list[tuple[int, Marks]] = []
        for (case, claim), actual in zip(self._flat, actuals, strict=True):
            found: str | None = None
            if isinstance(claim, Data | Either):
                apart.append((case, marks_apart(claim, actual, self.tolerance)))
            elif isinstance(claim, Numbers):
                try:
                    array = in_shape(actual, claim.expected.shape)
                except Mismatch as mismatch:
                    found, array = _with_why(str(mismatch), claim.why), claim.expected
                arrays.append(array)
            else:
                found = problem_of(claim, actual)
            if found is not None:
                problems.setdefault(case, found)
        marks = self._measure(arrays, problems)
        for case, of_claim in apart:
            marks.tier[case] = max(marks.tier[case], of_claim.tier[0])
            marks.excess[case] = np.fmax(marks.excess[case], of_claim.excess[0])
            for problem in of_claim.problems.values():
                marks.problems.setdefault(case, problem)
        return marks

    def _measure(self, arrays: list[Array], problems: dict[int, str]) -> Marks:
        tier = np.zeros(self._n_cases, dtype=np.intp)
        excess = np.full(self._n_cases, np.nan)
        if arrays and len(self._expected):
            actual = np.concatenate([array.ravel() for array in arrays])
            errors, cases = self._errors(actual)
            excess = _worst(errors, self._bounds[0], cases, self._n_cases)
            for bound in self._bounds:
                exceeded = ~is_within(errors, bound)
                level = np.zeros(self._n_cases, dtype=np.intp)
                level[cases[exceeded]] = 1
                tier += level
        elif arrays:
            excess[self._cases] = 0.0
        tier[list(problems)] = len(self.tolerance.tiers)
        return Marks(tier, excess, problems)

    def _errors(self, actual: Array) -> tuple[Array, Array]:
        """The error of each element (of each claim for `relative_norm`), and the case it belongs to."""
        errors = element_errors(actual, self._expected, equal_nan=self.tolerance.equal_nan)
        if self.tolerance.measure == "relative_norm":
            return self._norms(errors), self._cases
        return errors, np.repeat(self._cases, self._sizes)


def marks_apart(claim: Data | Either, actual: Any, tolerance: Tolerance) -> Marks:
    """The marks of a claim that is not about numbers in one shape, as if it were a case of its own."""
    if isinstance(claim, Data):
        return _data_marks(claim, actual, tolerance)
    found = [_choice_marks(choice, actual, tolerance) for choice in claim.choices]
    best = min(
        found, key=lambda marks: (marks.tier[0], bool(marks.problems), np.nan_to_num(marks.excess[0], nan=np.inf))
    )
    problems = {case: _with_why(problem, claim.why) for case, problem in best.problems.items()}
    return Marks(best.tier, best.excess, problems)


def _choice_marks(choice: Numbers | Data, actual: Any, tolerance: Tolerance) -> Marks:
    return ExpectedBatch([[choice]], tolerance).marks([actual])


def _data_marks(claim: Data, actual: Any, tolerance: Tolerance) -> Marks:
    leaves: list[tuple[tuple[Any, ...], Array, Array]] = []
    expected = claim.expected if claim.exact or tolerance.is_nothing else with_floats(claim.expected)
    try:
        compare(actual, expected, lambda *leaf: leaves.append(leaf))
    except Difference as difference:
        problem = _with_why(str(difference), claim.why)
        return Marks(np.array([len(tolerance.tiers)]), np.full(1, np.nan), {0: problem})
    sheet = ExpectedBatch([[Numbers(None, wanted, None, claim.exact, "")] for _, _, wanted in leaves], tolerance)
    found = sheet.marks([got for _, got, _ in leaves])
    tier = int(found.tier.max(initial=0))
    excess = np.fmax.reduce(found.excess, initial=np.nan)
    problems = {}
    if tier == len(tolerance.tiers):
        worst = _worst_place(*leaves[int(np.argmax(found.tier))])
        problems[0] = _with_why(str(worst), claim.why)
    return Marks(np.array([tier]), np.array([excess]), problems)


def _worst_place(path: tuple[Any, ...], actual: Array, expected: Array) -> Difference:
    """Where two arrays of one shape differ most, in words."""
    errors = element_errors(actual, expected, equal_nan=True)
    place = tuple(map(int, np.unravel_index(int(np.argmax(errors)), errors.shape))) if errors.shape else ()
    return Difference((*path, *place), data_text(actual[place]), data_text(expected[place]))


def _worst(errors: Array, bound: Array, cases: Array, n_cases: int) -> Array:
    """Per case the largest error in units of its bound; NaN for a case without numbers."""
    worst = np.full(n_cases, -1.0)
    with np.errstate(invalid="ignore"):
        np.maximum.at(worst, cases, error_in_bounds(errors, bound))
    excess: Array = np.where(worst < 0, np.nan, worst)
    return excess


def problem_of(claim: Fact | Unchanged, actual: Any) -> str | None:
    """What is wrong with a claim that is not about numbers, or None."""
    if isinstance(claim, Fact):
        return None if claim.holds else claim.why
    if not isinstance(actual, list) or len(actual) != len(claim.before):
        return "did not show its arguments after the call"
    for position, (before, shown) in enumerate(zip(claim.before, actual, strict=True), start=1):
        if type(shown) is list and len(shown) == 3:
            if not is_equal(shown[0], shown[2]):
                return f"changed the values of its argument {position}: inputs must stay as they are"
            continue
        if before is None:
            return f"did not show its argument {position} after the call"
        value, flags = shown if type(shown) is list and len(shown) == 2 else (shown, None)
        if not isinstance(value, np.ndarray) or value.shape != before.shape:
            return f"changed the shape of its argument {position} from {before.shape} to {describe(value)}"
        if not np.array_equal(value, before, equal_nan=True):
            return f"changed the values of its argument {position}: inputs must stay as they are"
        if flags != [True, True]:
            return f"changed the flags of its argument {position} (C-contiguous, writeable) to {_flags(flags)}"
    return None


def _flags(told: Any) -> tuple[Any, ...] | str:
    is_flags = type(told) is list and [type(flag) for flag in told] == [bool, bool]
    return tuple(told) if is_flags else "something else"


def _with_why(message: str, why: str) -> str:
    return f"{message} ({why})" if why else message
