"""The calls that a request asks for, as they were sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np

from grader import wire

# What is as it was sent, and holds nothing.
_SINGLE = frozenset({type(None), bool, int, float, str, bytes, np.ndarray})
_MADE_HERE = frozenset({wire.Mark.NAME, wire.Mark.MAKE})


@dataclass(frozen=True)
class Call:
    """One call to make.

    Args:
        target: the module's name, the object, or nothing for one of `OPERATIONS`; and the name of its function.
        named: arguments by name.
        manner: `wire.CALL` or another of its kind.
        has_refs: the target or an argument is, or holds, what only a worker can find or make.
        wanted: the bits `wire.READ`, `KEEP`, `SHOW` and `FIRST`.
    """

    target: tuple[Any, str]
    args: Any
    named: Any
    manner: int
    has_refs: bool
    wanted: int

    @classmethod
    def of(cls, call: Sequence[Any], wanted: int) -> Call:
        """The call that was sent as [target, arguments, named arguments, manner]."""
        (owner, name), args, named, manner = call
        if type(owner) is str and _SINGLE.issuperset(map(type, (*args, *named.values()))):
            return cls((owner, name), args, named, int(manner), False, wanted)
        if _holds_ref([owner, args, named]):
            return cls((owner, name), args, named, int(manner), True, wanted)
        return cls((owner, name), _plain(args), _plain(named), int(manner), False, wanted)

    @property
    def shows_arguments(self) -> bool:
        """Whether the answer is the arguments as they are after the call."""
        return self.manner == wire.ARGUMENTS


def _holds_ref(value: Any) -> bool:
    if isinstance(value, list) and value and isinstance(value[0], wire.Mark) and value[0] in _MADE_HERE:
        return True
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return isinstance(value, wire.Ref) or any(map(_holds_ref, items))


def _plain(value: Any) -> Any:
    return wire.map_items(value, _plain)


def calls_of(packed: bytes) -> list[Call]:
    """The calls of an encoded list, which begins with what is wanted of each; with arrays and tensors of their own."""
    wanted, *calls = wire.decode(packed, tensor=_tensor, marked=True) or (b"",)
    return [Call.of(call, bits) for call, bits in zip(calls, wanted, strict=True)]


def _tensor(array: Any) -> Any:
    return import_module("torch").from_numpy(array)  # which is asked for where it is not loaded
