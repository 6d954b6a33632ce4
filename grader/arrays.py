"""What a reply is as numbers: the first rungs of the ladder type, shape, values."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from grader.outcome import Handle

Array = npt.NDArray[Any]

_NUMERIC = "biufc"  # numpy's kinds: bool, integers, floats, complex


class Mismatch(Exception):
    """A reply is not of the kind that was asked for; the message is for the student."""


def as_array(data: Any) -> Array:
    """`data` as a float64 or complex128 array, whatever holds the numbers.

    Raises:
        Mismatch: it is not numbers.
    """
    if type(data) is float or type(data) is int:
        return np.array(data, dtype=np.float64)
    if type(data) is list:
        array = _from_list(data)
    else:
        array = np.asarray(data) if isinstance(data, np.ndarray | np.number | bool | complex) else np.empty(0, object)
        if array.dtype.kind not in _NUMERIC:
            raise Mismatch(f"returned {described(data)}, expected numbers")
    if array.dtype.kind == "c":
        return array.astype(np.complex128, copy=False)
    return array.astype(np.float64, copy=False)


def _from_list(data: list[Any]) -> Array:
    try:
        array = np.array(data)
    except ValueError:
        raise Mismatch("returned a list whose parts differ in length, expected numbers in one shape") from None
    if array.dtype.kind == "O" and all(type(leaf) in (int, float) for leaf in array.ravel().tolist()):
        array = array.astype(np.float64)  # integers beyond 64 bits
    if array.dtype.kind not in _NUMERIC:
        raise Mismatch(f"returned {described(data)}, expected numbers")
    return array


def shaped(data: Any, shape: tuple[int, ...]) -> Array:
    """`data` as an array of exactly this shape; a scalar may also come with shape (1,).

    Raises:
        Mismatch: it is not numbers, or of another shape.
    """
    array = as_array(data)
    if array.shape == shape:
        return array
    if shape == () and array.shape == (1,):
        return array.reshape(())
    wanted = "a single number" if shape == () else f"shape {_shape(shape)}"
    got = "a single number" if array.shape == () else f"{_kind(data)} of shape {_shape(array.shape)}"
    raise Mismatch(f"returned {got}, expected {wanted}")


def described(data: Any) -> str:
    """A few words for a reply, of bounded length."""
    if data is None:
        return "None"
    if isinstance(data, Handle):
        return f"an object of type {data.type_name}"
    if isinstance(data, str):
        return f"the text {data[:40]!r}" + ("…" if len(data) > 40 else "")
    if isinstance(data, bytes):
        return f"{len(data)} bytes"
    if isinstance(data, dict):
        return f"a dictionary with {len(data)} entries"
    if isinstance(data, list):
        return f"a list of {len(data)}" + (f", the first of them {described(data[0])}" if data else "")
    if isinstance(data, np.ndarray):
        return f"an array of shape {_shape(data.shape)} and dtype {data.dtype}"
    return f"the number {data!r}"


def _kind(data: Any) -> str:
    return "a list" if isinstance(data, list) else "an array"


def _shape(shape: tuple[int, ...]) -> str:
    return "(" + ", ".join(map(str, shape)) + ("," if len(shape) == 1 else "") + ")"
