"""The names that a module shows, and what can be told of the functions among them without a call."""

from __future__ import annotations

from collections.abc import Iterable
from types import CodeType, FunctionType, ModuleType
from typing import Any

MAX_NAMES = 500


def public_names(names: Iterable[Any]) -> list[str]:
    """Those that do not begin with an underscore, sorted."""
    return sorted(name for name in names if isinstance(name, str) and not name.startswith("_"))[:MAX_NAMES]


def outline(module: ModuleType) -> dict[str, list[Any]]:
    """The public names of a module: of a function with the names of its parameters, and [file, line] of one that is
    not written.

    What is not written is known so before anything is called: who has just begun waits for no argument to be made.
    """
    names = vars(module)
    return {name: _outline_of(names[name], name) for name in public_names(names)}


def _outline_of(thing: Any, name: str) -> list[Any]:
    if type(thing) is not FunctionType:
        return []
    code = thing.__code__
    return [list(code.co_varnames[: code.co_argcount]), _place_of_stub(code, name)]


def _stub() -> None:
    raise NotImplementedError


def _place_of_stub(code: CodeType, name: str) -> list[Any]:
    """Where a function does nothing but raise `NotImplementedError`, its own name's and no other's."""
    stub = _stub.__code__
    if (code.co_code, code.co_names, code.co_name) != (stub.co_code, stub.co_names, name):
        return []
    return [code.co_filename, max(line for *_, line in code.co_lines() if line is not None)]
