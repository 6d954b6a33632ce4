"""Requests and replies: what a call wants, what a reply is about, and how both are cut out of a stream of bytes."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from grader.errors import WireError
from grader.wire.values import MAX_FRAME, Bytes

_HEADER = struct.Struct("!I")

# What a reply is about: a call's outcome, or the worker itself.
KINDS = (
    "value", "handle", "missing", "error", "out_of_memory", "too_large", "need", "ready", "no_cage",
    "kept", "derived", "mismatch", "end", "unmade", "items",
)  # fmt: skip
(
    VALUE, HANDLE, MISSING, ERROR, OUT_OF_MEMORY, TOO_LARGE, NEED, READY, NO_CAGE, KEPT, DERIVED, MISMATCH, END, UNMADE,
    ITEMS,
) = KINDS  # fmt: skip

# What is wanted of a call, as bits: its value, in full; its object, for later calls; its value where that is small
# and can be had without being used up; that it is the first of a case, so that no earlier object is needed any more.
READ, KEEP, SHOW, FIRST = 1, 2, 4, 8
# How a call is meant: as it is; answered with its arguments afterwards; with these beside its result; named, not made;
# answered with what it costs; meant to raise its first argument, and made with the others.
CALL, ARGUMENTS, EFFECTS, GET, COST, RAISES = range(6)
_KIND_NUMBERS = {kind: number for number, kind in enumerate(KINDS)}
_REPLIES = struct.Struct("!III")
_PART = struct.Struct("!BI")

# Where a frame of replies is put together: the head, before the first of them.
REPLIES_HEAD = _HEADER.size + _REPLIES.size
# What stands before the body of each: its kind and its size.
PART_HEAD = _PART.size


def head_of_replies(request: int, first: int, count: int, size: int) -> bytes:
    """What stands before `count` replies of `size` bytes: their frame's header, whom they answer, and from which on."""
    return _HEADER.pack(_REPLIES.size + size) + _REPLIES.pack(request, first, count)


def part(kind: str, body: bytes) -> bytes:
    """One reply."""
    return _PART.pack(_KIND_NUMBERS[kind], len(body)) + body


def parse_replies(message: bytes) -> tuple[int, int, int, bytes]:
    """Request, index of the first reply, how many there are, and the replies themselves, for `parts`.

    Raises:
        WireError: the message is too short to be one of replies.
    """
    if len(message) < _REPLIES.size:
        raise WireError("replies without request, index and count")
    request, first, count = _REPLIES.unpack_from(message)
    return request, first, count, message[_REPLIES.size :]


def parts(data: Bytes) -> Iterator[tuple[str, Bytes]]:
    """Kind and body of each reply; bodies are views where `data` is one.

    Raises:
        WireError: the bytes end within a reply, or one is of no known kind.
    """
    at = 0
    while at < len(data):
        start = at + _PART.size
        if start > len(data):
            raise WireError("a reply without kind and size")
        kind, size = _PART.unpack_from(data, at)
        at = start + size
        if kind >= len(KINDS) or at > len(data):
            raise WireError("a reply of no known kind, or one cut short")
        yield KINDS[kind], data[start:at]


def frame(body: bytes) -> bytes:
    """`body` with its length before it."""
    return _HEADER.pack(len(body)) + body


def body_of_frame(data: bytes) -> bytes:
    """The body of the frame that `data` begins with; nothing where it does not end in it."""
    if len(data) < _HEADER.size:
        return b""
    end = _HEADER.size + _HEADER.unpack_from(data)[0]
    return data[_HEADER.size : end] if end <= len(data) else b""


class Frames:
    """Cuts a stream of bytes into message bodies."""

    def __init__(self, max_frame: int = MAX_FRAME) -> None:
        self._buffer = bytearray()
        self._max = max_frame

    def feed(self, data: bytes) -> list[bytes]:
        """The bodies that `data` completes.

        Raises:
            WireError: a header announces more than the cap; what was complete before it came from the call before.
        """
        self._buffer += data
        bodies: list[bytes] = []
        at, there = 0, len(self._buffer)
        while there - at >= _HEADER.size:
            (size,) = _HEADER.unpack_from(self._buffer, at)
            if size > self._max:
                if bodies:
                    break
                raise WireError(f"a message of {size} bytes; at most {self._max} are allowed")
            start = at + _HEADER.size
            if there - start < size:
                break
            at = start + size
            with memoryview(self._buffer) as view:
                bodies.append(bytes(view[start:at]))
        del self._buffer[:at]
        return bodies

    @property
    def pending(self) -> int:
        """How many bytes of an unfinished message are waiting."""
        return len(self._buffer)
