"""How far an answer may be from the expected one, and what it is then worth."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

Measure = Literal["elementwise", "relative_norm", "ulp"]


@dataclass(frozen=True)
class Tier:
    """One step of a tolerance: answers within `rtol` and `atol` earn `credit` (0..1) of the points."""

    rtol: float
    atol: float
    credit: Fraction = Fraction(1)
    feedback: str = ""


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


EXACT = Tolerance((Tier(0.0, 0.0),))
