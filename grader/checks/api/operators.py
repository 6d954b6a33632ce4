"""Python's operators and functions on replies: an object's own where it is an object, else numpy's of its numbers."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from grader.atoms import Atom
from grader.model.arrays import Mismatch, as_array
from grader.model.outcome import Kept, Outcome, Value

# By the name of the worker's operation, what numbers are worked with here.
BINARY: Mapping[str, Any] = {
    "add": np.add, "sub": np.subtract, "mul": np.multiply, "matmul": np.matmul, "truediv": np.true_divide,
    "floordiv": np.floor_divide, "mod": np.remainder, "divmod": np.divmod, "pow": np.power, "lshift": np.left_shift,
    "rshift": np.right_shift, "and": np.bitwise_and, "xor": np.bitwise_xor, "or": np.bitwise_or,
}  # fmt: skip
ORDER: Mapping[str, Any] = {"lt": np.less, "le": np.less_equal, "gt": np.greater, "ge": np.greater_equal}
EQUALITY: Mapping[str, Any] = {"eq": np.equal, "ne": np.not_equal}
UNARY: Mapping[str, Any] = {"neg": np.negative, "pos": np.positive, "abs": np.absolute, "invert": np.invert}
_OF_NUMBERS: Mapping[str, Any] = {**BINARY, **ORDER, **EQUALITY, **UNARY}
OF_UFUNC: Mapping[Any, str] = {ufunc: name for name, ufunc in _OF_NUMBERS.items()}

_WORDS = (str, bytes, dict, set, frozenset)
_MOST_REPEATED = 1_000_000
DATA_TYPES = frozenset({"list", "tuple", "dict", "numpy.ndarray", "torch.Tensor", "generator"})


def _repeat(one: Any, other: Any) -> Any:
    """A text or a list some times over; how often, or of what, a student may have said."""
    words, n = (other, one) if isinstance(one, int) else (one, other)
    if isinstance(n, int) and len(words) * n > _MOST_REPEATED:
        raise Mismatch(f"would be {len(words) * n} items long when repeated, expected at most {_MOST_REPEATED}")
    return one * other


# By the same names, Python's for texts, lists and tables: without `%`, by which a text may ask for any length.
_OF_WORDS: Mapping[str, Callable[..., Any]] = {
    "add": operator.add, "sub": operator.sub, "mul": _repeat, "and": operator.and_,
    "or": operator.or_, "xor": operator.xor, **{name: getattr(operator, name) for name in (*ORDER, *EQUALITY)},
}  # fmt: skip


def work_out(name: str, values: Iterable[Any]) -> Any:
    """What an operator says of numbers or of other data, here; one that changes its left side makes a new one."""
    name = name if name in _OF_NUMBERS else name.removeprefix("i")
    known = [*values]
    has_words = any(isinstance(value, _WORDS) for value in known) or all(isinstance(value, list) for value in known)
    if has_words and name in _OF_WORDS:
        return _OF_WORDS[name](*map(item_of, known))
    return _OF_NUMBERS[name](*known)


def is_object(outcome: Outcome) -> bool:
    """Whether there is more to it than data."""
    if isinstance(outcome, Kept):
        return outcome.type_name not in DATA_TYPES
    if isinstance(outcome, Value):
        return has_own_class(outcome) and isinstance(outcome.data, list | dict | Atom)
    return True


def is_listed(outcome: Outcome) -> bool:
    """Whether it is a list or a tuple, also of a class that derives from these."""
    return isinstance(outcome, Value) and isinstance(outcome.data, list)


def has_own_class(outcome: Outcome) -> bool:
    """Whether a class stands behind data that is none of the libraries' whose values are numbers."""
    name = outcome.type_name if isinstance(outcome, Value) else ""
    return bool(name) and name.partition(".")[0] not in ("numpy", "scipy", "torch")


def acts_itself(name: str, outcomes: Sequence[Outcome]) -> bool:
    """Whether an operator is the affair of the objects that it stands between.

    Data is compared as data, unless both sides have a class of their own.
    """
    if name not in EQUALITY:
        return any(is_object(one) or has_own_class(one) for one in outcomes)
    both = len(outcomes) == 2 and all(map(has_own_class, outcomes))
    if both and any(isinstance(one, Value) and isinstance(one.data, Atom) for one in outcomes):
        return False
    return both or any(is_object(one) and not isinstance(one, Value) for one in outcomes)


def item_of(value: Any) -> Any:
    """The one number of an array that holds one."""
    return value.item() if isinstance(value, np.ndarray | np.generic) and np.size(value) == 1 else value


class Operators:
    """What Python asks of a value that stands between operators, or is given to its functions."""

    __slots__ = ()

    def _operate(self, name: str, *operands: Any) -> Any:
        """What an operator comes to."""
        raise NotImplementedError

    def _ask(self, operation: str, *args: Any) -> Any:
        """What the object says."""
        raise NotImplementedError

    def _value(self) -> Any:
        """The data."""
        raise NotImplementedError

    def _resolve(self) -> Outcome:
        """What it is."""
        raise NotImplementedError

    def _is_object(self) -> bool:
        """Whether it is more than data, so that Python's functions are its own affair."""
        raise NotImplementedError

    def __float__(self) -> float:
        return float(self._ask("float") if self._is_object() else as_array(self._value()).item())

    def __int__(self) -> int:
        return int(self._ask("int") if self._is_object() else as_array(self._value()).item())

    def __index__(self) -> int:
        return operator.index(self._ask("index") if self._is_object() else item_of(self._value()))

    def __complex__(self) -> complex:
        return complex(self._ask("complex") if self._is_object() else as_array(self._value()).item())

    def __round__(self, digits: int | None = None) -> Any:
        return self._ask("round", digits) if self._is_object() else round(item_of(self._value()), digits)

    def __str__(self) -> str:
        return str(self._ask("str") if self._writes_itself() else self._value_as_it_is())

    def __repr__(self) -> str:
        return str(self._ask("repr")) if self._writes_itself() else repr(self._value_as_it_is())

    def __format__(self, spec: str) -> str:
        if self._is_object():
            return str(self._ask("format", spec))
        return format(item_of(self._value()), spec) if spec else str(self)

    def _writes_itself(self) -> bool:
        return self._is_object() or has_own_class(self._resolve())

    def _value_as_it_is(self) -> Any:
        """The data, with lists as lists."""
        raise NotImplementedError


def _define(method: str, name: str, order: Callable[[Any, Any], tuple[Any, ...]]) -> None:
    def act(self: Operators, *other: Any) -> Any:
        return self._operate(name, *(order(self, *other) if other else (self,)))

    act.__name__ = act.__qualname__ = method
    setattr(Operators, method, act)


for _name in (*BINARY, *ORDER):
    _define(f"__{_name}__", _name, lambda one, other: (one, other))
for _name in BINARY:
    _define(f"__r{_name}__", _name, lambda one, other: (other, one))
    if _name != "divmod":
        _define(f"__i{_name}__", f"i{_name}", lambda one, other: (one, other))
for _name in UNARY:
    _define(f"__{_name}__", _name, lambda one, other: (one, other))
