"""What a reply is as numbers: the first rungs of the ladder type, shape, values."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from grader.atoms import NUMBERS, Atom, Ratio
from grader.model.outcome import Handle

Array = npt.NDArray[Any]

_SCALARS = frozenset({float, int, Ratio})
_TEXTS = frozenset({str, bytes})
# So many bits of an integer are written out: any of 64 bits, and what is read at a glance.
_MAX_BITS = 256
# Objects that are returned where one forgot to call them.
_FUNCTION = "a function (call it, and return what comes of it)"
_KINDS = {
    "type": "a class (call it, and return the object)",
    "function": _FUNCTION,
    "method": _FUNCTION,
    "builtin_function_or_method": _FUNCTION,
    "functools.partial": _FUNCTION,
    "numpy.ufunc": _FUNCTION,
    "numpy._ArrayFunctionDispatcher": _FUNCTION,
}
# So many items are taken of an iterator.
MOST_ITEMS = 10_000
# So many parts of a list or tuple are told one by one.
_MAX_PARTS = 3


class Items(list[Any]):
    """What an iterator gave, one after the other: as good as a list of it, but one item is no single number."""

    @property
    def is_endless(self) -> bool:
        """Whether it gave all that is taken, and more."""
        return len(self) > MOST_ITEMS


class Mismatch(Exception):
    """A reply is not of the kind that was asked for; the message is for the student."""


def as_array(data: Any) -> Array:
    """`data` as a float64 or complex128 array, whatever holds the numbers.

    Raises:
        Mismatch: it is not numbers.
    """
    if type(data) in _SCALARS:
        return _as_floats(data)
    if isinstance(data, list):
        array = _from_list(data)
    else:
        array = np.asarray(data) if isinstance(data, np.ndarray | np.number | bool | complex) else np.empty(0, object)
        if array.dtype.kind not in NUMBERS:
            raise Mismatch(f"returned {describe(data)}, expected numbers")
    wide = np.complex128 if array.dtype.kind == "c" else np.float64
    with np.errstate(invalid="ignore"):  # a NaN that signals, which somebody else's warnings must not make an error
        return array.astype(wide, copy=False)


def _as_floats(numbers: Any) -> Array:
    try:
        return np.array(numbers, dtype=np.float64)
    except OverflowError:
        raise Mismatch("returned an integer beyond the largest float (1.8e308), expected numbers") from None


def _from_list(data: list[Any]) -> Array:
    if _holds_text(data):  # numpy would make the room of the longest for each
        raise Mismatch(f"returned {describe(data)}, expected numbers")
    try:
        array = np.array(data)
    except ValueError:
        raise Mismatch(f"returned {_in_parts(data)}, expected numbers in one shape") from None
    except OverflowError:  # of an integer among floats
        array = _as_floats(data)
    if array.dtype.kind == "O" and all(type(leaf) in _SCALARS for leaf in array.ravel().tolist()):
        array = _as_floats(array)  # integers beyond 64 bits
    if array.dtype.kind not in NUMBERS:
        raise Mismatch(f"returned {describe(data)}, expected numbers")
    return array


def _holds_text(data: list[Any]) -> bool:
    kinds = set(map(type, data))
    return not kinds.isdisjoint(_TEXTS) or (
        list in kinds and any(_holds_text(item) for item in data if type(item) is list)
    )


def in_shape(data: Any, shape: tuple[int, ...]) -> Array:
    """`data` as an array of exactly this shape; a scalar may also come with shape (1,), but not out of an iterator.

    Raises:
        Mismatch: it is not numbers, or of another shape.
    """
    is_other = isinstance(data, np.ndarray) and data.shape not in (shape, (1,)) and data.dtype.kind in NUMBERS
    array = data if is_other else as_array(data)  # what is of another shape need not become floats
    if array.shape == shape:
        return array
    if shape == () and array.shape == (1,) and not isinstance(data, Items):
        return array.reshape(())
    if isinstance(data, Items) and data.is_endless:
        raise Mismatch(without_end(MOST_ITEMS))
    wanted = "a single number" if shape == () else f"shape {_shape(shape)}"
    got = "a single number" if array.shape == () else f"{_kind(data)} of shape {_shape(array.shape)}"
    got = describe(data) if shape == () and isinstance(data, Items) else got
    raise Mismatch(f"returned {got}, expected {wanted}")


def without_end(n_taken: int) -> str:
    """What is said of an iterator that has more items."""
    return f"gives items without end: {n_taken} were taken, and there are more"


def describe(data: Any) -> str:
    """A few words for a reply, of bounded length."""
    if data is None:
        return "None"
    if isinstance(data, Handle):
        return _KINDS.get(data.type_name) or f"an object of type {data.type_name}"
    if isinstance(data, str):
        return f"the text {data[:40]!r}" + ("…" if len(data) > 40 else "")
    if isinstance(data, bytes):
        return f"{len(data)} bytes"
    if isinstance(data, dict):
        return f"a dictionary with {len(data)} {'entry' if len(data) == 1 else 'entries'}"
    if isinstance(data, frozenset):
        return f"a set of {len(data)}"
    if isinstance(data, Items) and data.is_endless:
        return f"an iterator over more than {MOST_ITEMS} items"
    if isinstance(data, Items):
        return f"an iterator over {len(data)} {'item' if len(data) == 1 else 'items'}"
    if isinstance(data, list):
        return f"a list of {len(data)}" + (f", the first of them {describe(data[0])}" if data else "")
    if isinstance(data, np.ndarray):
        return f"an array of shape {_shape(data.shape)} and dtype {data.dtype}"
    return repr(data) if isinstance(data, Atom) else f"the number {number_text(data)}"


def number_text(value: Any) -> str:
    """A number, or what stands for one, as Python; of bounded length, which an integer's own text is not."""
    if isinstance(value, int) and value.bit_length() > _MAX_BITS:
        return f"<an integer of some {int(value.bit_length() * 0.30103) + 1} digits>"
    return repr(value)[:200]


def _in_parts(data: list[Any]) -> str:
    """A list or tuple whose parts are of several shapes, part by part."""
    told = [_part(item) for item in data[:_MAX_PARTS]] + ["…"] * (len(data) > _MAX_PARTS)
    return f"{len(data)} values of different shapes ({', '.join(told)})"


def _part(item: Any) -> str:
    if type(item) in (int, float, bool):
        return f"a number, {number_text(item)}"
    shape = item.shape if isinstance(item, np.ndarray) else None
    return describe(item) if shape is None else f"an array of shape {_shape(shape)}"


def _kind(data: Any) -> str:
    return "a list or tuple" if isinstance(data, list) else "an array"


def _shape(shape: tuple[int, ...]) -> str:
    return "(" + ", ".join(map(str, shape)) + ("," if len(shape) == 1 else "") + ")"
