"""A plain child process instead of a sandbox: for one's own code, on any system, with nothing that only Linux has."""

from __future__ import annotations

import contextlib
import json
import math
import os
import queue
import select
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import grader
from grader import wire
from grader.errors import SandboxError, WireError
from grader.sandbox import NOTHING_GIVEN, Budget, Given, Sources
from grader.sandbox.clock import Clock, Pace, held_bytes
from grader.sandbox.protocols import Ended, Overdue
from grader.sandbox.session import WorkerSession

START_WALL_S = 120.0
# So long a process may take to say where it is.
TELLING_WALL_S = 1.0
# So many bytes of it are read.
MAX_TOLD = 1 << 16
_CHUNK = 1 << 18
_MOST_PRINTED = 16 << 20  # the most that a rubric lets be kept
# What a process printed before its reply is in the pipe when the reply is read; the thread needs a moment to take it.
_QUIET_S = 0.01
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


class PlainSandbox:
    """Implements `Sandbox`.

    Args:
        modules: what submissions may import beside the standard library.
        keeps_spare: have the next process warm before it is asked for, as one that watches files will.
        command: what starts a worker; the modules are given as JSON, and those to begin with.
        warm: those of `modules` to load before one is asked for; all where it is None.
    """

    name = "none: a plain child process"

    def __init__(
        self,
        modules: Sequence[str],
        *,
        keeps_spare: bool = False,
        command: Sequence[str] = (),
        warm: Sequence[str] | None = None,
    ) -> None:
        self._command = [*(command or (sys.executable, "-P", "-X", "utf8", "-m", "grader.worker.plain"))]
        self._command += [json.dumps(list(each)) for each in (modules, modules if warm is None else warm)]
        self._keeps_spare = keeps_spare
        self._folder = tempfile.TemporaryDirectory(prefix="grader-")
        self._spare: PlainProcess | None = None

    def start(self) -> None:
        """Begin to load, without waiting: the first session will find it warmer."""
        if self._spare is None:
            self._spare = PlainProcess(self._command, self._folder.name)

    def open(self, sources: Sources, budget: Budget, seed: int, given: Given = NOTHING_GIVEN) -> WorkerSession:
        """See `Sandbox.open`."""
        return WorkerSession(self, sources, budget, seed, given)

    def spawn(self, cpu_s: int, memory_mib: int, seed: int, *, count: int = 1) -> list[PlainProcess]:
        """See `Workers.spawn`; the code's owner keeps the limits on processor time and memory.

        One that is wanted next begins to load meanwhile.

        Raises:
            SandboxError: the process does not start.
        """
        del cpu_s, memory_mib
        self.start()
        process, self._spare = self._spare, None
        assert process is not None
        process.begin(seed)
        if self._keeps_spare or count > 1:
            self.start()
        return [process]

    def number_of(self, plan: bytes) -> int | None:
        """See `Workers.number_of`; these workers hold none."""
        del plan
        return None

    def branch(self) -> PlainSandbox:
        """See `Workers.branch`; these workers share nothing."""
        return self

    def preload(self, module: str) -> bool:
        """See `Workers.preload`; these workers find modules themselves."""
        del module
        return False

    def close(self) -> None:
        """See `Sandbox.close`."""
        if self._spare is not None:
            self._spare.release()
            self._spare = None
        self._folder.cleanup()


class PlainProcess:
    """Implements `WorkerProcess` over three pipes, each served by a thread: no system lacks these."""

    def __init__(self, command: Sequence[str], folder: str) -> None:
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            cwd=folder,
            env=_environment(),
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),  # Ctrl-C is the judge's to handle
        )
        self._clock = Clock(lambda: self._process.pid)
        self.asked = 0, 1
        self._frames = wire.Frames()
        self._messages: queue.Queue[bytes | WireError | None] = queue.Queue()
        self._taken = bytearray()
        self._fresh = threading.Event()
        self._told: bytearray | None = None
        self.printed = bytearray()
        self.printed_cap = 1 << 16
        self.cut = False
        self._reader = threading.Thread(target=self._take_output, daemon=True)
        self._reader.start()
        threading.Thread(target=self._take_replies, daemon=True).start()

    def begin(self, seed: int) -> None:
        """Wait until the process is warm, and give it its seed.

        Raises:
            SandboxError: it does not become so.
        """
        try:
            [(kind, body)] = wire.parts(wire.parse_replies(self.receive(START_WALL_S))[-1])
            if kind == wire.READY:
                self.send(wire.frame(wire.encode(seed)), START_WALL_S)
                return
            reason = str(wire.decode(body))
        except (Overdue, Ended, WireError, ValueError) as error:  # ValueError: not one reply
            reason = str(error) or type(error).__name__
        self.release()
        raise SandboxError(f"a child process for your code does not start: {reason}")

    def send(self, message: bytes, wall_s: float) -> None:
        """See `WorkerProcess.send`."""
        failed: list[OSError | ValueError] = []

        def write() -> None:
            view = memoryview(message)
            try:
                while view:
                    view = view[_pipe(self._process.stdin).write(view) :]
            except (OSError, ValueError) as error:  # ValueError: closed meanwhile
                failed.append(error)

        thread = threading.Thread(target=write, daemon=True)
        thread.start()
        thread.join(wall_s)
        if thread.is_alive():
            raise Overdue
        if failed:
            raise Ended

    def receive(self, wall_s: float, in_all_s: float = math.inf) -> bytes:
        """See `WorkerProcess.receive`; each reply is a message, and a thread takes them as they come."""
        self._clock.start()
        pace = Pace(self._clock, wall_s, in_all_s)
        while True:
            try:
                message = self._messages.get(timeout=pace.step_s)
                break
            except queue.Empty:
                self._clock.tick(pace.step_s)
                pace.check(has_progress=False)
        self._clock.tick(pace.step_s, look=False)
        if message is None:
            self._messages.put(None)  # for whoever asks again
            raise Ended
        if isinstance(message, WireError):
            raise message
        return message

    @property
    def charged_s(self) -> float:
        """See `WorkerProcess.charged_s`."""
        return self._clock.charged_s

    @property
    def cpu_s(self) -> float:
        """See `WorkerProcess.cpu_s`; the code's owner keeps that limit."""
        return 0.0

    @property
    def held_bytes(self) -> float:
        """See `WorkerProcess.held_bytes`."""
        return held_bytes(self._process.pid)

    def traceback(self) -> str:
        """See `WorkerProcess.traceback`; Windows has no signal for it."""
        if not hasattr(signal, "SIGUSR1"):
            return ""
        self.drain()
        self._told = bytearray()
        with contextlib.suppress(OSError):
            os.kill(self._process.pid, signal.SIGUSR1)
        self._fresh.wait(TELLING_WALL_S)
        self.drain()
        return self._told.decode("utf-8", "replace")

    @property
    def has_unread(self) -> bool:
        """See `WorkerProcess.has_unread`."""
        return not self._messages.empty() or self._frames.pending > 0

    def left_behind(self) -> bytes:
        """See `WorkerProcess.left_behind`: each reply is sent as it comes."""
        return b""

    def drain(self) -> None:
        """See `WorkerProcess.drain`: until nothing has come for a moment."""
        for _ in range(100):
            self._fresh.clear()
            if not self._fresh.wait(_QUIET_S) and not self._has_waiting_output():
                break
        new = bytes(self._taken)
        del self._taken[: len(new)]
        if self._told is not None:
            self._told += new[: MAX_TOLD - len(self._told)]
            return
        room = max(0, self.printed_cap - len(self.printed))
        self.printed += new[:room]
        self.cut = self.cut or len(new) > room

    def _has_waiting_output(self) -> bool:
        """Whether a busy machine has kept the reader from what was printed; only sockets can be asked on Windows."""
        try:
            return self._reader.is_alive() and bool(select.select([_pipe(self._process.stderr)], [], [], 0)[0])
        except (OSError, ValueError):
            return False

    def release(self) -> None:
        """See `WorkerProcess.release`."""
        with contextlib.suppress(OSError):
            if hasattr(os, "killpg"):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.kill()
        with contextlib.suppress(OSError):
            _pipe(self._process.stdin).close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(1)  # it is dead; only its entry in the table of processes is left

    def wait(self, *, kill: bool = False) -> tuple[int, float, bytes]:
        """See `WorkerProcess.wait`; processor time is not measured, and no reply is kept back."""
        if not kill:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(5)
        self.release()
        return self._process.wait(), 0.0, b""

    def _take_replies(self) -> None:
        try:
            while data := _pipe(self._process.stdout).read(_CHUNK):
                while bodies := self._frames.feed(data):
                    data = b""
                    for body in bodies:
                        self._messages.put(body)
        except WireError as error:
            self._messages.put(error)
        except (OSError, ValueError):
            pass
        finally:
            self._messages.put(None)

    def _take_output(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            while data := _pipe(self._process.stderr).read(_CHUNK):
                self._taken += data[: max(0, _MOST_PRINTED - len(self._taken))]
                self._fresh.set()


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None
    return stream


def _environment() -> dict[str, str]:
    return {
        **os.environ,
        **_ONE_THREAD,
        "PYTHONPATH": str(Path(grader.__file__).parent.parent),
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
