"""Replies on their way to the judge: many in one frame, put together where the judge finds it if this process dies."""

from __future__ import annotations

import mmap
import os

from grader import wire

SIZE = 1 << 20


class Replies:
    """Sends replies in order.

    Args:
        memory: where a frame is put together. If the judge sees it too, replies wait there until their request is
            done, since nothing in it can be lost; else each is sent as it comes.
    """

    def __init__(self, channel: int, memory: mmap.mmap | None = None) -> None:
        self._channel = channel
        self._memory = memory if memory is not None else bytearray(SIZE)
        self._is_shared = memory is not None
        self._request = self._first = self._count = 0
        self._end = wire.REPLIES_HEAD

    def begin(self, request: int) -> None:
        """The replies from now on answer this request; what waits for an earlier one is dropped."""
        self._request, self._first = request, 0
        self._clear()

    def add(self, kind: str, body: bytes) -> None:
        """The next reply."""
        part = wire.part(kind, body)
        if self._end + len(part) > SIZE:
            self.send()
        if self._end + len(part) > SIZE:  # not even alone
            self._write(wire.head_of_replies(self._request, self._first, 1, len(part)) + part)
            self._first += 1
            self._clear()
            return
        end = self._end + len(part)
        self._memory[self._end : end] = part
        self._end = end
        self._count += 1
        self._write_head()
        if not self._is_shared:
            self.send()

    def send(self) -> None:
        """Send what waits."""
        if self._count:
            self._write(memoryview(self._memory)[: self._end])
            self._first += self._count
            self._clear()

    def _clear(self) -> None:
        self._count, self._end = 0, wire.REPLIES_HEAD
        self._write_head()

    def _write_head(self) -> None:
        size = self._end - wire.REPLIES_HEAD
        self._memory[: wire.REPLIES_HEAD] = wire.head_of_replies(self._request, self._first, self._count, size)

    def _write(self, data: bytes | memoryview) -> None:
        view = memoryview(data)
        while view:
            view = view[os.write(self._channel, view) :]
