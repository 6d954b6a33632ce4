"""Tiers of a tolerance: from one to the next the credit falls and the tolerance widens."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from grader.errors import Fault
from grader.rubric.cursor import Place
from grader.rubric.model import Distance
from grader.rubric.scalars import Exact, Number, data

_DISTANCE: Number = Distance.__metadata__[0]  # type: ignore[attr-defined]
_CREDIT = Exact(1, zero=True)


def tier_faults(check: Place) -> Iterator[Fault]:
    """Compare each tier of a check with the one before; numbers that cannot be read are the model's to refuse."""
    tiers = check.items("tolerance")
    for tier in tiers[1:]:
        if tier.at("credit") is None:
            yield tier.fault(
                "expected a credit below the tier before, got nothing; write such as credit: 0.5", "credit"
            )
    for before, after in pairwise(tiers):
        yield from _credit_faults(before, after)
        yield from _width_faults(before, after)


def _credit_faults(before: Place, after: Place) -> Iterator[Fault]:
    above, below = _credit(before, Fraction(1)), _credit(after)
    if above is not None and below is not None and below >= above:
        message = f"expected a credit below {above}, that of the tier before, got {below}"
        yield after.follow(["credit"]).fault(f"{message}; order the tiers from strict to lenient")


def _width_faults(before: Place, after: Place) -> Iterator[Fault]:
    widths = [(_distance(before, key), _distance(after, key), key) for key in ("rtol", "atol")]
    wider = False
    for narrow, wide, key in widths:
        if narrow is None or wide is None:
            return
        wider |= narrow < wide
        if wide < narrow:
            message = f"expected {key} of at least {narrow:g}, that of the tier before, got {wide:g}"
            yield after.follow([key]).fault(f"{message}; order the tiers from strict to lenient")
            wider = True
    if not wider:
        yield after.fault("expected a wider tolerance than the tier before, got the same; widen rtol or atol")


def _credit(tier: Place, default: Fraction | None = None) -> Fraction | None:
    place = tier.at("credit")
    try:
        return _CREDIT.read(data(place.node)) if place else default
    except ValueError:
        return None


def _distance(tier: Place, key: str) -> float | None:
    place = tier.at(key)
    try:
        return float(_DISTANCE.read(data(place.node))) if place else None
    except ValueError:
        return None
