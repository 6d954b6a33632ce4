"""Values of libraries as data: dates, paths, dtypes, sparse matrices, tensors of any kind, dataclasses."""

from __future__ import annotations

import array
import collections
import datetime
import enum
import math
import pathlib
import sys
import types
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

# numpy's kinds that are numbers: bool, integers, floats, complex
NUMBERS = frozenset("biufc")
# So many bits an integer has at most that is written down, and so many places are before or behind a decimal's point.
MAX_BITS, _MAX_PLACES = 14_000, 4000
# So many elements of a sparse matrix are read, the zeros too.
MAX_DENSE = 1 << 20


@dataclass(frozen=True)
class Atom:
    """A value that its text says all of, such as a date, a path, a member of an enumeration, a dtype.

    Args:
        kind: what it is, so that it never equals the text alone.
    """

    kind: str
    text: str

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"<{self.kind} {self.text}>"


class Ratio(float):
    """A fraction or a decimal that no float is: the nearest one, to whoever asks for no more.

    Args:
        exact: the number itself.
    """

    __slots__ = ("exact",)
    exact: Fraction

    def __new__(cls, exact: Fraction = Fraction()) -> Ratio:
        try:
            ratio = super().__new__(cls, exact)
        except OverflowError:
            ratio = super().__new__(cls, math.inf if exact > 0 else -math.inf)
        ratio.exact = exact
        return ratio

    def __getnewargs__(self) -> tuple[Fraction]:  # type: ignore[override]
        return (self.exact,)

    def __eq__(self, other: object) -> bool:
        return self.exact == (other.exact if isinstance(other, Ratio) else other)

    def __ne__(self, other: object) -> bool:  # float's own would compare floats
        return not self == other

    def __hash__(self) -> int:
        return hash(self.exact)

    def __repr__(self) -> str:
        return str(self.exact)


def number_of(value: Fraction | Decimal) -> float:
    """The number as a float, which knows it where no float is it."""
    if isinstance(value, Decimal) and (not value.is_finite() or abs(value.adjusted()) > _MAX_PLACES):
        return math.nan if value.is_nan() else float(value)
    exact = Fraction(value)
    ratio = Ratio(exact)
    is_long = max(exact.numerator.bit_length(), exact.denominator.bit_length()) > MAX_BITS
    return float(ratio) if is_long or float(ratio) == exact else ratio


def atom_of(value: Any) -> Atom | None:
    """What stands for a value that its text says all of; None for any other."""
    if isinstance(value, Atom):
        return value
    if isinstance(value, np.datetime64 | np.timedelta64):
        value = _moment(value)
    for kinds, kind, text in _ATOMS:
        if isinstance(value, kinds):
            return Atom(kind, text(value))
    if isinstance(value, type) and issubclass(value, np.generic):
        return Atom("dtype", np.dtype(value).name)
    name = f"{type(value).__module__}.{type(value).__name__}"
    return Atom(name.partition(".")[2], str(value).removeprefix("torch.")) if name in _OF_TORCH else None


def _moment(value: Any) -> Any:
    """One of numpy's dates or durations as Python's, which knows microseconds."""
    unit = np.datetime_data(value.dtype)[0]
    return value.astype(f"{value.dtype.kind}8[us]").item() if unit in ("ns", "ps", "fs", "as") else value.item()


def _member(value: Any) -> str:
    return f"{type(value).__qualname__}.{value._name_ or value._value_}"


_ATOMS: tuple[tuple[Any, str, Callable[[Any], str]], ...] = (
    (enum.Enum, "member", _member),
    (datetime.date, "date", lambda value: value.isoformat().removesuffix("T00:00:00")),
    (datetime.time, "time", lambda value: value.isoformat()),
    (datetime.timedelta, "duration", str),
    (pathlib.PurePath, "path", lambda value: value.as_posix()),
    (np.dtype, "dtype", lambda value: value.name),
    (uuid.UUID, "uuid", str),
)
_OF_TORCH = frozenset({"torch.dtype", "torch.device"})


def data_within(value: Any) -> Any:
    """The data that an object of a library's class, or a dataclass, is made of; None where there is none."""
    if isinstance(value, _LISTED):
        return list(value)
    if isinstance(value, _WRAPPERS):
        return dict(value)
    if isinstance(value, memoryview):
        return value.tobytes() if value.format in _BYTES else np.asarray(value)
    if is_sparse(value):
        return value.toarray() if is_dense_small(value) else None
    fields = type(value).__dict__.get("__dataclass_fields__")
    return {name: getattr(value, name) for name in fields if hasattr(value, name)} if fields else None


def is_sparse(value: Any) -> bool:
    """Whether it is a matrix or an array of `scipy.sparse`, some of which are dictionaries too."""
    kind = type(value)
    return kind is not dict and kind.__module__.startswith("scipy.sparse") and hasattr(kind, "toarray")


def is_dense_small(value: Any) -> bool:
    """Whether all elements of a sparse matrix, the zeros too, are few enough to be sent."""
    return bool(math.prod(value.shape) <= MAX_DENSE)


_LISTED: tuple[Any, ...] = (
    collections.deque,
    type({}.keys()),
    type({}.values()),
    type({}.items()),
    collections.UserList,
    array.array,
)
# Formats of a buffer that holds bytes; one of any other format holds numbers.
_BYTES = ("B", "c")
_WRAPPERS = (types.MappingProxyType, collections.UserDict, collections.ChainMap)


def items_of(array: np.ndarray[Any, Any]) -> Any:
    """The items of an array that holds no numbers, in lists: text, objects, dates, rows of fields."""
    if array.dtype.kind not in "mM":
        return array.tolist()
    moments = [atom_of(item) or item.item() for item in array.ravel()]
    return moments[0] if not array.ndim else np.array([*moments, None], dtype=object)[:-1].reshape(array.shape).tolist()


def array_of(tensor: Any) -> np.ndarray[Any, Any]:
    """A tensor's numbers; those of a dtype that numpy has not as float32."""
    torch = sys.modules["torch"]
    if tensor.layout is not torch.strided:
        tensor = torch.Tensor.to_dense(torch.Tensor.detach(tensor))
    if tensor.is_quantized:
        tensor = torch.Tensor.dequantize(tensor)
    if hides_dtype(tensor):
        tensor = torch.Tensor.to(tensor, torch.float32)
    array: np.ndarray[Any, Any] = torch.Tensor.numpy(tensor, force=True)
    return array


def hides_dtype(tensor: Any) -> bool:
    """Whether a tensor has a dtype that numpy has not, so that its numbers do not tell it."""
    torch = sys.modules["torch"]
    dtype = tensor.dtype
    return bool(dtype.is_floating_point) and dtype not in (torch.float64, torch.float32, torch.float16)
