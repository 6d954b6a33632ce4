"""Replies on their way to the judge: many in one frame, put together where the judge finds it if this process dies.

Judge and worker talk in turns over one socket: a request is a number, an operation and a body; the answer names the
number, where in the request's list it begins, and how many replies it holds (`grader.wire` has the bytes). Everything
odd about it follows from three facts.

A reply is small and a message is dear, so replies wait until some are there. But the student's next call may end the
process, and then what the calls before it returned must not be lost: it is theirs. So replies are put together in
memory that the judge can read as well, as one frame that is whole after each reply, and a dead worker's last frame
counts. The head is written last, since the process may be ended between any two bytes.

A call that takes long must be told from many that are short, so the judge also looks at that memory while it waits:
whole replies beyond those it has seen give the rest more time, once each (`grader.sandbox.progress`).

And all of it is in the student's hands, who may write to the memory and the socket what they like. So the judge
copies before it looks, counts by its own list of calls, believes no length that it has not compared with what is
there, and takes a frame that says of itself what cannot be as the end of the process. What is gained by forging a
reply is what returning it would gain.
"""

from __future__ import annotations

import mmap
import os

from grader import wire

SIZE = 1 << 20


class ReplySender:
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
