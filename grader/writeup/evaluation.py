"""Evaluates a tree that the reader sent, in float64 and nothing else: no integer can grow, no name is looked up."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from grader.model.tolerance import ROUNDED

Tree = list[Any]
Value = npt.NDArray[np.float64]

MAX_ENTRIES = 10_000
_INDICES = frozenset(("i", "j", "k", "n", "t", "(i)", "(j)", "(n)"))
_CONSTANTS = {"e": math.e, "pi": math.pi}
_CALLS: dict[str, Callable[[Value], Value]] = {
    "exp": np.exp, "sqrt": np.sqrt, "sin": np.sin, "cos": np.cos, "tanh": np.tanh,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)), "expm1": np.expm1,
}  # fmt: skip


_EXTREMES: dict[str, Callable[[Value, Value], Value]] = {
    "max": np.maximum, "min": np.minimum, "maximum": np.maximum, "minimum": np.minimum,
}  # fmt: skip


class Unreadable(Exception):
    """The tree has something that has no value here; the message says what."""


def number_of(text: str) -> float:
    """A number as written: of comma and point the last is the decimal one; a comma before three digits groups.

    Raises:
        ValueError: it is no number.
    """
    mantissa, _, exponent = text.replace(" ", "").replace("'", "").lower().partition("e")
    return float(_decimal(mantissa) + (f"e{exponent}" if exponent else ""))


def _decimal(text: str) -> str:
    last = max(text.rfind(","), text.rfind("."))
    if "," in text and "." in text:
        return f"{text[:last].replace(',', '').replace('.', '')}.{text[last + 1 :]}"
    sign = "," if "," in text else "."
    if _is_grouped(text, sign) and (sign == "," or text.count(".") > 1):
        return text.replace(sign, "")
    return text.replace(",", ".")


def _is_grouped(text: str, sign: str) -> bool:
    head, *groups = text.split(sign)
    return bool(groups) and 0 < len(head) <= 3 and head[0] != "0" and all(len(group) == 3 for group in groups)


def other_readings(text: str) -> list[float]:
    """What a number would be with a comma for the decimal point, or a point between thousands."""
    plain, _, power = text.replace(" ", "").replace("'", "").lower().partition("e")
    if power:
        return [float(f"{reading!r}e{power}") for reading in other_readings(plain)]
    if plain.count(",") + plain.count(".") != 1 or not plain.replace(",", "").replace(".", "").isdigit():
        return []
    if _is_grouped(plain, ","):
        return [float(plain.replace(",", "."))]
    return [float(plain.replace(".", ""))] if _is_grouped(plain, ".") else []


@dataclass
class Evaluation:
    """Evaluates trees over arrays of values of the symbols; remembers the bases of the logarithms it met.

    `bound` is the largest ± that it met; `indices` are those on its symbols that the rubric does not name.

    Args:
        values: symbol → its values, all of one shape.
        names: how a symbol may be written → symbol.
    """

    values: Mapping[str, Value] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    bases: set[float] = field(default_factory=set)
    has_bare_log: bool = False
    symbols: set[str] = field(default_factory=set)
    bound: float = 0.0
    indices: set[str] = field(default_factory=set)

    def of(self, tree: Tree) -> Value:
        """The value of a tree.

        Raises:
            Unreadable: it has a symbol or a part that has no value.
        """
        with np.errstate(all="ignore"):
            return self._of(tree)

    def _of(self, tree: Tree) -> Value:
        kind = tree[0]
        method = getattr(self, f"_{kind}", None) if kind in _KINDS else None
        if method is None:
            raise Unreadable(f"a {kind}")
        value: Value = method(*tree[1:])
        return value

    def _num(self, text: str) -> Value:
        try:
            return np.asarray(number_of(text))
        except ValueError:
            raise Unreadable(f"the number {text}") from None

    def _sym(self, name: str) -> Value:
        if (symbol := self._known_value(name)) is not None:
            self.symbols.add(symbol)
            return np.asarray(self.values[symbol], np.float64)
        if name in _CONSTANTS:
            return np.asarray(_CONSTANTS[name])
        if name.isalpha() and 1 < len(name) <= 6 and all(self._known_value(letter) for letter in name):
            return self._mul(*(["sym", letter] for letter in name))
        raise Unreadable(f"the symbol {name}")

    def _known_value(self, name: str) -> str | None:
        if name in self.names:
            return self.names[name]
        for sign in ("_", "^"):
            head, found, index = name.rpartition(sign)
            if found and index in _INDICES and self._known_value(head):
                self.indices.add(index.strip("()"))
                return self._known_value(head)
        return None

    def _add(self, *terms: Tree) -> Value:
        return self._fold(terms, np.add)

    def _mul(self, *factors: Tree) -> Value:
        return self._fold(tuple(self._with_gradients(factors)), np.multiply)

    def _with_gradients(self, factors: tuple[Tree, ...]) -> Iterator[Tree]:
        """`∇L` is the one symbol that the rubric knows by that name."""
        at = 0
        while at < len(factors):
            pair = factors[at : at + 2]
            is_gradient = len(pair) == 2 and pair[0][0] == "sym" and str(pair[0][1]).startswith("nabla")
            name = f"{pair[0][1]}{pair[1][1]}" if is_gradient and pair[1][0] in ("sym", "apply") else ""
            known = bool(name) and self._known_value(name) is not None
            yield ["sym", name] if known else factors[at]
            at += 2 if known else 1

    def _fold(self, parts: tuple[Tree, ...], combine: Callable[[Value, Value], Value]) -> Value:
        value = self._of(parts[0])
        for part in parts[1:]:
            value = combine(value, self._of(part))
        return value

    def _neg(self, term: Tree) -> Value:
        return -self._of(term)

    def _div(self, above: Tree, below: Tree) -> Value:
        return np.divide(self._of(above), self._of(below))

    def _pow(self, base: Tree, exponent: Tree) -> Value:
        return np.power(self._of(base), self._of(exponent))

    def _abs(self, term: Tree) -> Value:
        return np.abs(self._of(term))

    def _log(self, base: Tree | None, term: Tree) -> Value:
        value = np.log(self._of(term))
        if base is None:
            self.has_bare_log = True
            return value
        number = float(Evaluation().of(base))
        if not 0 < number < math.inf or number == 1:
            raise Unreadable("a logarithm to no base")
        self.bases.add(number)
        return value / math.log(number)

    def _call(self, name: str, term: Tree) -> Value:
        if name in _EXTREMES and term[0] in ("list", "set"):
            return self._fold(tuple(term[1]), _EXTREMES[name])
        if name == "log1p":
            self.bases.add(math.e)
            return np.log1p(self._of(term))
        if name not in _CALLS:
            raise Unreadable(f"the function {name}")
        return _CALLS[name](self._of(term))

    def _pm(self, term: Tree, bound: Tree) -> Value:
        self.bound = max(self.bound, float(np.max(np.abs(Evaluation().of(bound)))))
        return self._of(term)

    def _aside(self, number: Tree, calculation: Tree) -> Value:
        value = self._of(number)
        if ROUNDED.tier_of(value, self._of(calculation)) is None:
            raise Unreadable("a number before brackets")
        return value

    def _cases(self, cases: list[Any]) -> Value:
        """The value of the line whose condition holds; two lines that hold at once and differ are no function."""
        value: Value = np.asarray(np.nan)
        is_met: Any = np.asarray(False)
        rest = [tree for tree, condition in cases if condition is None]
        for tree, condition in cases:
            if condition is None:
                continue
            holds, here = self._holds(condition), self._of(tree)
            both = np.broadcast_arrays(value, here, is_met & holds)
            if ROUNDED.tier_of(np.where(both[2], both[0], 0), np.where(both[2], both[1], 0)) is None:
                raise Unreadable("cases that overlap")
            value, is_met = np.where(holds & ~is_met, here, value), is_met | holds
        if len(rest) > 1:
            raise Unreadable("two cases without a condition")
        return np.where(is_met, value, self._of(rest[0])) if rest else value

    def _holds(self, condition: Sequence[Any]) -> Any:
        left, sign, right = condition
        return _COMPARED[sign](self._of(left), self._of(right))


_COMPARED: dict[str, Callable[[Value, Value], Any]] = {
    "=": np.equal, "≠": np.not_equal, "<": np.less, ">": np.greater, "≤": np.less_equal, "≥": np.greater_equal,
}  # fmt: skip
_KINDS = frozenset(("num", "sym", "add", "mul", "neg", "div", "pow", "abs", "log", "call", "aside", "cases", "pm"))


def matrix_value(tree: Tree) -> Value:
    """The value of a tree of matrices and numbers as an array of two dimensions, or none for a number.

    Raises:
        Unreadable: something in it is no number, or the shapes do not fit.
    """
    kind = tree[0]
    if kind == "matrix":
        return _entries(tree[1])
    if kind == "row":
        return _entries([tree[1]])
    if kind == "list":
        return _stack(tree[1])
    if kind == "transpose":
        return matrix_value(tree[1]).T
    if kind == "neg":
        return -matrix_value(tree[1])
    if kind == "mul":
        return _product([matrix_value(factor) for factor in tree[1:]])
    return Evaluation().of(tree)


def _entries(rows: list[Any]) -> Value:
    if sum(map(len, rows)) > MAX_ENTRIES:
        raise Unreadable("a matrix with too many entries")
    evaluation = Evaluation()
    return np.array([[float(evaluation.of(entry)) for entry in row] for row in rows], np.float64)


def _stack(items: list[Any]) -> Value:
    parts = [matrix_value(item) for item in items]
    if all(part.ndim == 0 for part in parts):
        return np.array([parts], np.float64)
    if all(part.ndim == 2 and part.shape[0] == 1 and part.shape == parts[0].shape for part in parts):
        return np.vstack(parts)
    raise Unreadable("a list whose rows differ in length")


def _product(factors: list[Value]) -> Value:
    value = factors[0]
    for factor in factors[1:]:
        if value.ndim == 2 and factor.ndim == 2:
            if value.shape[1] != factor.shape[0]:
                raise Unreadable(f"a product of shapes {value.shape} and {factor.shape}")
            value = value @ factor
        else:
            value = value * factor
    return value
