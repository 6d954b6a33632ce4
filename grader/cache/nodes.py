"""Values as nodes that the wire brings back with their types: a tuple as a tuple, a numpy scalar as one."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from grader import wire
from grader.atoms import Atom, Ratio
from grader.wire import NotData

# Python's own values that are made anew of a few arguments: what makes them, and of what.
_MADE: dict[str, tuple[type, Callable[[Any], list[Any]]]] = {
    "complex": (complex, lambda value: [value.real, value.imag]),
    "ratio": (Fraction, lambda value: [value.numerator, value.denominator]),
    "decimal": (Decimal, lambda value: [str(value)]),
    "range": (range, lambda value: [value.start, value.stop, value.step]),
    "bytearray": (bytearray, lambda value: [bytes(value)]),
    "date": (datetime.date, lambda value: [value.year, value.month, value.day]),
    "datetime": (datetime.datetime, lambda value: [*value.timetuple()[:6], value.microsecond]),
    "time": (datetime.time, lambda value: [value.hour, value.minute, value.second, value.microsecond]),
    "duration": (datetime.timedelta, lambda value: [value.days, value.seconds, value.microseconds]),
}
_TAGS = {kind: tag for tag, (kind, _) in _MADE.items()}


def node_of(value: Any) -> Any:
    """`value` so that its types come back: what the wire would merge is tagged.

    Raises:
        NotData: it holds an object that bytes cannot stand for.
    """
    kind = type(value)
    if value is None or kind in (bool, int, float, str, bytes, np.ndarray, Atom, Ratio) or hasattr(value, "detach"):
        return value
    if kind in (list, tuple):
        return [kind.__name__, [node_of(item) for item in value]]
    if kind in (set, frozenset):
        return [kind.__name__, [node_of(item) for item in value]]
    if kind is dict:
        return ["dict", [[node_of(key), node_of(item)] for key, item in value.items()]]
    if isinstance(value, np.generic):
        return ["scalar", np.asarray(value)]
    if kind in _TAGS and not (getattr(value, "tzinfo", None) or getattr(value, "fold", 0)):
        return [_TAGS[kind], _MADE[_TAGS[kind]][1](value)]
    raise NotData(wire.type_name(value))


def value_of(node: Any) -> Any:
    """The inverse of `node_of`."""
    if type(node) is not list:
        return node
    tag, content = node
    if tag == "scalar":
        return content[()]
    if tag in _MADE:
        return _MADE[tag][0](*content)
    if tag == "dict":
        return {value_of(key): value_of(item) for key, item in content}
    items = [value_of(item) for item in content]
    return {"list": list, "tuple": tuple, "set": set, "frozenset": frozenset}[tag](items)


def tensor_of(array: Any) -> Any:
    """A torch tensor over an array's memory."""
    if "torch" not in sys.modules:
        import torch  # noqa: F401
    return sys.modules["torch"].from_numpy(array)


def bits_of(value: Any) -> bytes | None:
    """Equal for what is equal bit by bit; None for objects."""
    try:
        return wire.encode(node_of(value))
    except NotData:
        return None
