"""Exact points as plain decimals: rounded once, half up, and never as a text that a spreadsheet would reckon with."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction
from functools import lru_cache

from grader.model.grade import round_points

# Thousands parted by commas, or by points where a comma parts decimals; one point before three digits parts decimals.
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_GROUPED_BY_POINTS = re.compile(r"\d{1,3}(?:\.\d{3})+,\d+|\d{1,3}(?:\.\d{3}){2,}")
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)")


def as_number(points: Fraction, decimals: int) -> float:
    """Points as a number, rounded once.

    >>> as_number(Fraction("2.675"), 2), as_number(Fraction(-1, 3), 2)
    (2.68, -0.33)
    """
    return _both(points.numerator, points.denominator, decimals)[0]


def rounded_and_exact(points: Fraction, decimals: int) -> tuple[float, str]:
    """Points as a number, rounded once, and as they are.

    >>> rounded_and_exact(Fraction(1, 3), 2)
    (0.33, '1/3')
    """
    return _both(points.numerator, points.denominator, decimals)


@lru_cache(maxsize=4096)
def _both(numerator: int, denominator: int, decimals: int) -> tuple[float, str]:
    """A class has few different numbers, and each many times; whole ones are looked up much faster than fractions."""
    points = Fraction(numerator, denominator)
    return float(round_points(points, decimals)), str(points)


def decimal_text(points: Fraction, decimals: int, sign: str = ".") -> str:
    """Points as digits, with at most so many decimals.

    >>> decimal_text(Fraction(7, 2), 2), decimal_text(Fraction("2.675"), 2), decimal_text(Fraction(15, 2), 2, ",")
    ('3.5', '2.68', '7,5')
    """
    exact = round_points(points, decimals)
    whole, rest = divmod(abs(exact.numerator) * (10**decimals // exact.denominator), 10**decimals)
    digits = f"{rest:0{decimals}}".rstrip("0") if decimals else ""
    return f"{'-' * (exact < 0)}{whole}{sign if digits else ''}{digits}"


def read_decimal(text: str, sign: str = ".") -> Fraction | None:
    """The number that a cell says; None where it says none.

    >>> read_decimal("7,50", ","), read_decimal("EX")
    (Fraction(15, 2), None)
    """
    plain = text.strip().replace(sign, ".") if sign != "." else text.strip()
    return Fraction(plain) if _NUMBER.fullmatch(plain) else None


def read_worth(text: str, signs: Iterable[str] = ".,") -> Fraction | None:
    """What a sheet says that something is worth, thousands parted or not; None where it says no number.

    Args:
        signs: what may part decimals, the likelier first.

    >>> read_worth("1,000"), read_worth("1,012.50"), read_worth("12,5"), read_worth("(read only)")
    (Fraction(1000, 1), Fraction(2025, 2), Fraction(25, 2), None)
    """
    plain = text.strip()
    if _GROUPED.fullmatch(plain):
        return Fraction(plain.replace(",", ""))
    if _GROUPED_BY_POINTS.fullmatch(plain):
        return Fraction(plain.replace(".", "").replace(",", "."))
    return next((number for sign in signs if (number := read_decimal(plain, sign)) is not None), None)
