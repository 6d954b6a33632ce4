"""How far an answer may be from the expected one, and what it is then worth."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from grader.model.comparison import Comparison

Measure = Literal["elementwise", "relative_norm", "ulp"]


@dataclass(frozen=True)
class Tier:
    """One step of a tolerance: answers within `rtol` and `atol` earn `credit` (0..1) of the points."""

    rtol: float
    atol: float
    credit: Fraction = Fraction(1)
    feedback: str = ""

    def allowed_error(self, magnitude: Any) -> Any:
        """How large an error may be beside numbers of this magnitude."""
        return self.atol + self.rtol * magnitude


@dataclass(frozen=True)
class Tolerance:
    """Tiers with falling credit, and how the distance is measured.

    elementwise    |actual - expected| <= atol + rtol * |expected|, or atol + rtol * scale where a check gives one
    relative_norm  ‖actual - expected‖ <= atol + rtol * ‖expected‖, one number for the whole array
    ulp            |actual - expected| <= atol + rtol * spacing(expected), rtol counting float64 units in the last place
    """

    tiers: tuple[Tier, ...]
    measure: Measure = "elementwise"
    equal_nan: bool = False

    @property
    def is_nothing(self) -> bool:
        """Whether no error is small enough."""
        return not any(tier.rtol or tier.atol for tier in self.tiers)

    def compare(self, actual: Any, expected: Any, *, scale: Any = None, exact: bool = False) -> Comparison:
        """Hold `actual` against `expected`, two arrays of one shape.

        Args:
            scale: natural size of the terms behind each number, in the place of |expected|.
            exact: no error is small enough.
        """
        from grader.model import comparison  # a rubric is read without numpy

        errors = comparison.all_errors(actual, expected, equal_nan=self.equal_nan)
        measured, size = errors, comparison.magnitude(self.measure, comparison.as_numbers(expected), scale)
        if self.measure == "relative_norm":
            measured, size = comparison.norm(errors), comparison.norm(size)
        return comparison.Comparison(errors, measured, comparison.bounds_of(self.tiers, size, exact=exact))

    def tier_of(self, actual: Any, expected: Any) -> Tier | None:
        """The strictest tier that the numbers are within; None where there is none."""
        index = self.compare(actual, expected).tier
        return self.tiers[index] if index < len(self.tiers) else None


EXACT = Tolerance((Tier(0.0, 0.0),))
# Two writings of one number, such as 1/3 and 0.33333333: what is lost between them is rounding, not meaning.
ROUNDED = Tolerance((Tier(1e-6, 1e-8),))


def is_same(one: Any, other: Any) -> bool:
    """Whether two arrays are the same but for rounding, shape included."""
    from grader.model import comparison

    shapes = comparison.as_numbers(one).shape, comparison.as_numbers(other).shape
    return shapes[0] == shapes[1] and ROUNDED.compare(one, other).tier == 0
