"""What can be done with an object that stays here: its parts read and set, its length, its items one by one."""

from __future__ import annotations

import contextlib
import copy
import operator
import sys
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from itertools import islice
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

import numpy as np

from grader import wire

# Modules whose functions, classes and constants may be named as arguments.
NAMEABLE = frozenset({
    "array", "builtins", "cmath", "collections", "datetime", "decimal", "fractions", "functools", "io", "_io",
    "itertools", "math", "numpy", "operator", "pathlib", "re", "scipy", "statistics", "torch", "types", "uuid",
})  # fmt: skip
_MAX_KEY = 200
# So many parts of a tuple are named.
_MAX_PARTS = 5


class Exhausted(Exception):
    """There is no next item."""


class Unfit(Exception):
    """An object is not of the kind that an operation needs.

    Args (as texts): what it is, what was expected; or nothing and what it lacks.
    """


class Absent(Exception):
    """An object has no attribute of this name; the second argument lists those that it has."""


class Effects:
    """A call's result, and its arguments as they are after it."""

    __slots__ = ("args", "named", "result")

    def __init__(self, result: Any, args: Any, named: Any) -> None:
        self.result, self.args, self.named = result, tuple(args), named


def item(value: Any, key: Any) -> Any:
    """A part by its key; of lists and tuples of numbers also what only an array gives: a column, what a mask marks."""
    is_listed = getattr(type(value), "__getitem__", None) in (list.__getitem__, tuple.__getitem__)
    if is_listed and (isinstance(key, tuple | list) or getattr(key, "ndim", 0) > 0):
        with contextlib.suppress(ValueError, TypeError, RuntimeError):  # rows of unlike lengths, say
            array = np.asarray(value)
            if array.dtype.kind in "biufc":
                return array[key]
    return operator.getitem(value, key)


def unpack(value: Any, n: int) -> list[Any]:
    """The `n` items that are all of an object's."""
    items = list(islice(iter(value), n + 1))
    if len(items) != n:
        raise Unfit(describe(value), f"expected {n} values")
    return items


def next_item(items: Iterator[Any]) -> Any:
    """The next item."""
    if not isinstance(items, Iterator):
        raise Unfit(describe(items), "expected an iterator, as a function with `yield` returns one")
    for item in items:
        return item
    raise Exhausted


def raise_error(error: Exception) -> Iterator[Any]:
    """An iterator that has nothing but an error."""
    raise error
    yield


def enter(value: Any) -> Any:
    """What `with` gives."""
    return type(value).__enter__(value)


def leave(value: Any, error: BaseException | None = None) -> bool:
    """What the end of `with` does; whether an error that ended it is dealt with."""
    return bool(type(value).__exit__(value, None if error is None else type(error), error, None))


def apply(function: Callable[..., Any], *args: Any) -> Any:
    """What a library's function says of an object."""
    return function(*args)


def refuse_unhashable(value: Any) -> None:
    """Nothing, where it can be a key; which number it hashes to is another one in each process."""
    hash(value)


def kinds(value: Any) -> Any:
    """What data does not tell once it is read: which lists were tuples, which arrays tensors; None where none was."""
    if isinstance(value, tuple):
        return ["tuple", *map(kinds, value)]
    if isinstance(value, list):
        return ["list", *within] if any(within := list(map(kinds, value))) else None
    if isinstance(value, dict):
        return ["dict", *within] if any(within := list(map(kinds, value.values()))) else None
    torch = sys.modules.get("torch")
    is_tensor = torch is not None and isinstance(value, torch.Tensor)
    return ["tensor", str(value.dtype).partition(".")[2]] if is_tensor else None


# Operators by their names, which are those of Python's methods.
_BINARY = ("add", "sub", "mul", "matmul", "truediv", "floordiv", "mod", "pow", "lshift", "rshift", "and", "xor", "or")
_OPERATORS = (
    *_BINARY, *(f"i{name}" for name in _BINARY), "lt", "le", "gt", "ge", "eq", "ne", "neg", "pos", "abs", "invert",
    "index",
)  # fmt: skip


OPERATIONS: dict[str, Callable[..., Any]] = {
    "get": getattr,
    "set": setattr,
    "item": item,
    "put": operator.setitem,
    "delete": operator.delitem,
    "len": len,
    "in": operator.contains,
    "truth": operator.truth,
    "iter": iter,
    "next": next_item,
    "unpack": unpack,
    "enter": enter,
    "leave": leave,
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "read": lambda value: value,
    "isinstance": lambda kind, value: isinstance(value, kind),
    "issubclass": lambda kind, value: issubclass(value, kind),
    "apply": apply,
    "hash": refuse_unhashable,
    "kinds": kinds,
    **{name: getattr(operator, f"__{name}__") for name in _OPERATORS},
    **{function.__name__: function for function in (divmod, str, repr, float, int, complex, round, reversed, format)},
}
# What works on a list of an iterator's items as well: who returns one need not know that it will be asked.
TAKES_A_LIST = frozenset({"item", "len", "in", "truth", "read", "kinds"})

_EXPECTED = {
    "item": "expected something with items",
    "put": "expected something whose items can be set",
    "delete": "expected something whose items can be deleted",
    "len": "expected something with a length",
    "in": "expected something that holds items",
    "iter": "expected something with items",
    "unpack": "expected {} values",
    "truth": "expected something that is true or false",
    "enter": "expected an object for `with`",
    "leave": "expected an object for `with`",
}


def in_words(operation: str, args: Any, error: Exception) -> Exception:
    """What an operation's error is in words, where no code of the submission's raised it; else the error."""
    value, *rest = args
    if operation == "get" and isinstance(error, AttributeError):
        if is_plain(value):
            return Unfit(describe(value), f"expected an object that has {rest[0]}")
        names = [name for name in dir(value) if isinstance(name, str)]
        return Absent(f"{wire.type_name(value).rpartition('.')[2]} has no attribute {rest[0]}", names)
    if isinstance(error, KeyError) and isinstance(value, Mapping):
        return Unfit("", f"has no key {key_text(rest[0])}")
    if isinstance(error, IndexError):
        return Unfit("", f"has no item {key_text(rest[0])}: it is {describe(value)}")
    if isinstance(error, TypeError | AttributeError) and operation in _EXPECTED:
        return Unfit(describe(value), _EXPECTED[operation].format(*rest))
    return error


_LIBRARIES = frozenset({"builtins", "collections", "decimal", "fractions", "numpy", "torch"})


def is_plain(value: Any) -> bool:
    """Whether a library's class stands behind data, so that it acts as any data like it."""
    home = type.__dict__["__module__"].__get__(type(value))
    return str(home).partition(".")[0] in _LIBRARIES


def key_text(key: Any) -> str:
    """A key as one reads it, of bounded length."""
    return key[:_MAX_KEY] if isinstance(key, str) and key.isidentifier() else repr(key)[:_MAX_KEY]


def describe(value: Any) -> str:
    """A few words for what an object is."""
    if value is None:
        return "None"
    if isinstance(value, np.ndarray):
        return "an array" if value.ndim else "an array without dimensions"
    if isinstance(value, bool | int | float | complex | np.number):
        return f"the number {value!r}"[:80] if not isinstance(value, bool) else repr(value)
    if isinstance(value, str):
        return f"the text {value[:40]!r}" + ("…" if len(value) > 40 else "")
    for kind, name in ((tuple, "tuple"), (list, "list"), (dict, "dictionary"), (set, "set"), (bytes, "bytes")):
        if type(value) is tuple and 0 < len(value) <= _MAX_PARTS:
            return f"a tuple of {len(value)} ({', '.join(wire.type_name(part).rpartition('.')[2] for part in value)})"
        if type(value) is kind:
            return f"a {name} of {len(value)}" if kind is not bytes else f"{len(value)} bytes"
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(value, torch.Tensor):
        return "a tensor"
    if issubclass(type(value), type):
        name = type.__dict__["__name__"].__get__(value)
        return f"the class {name} (call it: `{name}()`)"
    if type(value) in (FunctionType, BuiltinFunctionType, MethodType):
        return "a function (call it, and return what comes of it)"
    return f"an object of type {wire.type_name(value)}"


def library_object(module: str, name: str) -> Any:
    """What a name of a library stands for.

    Raises:
        Absent: it is none that may be named.
    """
    if module.partition(".")[0] not in NAMEABLE:
        raise Absent(f"{module} is no library whose names can be arguments", [])
    value: Any = sys.modules.get(module) or import_module(module)
    return attribute(value, name)


def attribute(value: Any, path: str) -> Any:
    """What a dotted name leads to."""
    for name in path.split("."):
        value = getattr(value, name)
    return value
