"""One worker process seen from the judge: messages with a deadline, captured output, a certain end."""

from __future__ import annotations

import contextlib
import functools
import math
import os
import re
import select
import signal
import socket
import time
from collections import deque
from collections.abc import Callable

from grader import wire
from grader.errors import WireError
from grader.sandbox.clock import Clock, Pace, held_bytes
from grader.sandbox.progress import SeenReplies
from grader.sandbox.protocols import Ended, Overdue
from grader.sandbox.weighing import MAX_MESSAGE_BYTES
from grader.worker import answering

_CHUNK = 1 << 18
# So many times at most the pipe is emptied at once.
_DRAINED = 16
# So long a process may take to say where it is; a busy machine lets it wait.
TELLING_WALL_S = 1.0
# So many bytes of it are read.
MAX_TOLD = 1 << 16
# The end of what it says, unless its code is nested too deep to be told.
_OUTERMOST = b"/worker/worker.py"
# A process that ends by itself has so long.
_ENDING_WALL_S = 5.0


# Exit code (negative: the signal) and CPU seconds of the worker with this number.
EndOf = Callable[[int], tuple[int, float]]


class Child:
    """Implements `WorkerProcess` for a child of the zygote; keeps the first bytes of what it prints.

    Args:
        end_of: tells of a worker that has ended its exit code and CPU seconds.
        memory: the file in which the child puts its replies together, see `grader.worker.answering`. It is read, never
            mapped: whatever the child does to it, reading gives bytes.
    """

    def __init__(self, end_of: EndOf, pid: int, pidfd: int, channel: socket.socket, output: int, memory: int) -> None:
        self._end_of = end_of
        self._pid = pid
        self._pidfd = pidfd
        self._channel = channel
        self._output: int | None = output
        self._frames = wire.Frames(MAX_MESSAGE_BYTES)
        self._messages: deque[bytes] = deque()
        self._received = b""
        self._memory = memory
        self._clock = Clock(lambda: self._host_pid)
        self._told: bytearray | None = None
        self.asked = 0, 1
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
        """See `WorkerProcess.receive`."""
        self._messages += self._frames.feed(b"")
        clock, seen = self._clock, SeenReplies(self.asked)
        clock.start()
        pace = Pace(clock, wall_s, in_all_s)
        while not self._arrives_within(pace.step_s):
            clock.tick(pace.step_s)
            pace.check(has_progress=seen.grows(self.left_behind()))
        clock.tick(pace.step_s, look=False)
        if seen.is_taken_back_in(self._messages[0]):
            raise WireError("the process changed an answer that it had given, so it was ended")
        message = self._messages.popleft()
        self._received = message if len(message) < answering.SIZE else b""  # a larger one never lay in the memory
        return message

    @property
    def charged_s(self) -> float:
        """See `WorkerProcess.charged_s`."""
        return self._clock.charged_s

    @property
    def cpu_s(self) -> float:
        """See `WorkerProcess.cpu_s`."""
        return self._clock.look().cpu_s

    @property
    def held_bytes(self) -> float:
        """See `WorkerProcess.held_bytes`."""
        return held_bytes(self._host_pid)

    @functools.cached_property
    def _host_pid(self) -> int:
        return host_pid(self._pidfd)

    def traceback(self) -> str:
        """See `WorkerProcess.traceback`; a handler of a signal writes it where the process prints, in C."""
        self.drain()
        self._told = bytearray()
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._pidfd, signal.SIGUSR1)
        deadline = time.monotonic() + TELLING_WALL_S
        while self._output is not None and _OUTERMOST not in self._told and time.monotonic() < deadline:
            if is_readable(self._output, 0.05):
                self._take_output()
        self.drain()
        return self._told.decode("utf-8", "replace")

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
        is_readable(self._pidfd, _ENDING_WALL_S)
        self._kill()
        code, cpu_s = self._end_of(self._pid)
        left = self.left_behind()
        self.release()
        return code, cpu_s, left

    def _kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)

    def left_behind(self) -> bytes:
        """See `WorkerProcess.left_behind`."""
        content = os.pread(self._memory, answering.SIZE, 0)
        if os.pread(self._memory, wire.REPLIES_HEAD, 0) != content[: wire.REPLIES_HEAD]:
            return b""  # it was written to meanwhile
        body = wire.body_of_frame(content)
        return b"" if body == self._received else body  # it was sent, and is not cleared yet

    def drain(self) -> None:
        """Take what is in the output pipe now; of one that is filled as fast as it is emptied, what it holds."""
        for _ in range(_DRAINED):
            if self._output is None or not self._take_output():
                break

    def _arrives_within(self, wall_s: float) -> bool:
        """Whether there is a message by then."""
        deadline = time.monotonic() + wall_s
        try:
            while not self._messages:
                self._read(deadline)
        except Overdue:
            return False
        return True

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
            if self._told is None and len(self.printed) >= self.printed_cap:
                return self._drop_output(self._output)
            data = os.read(self._output, _CHUNK)
        except BlockingIOError:
            return False
        if not data:
            self._close_output()
            return False
        if self._told is not None:
            self._told += data[: MAX_TOLD - len(self._told)]
            return True
        room = self.printed_cap - len(self.printed)
        self.printed += data[: max(0, room)]
        self.cut = self.cut or len(data) > room
        return True

    def _drop_output(self, output: int) -> bool:
        """Take what nobody will read without looking at it, so that it costs little."""
        n_bytes = os.splice(output, _nowhere(), _CHUNK)
        if not n_bytes:
            self._close_output()
        self.cut = self.cut or n_bytes > 0
        return n_bytes > 0

    def _close_output(self) -> None:
        if self._output is not None:
            self._poll.unregister(self._output)
            os.close(self._output)
            self._output = None


def is_readable(descriptor: int, wall_s: float) -> bool:
    """Whether there is something to read within so long; `select` would refuse a descriptor beyond 1023."""
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(wall_s * 1000))


@functools.cache
def _nowhere() -> int:
    return os.open(os.devnull, os.O_WRONLY | os.O_CLOEXEC)


def host_pid(pidfd: int) -> int:
    """The process id behind a pidfd, as it is known here; -1 where it has none."""
    with open(f"/proc/self/fdinfo/{pidfd}") as fdinfo:  # noqa: PTH123  (a path object costs more than the file)
        found = re.search(r"^Pid:\s*(-?\d+)", fdinfo.read(), re.MULTILINE)
    return int(found[1]) if found else -1
