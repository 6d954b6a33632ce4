"""One worker process seen from the judge: messages with a deadline, captured output, a certain end."""

from __future__ import annotations

import contextlib
import math
import os
import re
import select
import signal
import socket
import time
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING

from grader import wire
from grader.errors import WireError
from grader.sandbox.workers import Ended, Overdue
from grader.worker import answering

if TYPE_CHECKING:
    from grader.sandbox.zygote import ZygoteProcess

_CHUNK = 1 << 18
# A call whose process was kept from running by others gets its time, up to so many times the limit.
PATIENCE = 5
# In so many parts of the limit it is looked whether a call has returned.
_LOOKS = 8
# A process that ends by itself has so long.
_ENDING_WALL_S = 5.0


class Child:
    """Implements `WorkerProcess` for a child of the zygote; keeps the first bytes of what it prints.

    Args:
        memory: the file in which the child puts its replies together, see `grader.worker.answering`. It is read, never
            mapped: whatever the child does to it, reading gives bytes.
    """

    def __init__(
        self, zygote: ZygoteProcess, pid: int, pidfd: int, channel: socket.socket, output: int, memory: int
    ) -> None:
        self._zygote = zygote
        self._pid = pid
        self._pidfd = pidfd
        self._channel = channel
        self._output: int | None = output
        self._frames = wire.Frames()
        self._messages: deque[bytes] = deque()
        self._memory = memory
        self._host_pid = _host_pid(pidfd)
        self.printed = bytearray()
        self.printed_cap = 1 << 16
        self.cut = False
        channel.setblocking(False)
        os.set_blocking(output, False)
        self._poll = select.poll()
        for descriptor in (channel, output):
            self._poll.register(descriptor, select.POLLIN)

    def send(self, message: bytes, wall_s: float) -> None:
        """Send one request.

        Raises:
            Overdue, Ended: the process does not take it.
        """
        view = memoryview(message)
        deadline = time.monotonic() + wall_s
        while view:
            try:
                view = view[self._channel.send(view) :]
            except BlockingIOError:
                self._wait(deadline, sending=True)
            except OSError:
                raise Ended from None

    def receive(self, wall_s: float, in_all_s: float = math.inf) -> bytes:
        """See `WorkerProcess.receive`; waits longer where the machine is too busy to run the process."""
        self._messages += self._frames.feed(b"")
        last = started = time.monotonic()
        seen = self._progress()
        while not self._arrives_within(min(wall_s / _LOOKS, started + in_all_s - time.monotonic())):
            now, progress = time.monotonic(), self._progress()
            if progress != seen:
                last, seen = now, progress
            overdue = now >= last + wall_s or now >= started + in_all_s
            too_late = now > min(last, started + in_all_s) + PATIENCE * wall_s
            if overdue and (too_late or not self._is_starved(0.1 * wall_s)):
                raise Overdue
        return self._messages.popleft()

    @property
    def has_unread(self) -> bool:
        """Whether anything came that was not asked for."""
        return bool(self._messages) or self._frames.pending > 0

    def release(self) -> None:
        """End the process and all that descends from it, without waiting."""
        if self._pidfd < 0:
            return
        self._kill()
        self.drain()
        self._channel.close()
        for descriptor in (self._pidfd, self._memory):
            os.close(descriptor)
        self._pidfd = -1
        self._close_output()

    def wait(self, *, kill: bool = False) -> tuple[int, float, bytes]:
        """See `WorkerProcess.wait`."""
        if kill:
            self._kill()
        select.select([self._pidfd], [], [], _ENDING_WALL_S)
        self._kill()
        code, cpu_s = self._zygote.end_of(self._pid)
        left = self._left_behind()
        self.release()
        return code, cpu_s, left

    def _kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)

    def _progress(self) -> bytes:
        """Changes with each reply that the process puts together."""
        return os.pread(self._memory, wire.REPLIES_HEAD, 0)

    def _left_behind(self) -> bytes:
        """The message of replies that the process did not send before it ended."""
        content = os.pread(self._memory, answering.SIZE, 0)
        with contextlib.suppress(WireError):
            return next(iter(wire.Frames(answering.SIZE).feed(content)), b"")
        return b""

    def drain(self) -> None:
        """Take what is in the output pipe now."""
        while self._output is not None and self._take_output():
            pass

    def _arrives_within(self, wall_s: float) -> bool:
        """Whether there is a message by then."""
        deadline = time.monotonic() + wall_s
        try:
            while not self._messages:
                self._read(deadline)
        except Overdue:
            return False
        return True

    def _is_starved(self, wall_s: float) -> bool:
        """Whether the process, watched for a while, wants to run and gets less than half a processor."""
        cpu = self._cpu_s()
        return self._arrives_within(wall_s) or (self._is_running() and self._cpu_s() - cpu < wall_s / 2)

    def _read(self, deadline: float) -> None:
        if not self._wait(deadline, sending=False):
            return
        try:
            data = self._channel.recv(_CHUNK)
        except BlockingIOError:
            return
        except OSError:
            raise Ended from None
        if not data:
            raise Ended
        self._messages += self._frames.feed(data)

    def _wait(self, deadline: float, *, sending: bool) -> bool:
        """Whether the channel is ready; output is drained meanwhile."""
        left = deadline - time.monotonic()
        if left <= 0:
            raise Overdue
        self._poll.modify(self._channel, select.POLLOUT if sending else select.POLLIN)
        ready = [fd for fd, _ in self._poll.poll(left * 1000)]
        if self._output in ready:
            self._take_output()
        return self._channel.fileno() in ready

    def _take_output(self) -> bool:
        """Whether there was some; the pipe is closed at its end."""
        if self._output is None:
            return False
        try:
            data = os.read(self._output, _CHUNK)
        except BlockingIOError:
            return False
        if not data:
            self._close_output()
            return False
        room = self.printed_cap - len(self.printed)
        self.printed += data[: max(0, room)]
        self.cut = self.cut or len(data) > room
        return True

    def _close_output(self) -> None:
        if self._output is not None:
            self._poll.unregister(self._output)
            os.close(self._output)
            self._output = None

    def _stat(self) -> list[str]:
        try:
            return Path(f"/proc/{self._host_pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return []

    def _cpu_s(self) -> float:
        fields = self._stat()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") if fields else 0.0

    def _is_running(self) -> bool:
        return self._stat()[:1] == ["R"]


def _host_pid(pidfd: int) -> int:
    text = Path(f"/proc/self/fdinfo/{pidfd}").read_text()
    found = re.search(r"^Pid:\s*(-?\d+)", text, re.MULTILINE)
    return int(found[1]) if found else -1
