"""What a check can ask of a reply that is a tensor: in numpy's words, in torch's, and of its graph."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np

from grader.atoms import atom_of
from grader.model.arrays import Array

_KINDS = frozenset({"torch.Tensor", "torch.nn.parameter.Parameter"})
# What numpy calls alike and means otherwise, so that the tensor itself is asked.
_OTHERWISE = frozenset({"data", "device", "itemsize", "nbytes", "view"})
_OF_A_GRAPH = frozenset({"backward", "grad_fn", "requires_grad"})
_OF_TORCH = frozenset({"dim", "keepdim"})


def is_tensor(type_name: str) -> bool:
    """Whether a reply with data of this class is a tensor."""
    return type_name.startswith("torch.")


def is_its_own(name: str, type_name: str) -> bool:
    """Whether a tensor itself is asked for what numpy has as well: numpy means something else, or cannot know it."""
    return name in _OTHERWISE or (name == "dtype" and type_name not in _KINDS)


def attribute_of_numbers(data: Array, name: str, again: Callable[..., Any]) -> Any:
    """What numpy says of a tensor's numbers.

    Args:
        again: makes a call of this name on the tensor itself.
    """
    found = getattr(data, name)
    if name == "dtype":
        return TensorDtype(found)
    if name == "size":
        return _Size(data)
    return _method(data, name, found, again) if callable(found) else found


class TensorDtype:
    """A dtype that equals torch's as well as numpy's, and is numpy's in all else."""

    def __init__(self, dtype: np.dtype[Any]) -> None:
        self.dtype = dtype

    def __eq__(self, other: object) -> bool:
        return atom_of(self.dtype) == atom_of(other) or bool(self.dtype == other)

    def __hash__(self) -> int:
        return hash(self.dtype)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.dtype, name)

    def __repr__(self) -> str:
        return repr(self.dtype)


class _Size(int):
    """How many numbers there are, as in numpy; called it is the shape, as in torch."""

    shape: tuple[int, ...]

    def __new__(cls, data: Array) -> _Size:
        made = super().__new__(cls, data.size)
        made.shape = data.shape
        return made

    def __call__(self, dim: int | None = None) -> Any:
        return self.shape if dim is None else self.shape[dim]


def _method(data: Array, name: str, found: Callable[..., Any], again: Callable[..., Any]) -> Callable[..., Any]:
    def call(*args: Any, **named: Any) -> Any:
        if _OF_TORCH & named.keys():
            return getattr(import_module("torch").as_tensor(data), name)(*args, **named)
        value = found(*args, **named)
        return _with_graph(value, lambda: again(*args, **named))

    return call


class _Total:
    """A number that a tensor came to; what is done with its graph is the tensor's to do."""

    again: Callable[[], Any]

    def __getattr__(self, name: str) -> Any:
        if name not in _OF_A_GRAPH:
            raise AttributeError(name)
        return getattr(self.again(), name)


# numpy's class comes first: the other order crashes.
class _Total32(np.float32, _Total):
    pass


class _Total64(np.float64, _Total):  # type: ignore[misc]
    pass


_TOTALS: dict[type, type[_Total]] = {np.float32: _Total32, np.float64: _Total64}


def _with_graph(value: Any, again: Callable[[], Any]) -> Any:
    if type(value) not in _TOTALS:
        return value
    total = _TOTALS[type(value)](value)  # type: ignore[call-arg]
    total.again = again
    return total


def by_torch(function: Callable[..., Any], args: Any, named: Any, number: Callable[[Any], Any]) -> Any:
    """What a function of torch's says, here, of the numbers in its arguments.

    Args:
        number: an argument as numbers, where it is a reply.
    """
    if getattr(function, "__objclass__", None) is not None or function.__module__ == "torch._tensor":
        return NotImplemented  # an operator between a tensor and a reply, which is the reply's to do
    torch = sys.modules["torch"]

    def plain(value: Any) -> Any:
        if isinstance(value, list | tuple):
            return type(value)(map(plain, value))
        known = number(value)
        return value if known is value else torch.as_tensor(np.asarray(known))

    return function(*map(plain, args), **{name: plain(value) for name, value in named.items()})
