"""One side of an equation as a value, with all that its digits and logarithms may mean."""

from __future__ import annotations

import math
from dataclasses import dataclass

from grader.writeup.evaluation import Evaluation, Tree, Unreadable, other_readings


@dataclass(frozen=True)
class Side:
    """One side of an equation: its value, and which bases its logarithms have."""

    value: float | None
    bases: frozenset[float] = frozenset()
    has_bare_log: bool = False
    readings: tuple[float, ...] = ()
    is_literal: bool = False
    bound: float = 0.0
    unit: float = 0.0


def side_of(tree: Tree | None) -> Side:
    """What a tree comes to; a side without a value where it cannot be worked out."""
    if tree is None:
        return Side(None)
    evaluation = Evaluation()
    try:
        value = float(evaluation.of(tree))
    except (Unreadable, TypeError):
        return Side(None)
    if not math.isfinite(value):
        return Side(None)
    is_literal, readings = _literal(tree)
    bases, bare = frozenset(evaluation.bases), evaluation.has_bare_log
    return Side(value, bases, bare, readings, is_literal, evaluation.bound, _unit(tree))


def _literal(tree: Tree) -> tuple[bool, tuple[float, ...]]:
    sign, inner = (-1, tree[1]) if tree[0] == "neg" else (1, tree)
    if inner[0] == "pm":
        inner = inner[1]
    if inner[0] != "num":
        return False, ()
    return True, tuple(sign * reading for reading in other_readings(inner[1]))


def _unit(tree: Tree) -> float:
    """What one in the last digit is worth: 0.01 in 0.80, 1000 in 6.2·10⁴; 0 where it is no number in digits."""
    kind = tree[0]
    if kind in ("neg", "pm"):
        return _unit(tree[1])
    if kind == "mul" and len(tree) == 3 and tree[2][0] == "pow":
        try:
            return _unit(tree[1]) * float(Evaluation().of(tree[2]))
        except (Unreadable, TypeError):
            return 0.0
    if kind != "num":
        return 0.0
    mantissa, _, exponent = str(tree[1]).replace(",", ".").lower().partition("e")
    digits = len(mantissa.rpartition(".")[2]) if "." in mantissa else 0
    return float(10.0 ** (int(exponent or 0) - digits))
