"""The names that a module shows, and which of them are functions that are not written yet."""

from __future__ import annotations

from collections.abc import Iterable
from types import FunctionType, ModuleType
from typing import Any

MAX_NAMES = 500


def public_names(names: Iterable[Any]) -> list[str]:
    """Those that do not begin with an underscore, sorted."""
    return sorted(name for name in names if isinstance(name, str) and not name.startswith("_"))[:MAX_NAMES]


def names_with_stubs(module: ModuleType) -> dict[str, list[Any]]:
    """The public names of a module: with [file, line] a function that does nothing but raise `NotImplementedError`.

    What is not written is known so before anything is called: who has just begun waits for no argument to be made.
    """
    names = vars(module)
    return {name: _place_of_stub(names[name], name) for name in public_names(names)}


def _stub() -> None:
    raise NotImplementedError


def _place_of_stub(thing: Any, name: str) -> list[Any]:
    if type(thing) is not FunctionType:
        return []
    code, stub = thing.__code__, _stub.__code__
    if (code.co_code, code.co_names, code.co_name) != (stub.co_code, stub.co_names, name):
        return []
    return [code.co_filename, max(line for *_, line in code.co_lines() if line is not None)]
