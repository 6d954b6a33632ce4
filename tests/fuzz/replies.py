"""Replies → verdict: bytes become replies of every kind that the decoder takes, and the judge concludes from them."""

from __future__ import annotations

import functools
import json
import struct
from collections.abc import Callable, Iterator
from typing import Any

import msgpack
import numpy as np

from grader import wire
from grader.assignment import Assignment, load_assignment
from grader.checks.feedback.conclusion import conclude
from grader.checks.reply_cache import recall
from grader.sandbox import Budget
from grader.sandbox.protocols import Ended
from grader.sandbox.session import WorkerSession
from tests.conftest import MINI

# Bytes of a check's entry in a result, whatever a student answered.
MAX_ENTRY = 20_000
_FLOATS = (0.0, -0.0, 1.0, 6.0, 1e308, 5e-324, float("inf"), float("-inf"), float("nan"), 0.1)


class Bytes:
    """Choices read from bytes; zeros after their end."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def number(self, below: int) -> int:
        """A number from 0 on."""
        size = 1 if below <= 256 else 2
        taken = self._data[self._at : self._at + size].ljust(size, b"\0")
        self._at += size
        return int.from_bytes(taken, "big") % below

    @property
    def are_over(self) -> bool:
        """Whether all have been read."""
        return self._at >= len(self._data)


def value(choices: Bytes, depth: int = 0) -> Any:
    """A value of any type that the wire knows, packed by msgpack alone: what honest encoding refuses is among them."""
    kinds = _VALUES if depth < 4 else _LEAVES
    return kinds[choices.number(len(kinds))](choices, depth)


def _integer(choices: Bytes, _depth: int) -> Any:
    digits = (1, 16, 300, 3500, 4096, 1 + choices.number(4096))[choices.number(6)]
    return msgpack.ExtType(2 + 1, (b"-" if choices.number(2) else b"") + b"f" * digits)


def _array(choices: Bytes, _depth: int) -> Any:
    name = list(wire.DTYPES)[choices.number(len(wire.DTYPES))]
    shape = [choices.number(4) for _ in range(choices.number(4))]
    count = int(np.prod(shape)) if shape else 1
    raw = (bytes([choices.number(2)]) * count) if name == "bool" else bytes(count * wire.DTYPES[name].itemsize)
    if name == "float64" and count:
        raw = struct.pack("<d", _FLOATS[choices.number(len(_FLOATS))]) * count
    return msgpack.ExtType(1 + choices.number(2), msgpack.packb([name, shape, raw]))


def _list(choices: Bytes, depth: int) -> Any:
    return [value(choices, depth + 1) for _ in range(choices.number(5))]


def _table(choices: Bytes, depth: int) -> Any:
    return {(f"k{n}" if choices.number(2) else n): value(choices, depth + 1) for n in range(choices.number(4))}


def _text(choices: Bytes, _depth: int) -> Any:
    return ("a\n::b", "", "\x1b[2J", "x" * 3000, "é" * 500, "##[error]", "no m.totl")[choices.number(7)]


def _mark(choices: Bytes) -> Any:
    return msgpack.ExtType(5, list(wire.Mark)[choices.number(len(wire.Mark))].value)


def _marked(choices: Bytes, depth: int) -> Any:
    return [_mark(choices), *_list(choices, depth)]


_LEAVES: tuple[Callable[[Bytes, int], Any], ...] = (
    lambda choices, _: _FLOATS[choices.number(len(_FLOATS))],
    lambda choices, _: (0, 1, -1, 2**63 - 1, 2**64 - 1, -(2**63), 10**9)[choices.number(7)],
    lambda choices, _: (None, True, False)[choices.number(3)],
    _integer,
    _text,
    lambda choices, _: b"\xff" * choices.number(300),
    _array,
    lambda choices, _: msgpack.ExtType(4, msgpack.packb([choices.number(3), choices.number(3)])),
    lambda choices, _: _mark(choices),
)
_VALUES = (*_LEAVES, _list, _list, _list, _marked, _table)


def reply(choices: Bytes) -> tuple[str, bytes]:
    """Kind and body of a reply: what an honest one holds, or anything."""
    kind = (*wire.KINDS, *[wire.VALUE] * len(wire.KINDS))[choices.number(2 * len(wire.KINDS))]
    shapes: dict[str, Callable[[], Any]] = {
        wire.HANDLE: lambda: [_text(choices, 0), _text(choices, 0)],
        wire.MISSING: lambda: [_text(choices, 0), [_text(choices, 0) for _ in range(choices.number(9))]],
        wire.ERROR: lambda: [_text(choices, 0), _text(choices, 0), _place(choices)],
        wire.OUT_OF_MEMORY: lambda: [_text(choices, 0), _text(choices, 0), _place(choices)],
        wire.TOO_LARGE: lambda: _text(choices, 0),
        wire.NEED: lambda: _text(choices, 0),
        wire.DERIVED: lambda: [_text(choices, 0), value(choices, 2)],
        wire.MISMATCH: lambda: [_text(choices, 0), _text(choices, 0)],
        wire.KEPT: lambda: [_text(choices, 0), None][choices.number(2)],
        wire.END: lambda: None,
        wire.UNMADE: lambda: None,
    }
    if kind in shapes and choices.number(4):
        return kind, msgpack.packb(shapes[kind]())
    if choices.number(3) == 0:  # arguments after a call, or nearly so
        shown = [[_array(choices, 0), [True, bool(choices.number(2))]] for _ in range(choices.number(4))]
        return kind, msgpack.packb([*shown, *(value(choices, 2) for _ in range(choices.number(3)))])
    return kind, msgpack.packb(value(choices))


def _place(choices: Bytes) -> list[Any]:
    return [[], [_text(choices, 0), choices.number(60_000), _text(choices, 0)], [value(choices, 3)]][choices.number(3)]


def judged(data: bytes) -> None:
    """Whatever a process answers to the calls of whatever check, a verdict comes of it, small and plain JSON."""
    choices = Bytes(data)
    assignment = _assignment()
    check = list(assignment.checks.values())[choices.number(len(assignment.checks))]
    replies = [reply(choices)]
    while not choices.are_over and len(replies) < 12:
        replies.append(reply(choices))
    session = WorkerSession(_Answering(replies), {"m.py": ""}, Budget(), seed=1)
    try:
        verdict = conclude(check, session, shrink=False, misconceptions=assignment.misconceptions, calls="key")
    finally:
        session.close()
    assert verdict.status != "ungraded", verdict.feedback
    text = json.dumps(verdict.to_json(), allow_nan=False)
    assert len(text) < MAX_ENTRY, len(text)
    if verdict.replies is not None and verdict.replies.data:
        recall(verdict.replies, len(check.plan.calls))


@functools.cache
def _assignment() -> Assignment:
    return load_assignment(MINI, "mini")


class _Answering:
    """A source of workers and the one worker of it, which answers calls with the same replies over and over."""

    printed_cap = 0
    charged_s = cpu_s = 0.0
    cut = False
    has_unread = False

    def __init__(self, replies: list[tuple[str, bytes]]) -> None:
        self.printed = bytearray()
        self._replies = replies
        self._next = 0
        self._patience = 60  # real ones have a time limit

    def spawn(self, *_limits: int, count: int = 1) -> list[_Answering]:
        del count
        self._messages = [_message(0, [(wire.READY, b"")])]
        return [self]

    def branch(self) -> _Answering:
        return self

    def preload(self, _module: str) -> bool:
        return False

    def send(self, message: bytes, _wall_s: float) -> None:
        [body] = wire.Frames().feed(message)
        number, operation, asked = wire.decode(body)
        none = (wire.VALUE, wire.encode(None))
        self._messages.append(_message(number, list(self._taken(asked[1])) if operation == "calls" else [none]))

    def _taken(self, calls: bytes) -> Iterator[tuple[str, bytes]]:
        for _ in wire.decode(calls, marked=True)[1:]:
            yield self._replies[self._next % len(self._replies)]
            self._next += 1

    def traceback(self) -> str:
        return ""

    def receive(self, _wall_s: float, _in_all_s: float = 0.0) -> bytes:
        self._patience -= 1
        if not self._messages or self._patience < 0:
            raise Ended
        return self._messages.pop(0)

    @property
    def held_bytes(self) -> float:
        return 0.0

    def left_behind(self) -> bytes:
        """What a process that ended had ready."""
        return b""

    def drain(self) -> None:
        """Prints nothing."""

    def release(self) -> None:
        """Nothing to end."""

    def wait(self, *, kill: bool = False) -> tuple[int, float, bytes]:
        """Leaves nothing."""
        del kill
        return 0, 0.0, b""

    def number_of(self, plan: bytes) -> int | None:
        """Holds no plans."""
        del plan
        return None


def _message(number: int, replies: list[tuple[str, bytes]]) -> bytes:
    data = b"".join(wire.part(kind, body) for kind, body in replies)
    return wire.head_of_replies(number, 0, len(replies), len(data))[4:] + data
