"""Makes arguments that no message can hold as such: arrays of any dtype, sparse matrices, random states."""

from __future__ import annotations

import functools
import random
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

import numpy as np


def array(data: bytes, dtype: Any, shape: Sequence[int]) -> Any:
    """An array of a dtype that messages do not know: text, dates, fields by name, another byte order."""
    return np.ndarray(tuple(shape), np.lib.format.descr_to_dtype(dtype), bytearray(data))


def objects(items: Sequence[Any], shape: Sequence[int]) -> Any:
    """An array of dtype object."""
    made = np.empty(len(items), dtype=object)
    made[:] = items
    return made.reshape(tuple(shape))


def scalar(value: Any) -> Any:
    """The one item of an array, as numpy's scalar."""
    return value[()]


def sparse(kind: str, items: Any, places: Any, shape: Sequence[int]) -> Any:
    """A matrix or an array of `scipy.sparse`."""
    library = import_module("scipy.sparse")
    coordinates = library.coo_array if kind.endswith("_array") else library.coo_matrix
    return getattr(library, kind)(coordinates((items, tuple(places)), shape=tuple(shape)))


def tensor(value: Any, dtype: str, layout: str, kind: str, gradient: Any = None) -> Any:
    """A tensor of a dtype or layout that messages do not know, one that wants or has a gradient, or a parameter."""
    torch = import_module("torch")
    made = value.to(getattr(torch, dtype))
    if layout != "strided":
        made = made.to_sparse(layout=getattr(torch, layout))
    if kind in ("parameter", "frozen"):
        made = torch.nn.Parameter(made, requires_grad=kind == "parameter")
    elif kind == "leaf":
        made.requires_grad_()
    made.grad = gradient
    return made


def generator(kind: str, seed: tuple[Any, Sequence[int], int], state: Mapping[str, Any]) -> Any:
    """A generator of numpy's in a state."""
    entropy, key, n_spawned = seed
    sequence = np.random.SeedSequence(entropy, spawn_key=tuple(key), n_children_spawned=n_spawned)
    bits = getattr(np.random, kind)(sequence)
    bits.state = state
    return np.random.Generator(bits)


def random_state(state: Any) -> Any:
    """A generator of numpy's older kind in a state."""
    made = np.random.RandomState()
    made.set_state(state)
    return made


def python_random(state: Any) -> Any:
    """A generator of Python's in a state."""
    made = random.Random()
    made.setstate(state)
    return made


def torch_generator(seed: int, state: Any) -> Any:
    """A generator of torch's in a state."""
    made = import_module("torch").Generator()
    made.manual_seed(seed)
    made.set_state(state)
    return made


def partial(function: Callable[..., Any], args: Sequence[Any], named: Mapping[str, Any]) -> Any:
    """A function with some of its arguments."""
    return functools.partial(function, *args, **named)


def instance(kind: type, args: Sequence[Any], state: Any) -> Any:
    """An object of a library's class in a state, as `copy` would make it."""
    made = kind.__new__(kind, *args)
    if hasattr(made, "__setstate__"):
        made.__setstate__(state)
        return made
    attributes, slots = state if isinstance(state, tuple) else (state, None)
    if attributes:
        vars(made).update(attributes)
    for name, value in (slots or {}).items():
        object.__setattr__(made, name, value)
    return made


MAKERS: Mapping[str, Callable[..., Any]] = {
    maker.__name__: maker
    for maker in (
        array, objects, scalar, sparse, tensor, generator, random_state, python_random, torch_generator, partial,
        instance, import_module,
    )
}  # fmt: skip
