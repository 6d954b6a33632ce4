"""What a worker's replies say, as outcomes; whatever is no reply is refused."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from grader import wire
from grader.errors import WireError
from grader.model.arrays import Items
from grader.model.outcome import End, Failure, Handle, Kept, Outcome, Value

# What is taken of a worker's texts: of a name (of a type, a function), of a path, of an exception's message.
MAX_NAME, MAX_PATH, MAX_MESSAGE = 80, 200, 2000
# How many names of functions are looked through for the one that was meant, and the last line that a file may have.
MAX_NAMES, MAX_LINE = 500, 1_000_000
BREACH = "the process sent something that is no answer to what it was asked, so it was ended"


def outcomes_of(data: bytes, count: int) -> Iterator[Outcome]:
    """The outcomes of replies as they came.

    Raises:
        WireError: before the first where there are not `count` of them, else at the first that is none.
    """
    replies = list(itertools.islice(wire.parts(memoryview(data)), count + 1))
    if len(replies) != count:
        raise WireError(BREACH)
    for kind, body in replies:
        yield outcome_of(kind, wire.decode(body, refs=False))


def outcome_of(kind: str, data: Any) -> Outcome:
    """The outcome of a reply of the worker; every text of it is cut to a length here, where it enters.

    Raises:
        WireError: the kind or the shape of its data is none that a worker sends.
    """
    if kind == wire.VALUE:
        return Value(data)
    if kind == wire.TOO_LARGE and type(data) is str:
        return Failure("error", f"it returned {data[:MAX_NAME]}, which is too much")
    if kind == wire.KEPT and (data is None or type(data) is str):
        return Kept((data or "")[:MAX_NAME])
    if kind in (wire.END, wire.UNMADE) and data is None:
        return End() if kind == wire.END else Failure("failed", "a call before it did not return", follows=True)
    if type(data) is list:
        if kind == wire.ITEMS:
            return Value(Items(data))
        if kind == wire.DERIVED and len(data) == 2 and type(data[0]) is str:
            return Value(data[1], data[0][:MAX_NAME])
        if kind == wire.MISMATCH and [type(item) for item in data] == [str, str]:
            return unfit(data[0][: 3 * MAX_NAME], data[1][: 3 * MAX_NAME])
        if kind == wire.HANDLE and [type(item) for item in data] == [str, str]:
            return Handle(data[0][:MAX_NAME], data[1][:MAX_NAME])
        if kind == wire.MISSING and len(data) == 2 and type(data[0]) is str and type(data[1]) is list:
            names = tuple(name for name in data[1][:MAX_NAMES] if type(name) is str and len(name) <= MAX_NAME)
            return Failure("missing", data[0][:MAX_MESSAGE], names=names)
        if kind in (wire.ERROR, wire.OUT_OF_MEMORY) and len(data) == 3 and type(data[2]) is list:
            return _raise_failure("error" if kind == wire.ERROR else "out_of_memory", *data)
    raise WireError(BREACH)


def unfit(what: str, wanted: str) -> Failure:
    """The failure of what was returned, or of a part of it, to be what was asked for.

    Args:
        what: it is; empty where `wanted` says it all.
    """
    message = f"returned {what}, {wanted}" if what else f"what was returned {wanted}"
    return Failure("failed", message, part=(what, wanted))


def _raise_failure(status: Any, name: Any, text: Any, place: list[Any]) -> Failure:
    if type(name) is not str or type(text) is not str or not _is_place(place):
        raise WireError(BREACH)
    message = f"{name[:MAX_NAME]}: {text[:MAX_MESSAGE]}" if text else name[:MAX_NAME]
    file, line, function = place or ["", 0, ""]
    return Failure(status, message, file[:MAX_PATH], line, function[:MAX_NAME])


def _is_place(place: list[Any]) -> bool:
    """Whether it is a file, a line and a function, or nothing."""
    return not place or ([type(item) for item in place] == [str, int, str] and 0 <= place[1] <= MAX_LINE)
