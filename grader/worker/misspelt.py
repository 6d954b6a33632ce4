"""The method of a class that Python or torch did not find under its name: misspelt, or not there at all."""

from __future__ import annotations

import difflib
import re
import traceback
from collections.abc import Iterable, Mapping
from types import FunctionType
from typing import Any

# What is said of a method that has another name, and of one that is not there, after Python's own words.
INSTEAD_OF = " instead of "
DEFINES_NO = "; its class defines no "
# `int` and `init` are as near as 0.86, `iter` and `init` as 0.5.
_NEAR = 0.75
_ERRORS = (
    (re.compile(r"(?:[\w.<>]+\.)??(\w+)(?:\.__init__)?\(\) takes (?:no|1 positional) argument"), "__init__"),
    (re.compile(r'Module \[(\w+)\] is missing the required "forward" function'), "forward"),
)  # fmt: skip


def misspelt_method(error: BaseException, modules: Iterable[Any]) -> str:
    """`; line 5 defines `__int__` instead of `__init__``: empty where the error is about no such method.

    Args:
        modules: of the submission, in which the class is looked for as well as where the error was raised.
    """
    for pattern, wanted in _ERRORS:
        if (found := pattern.match(str(error))) is not None:
            own = _class(found[1], error, modules)
            return "" if own is None or any(wanted in vars(base) for base in _own_bases(own)) else _why(own, wanted)
    return ""


def _class(name: str, error: BaseException, modules: Iterable[Any]) -> type | None:
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    holders: list[Mapping[str, Any]] = [vars(module) for module in modules]
    holders += [names for frame in frames[::-1] for names in (frame.f_locals, frame.f_globals)]
    found = (holder.get(name) for holder in holders)
    return next((one for one in found if isinstance(one, type)), None)


def _own_bases(own: type) -> list[type]:
    """The classes that a class is derived of, as far as its author may have written them."""
    return [base for base in own.__mro__ if base is not object and not base.__module__.startswith("torch.")]


def _why(own: type, wanted: str) -> str:
    plain = wanted.strip("_")
    methods = {one.__code__.co_name: one for one in vars(own).values() if isinstance(one, FunctionType)}
    near = difflib.get_close_matches(plain, [name.strip("_").lower() for name in methods], 1, _NEAR)
    misspelt = next((name for name in methods if near and name.strip("_").lower() == near[0]), None)
    if misspelt is None:
        return f"{DEFINES_NO}`{wanted}`"
    return f"; line {methods[misspelt].__code__.co_firstlineno} defines `{misspelt}`{INSTEAD_OF}`{wanted}`"
