"""Starts the warm process and asks it for workers."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

import grader
from grader import wire
from grader.errors import SandboxError
from grader.sandbox.worker_process import Child, is_readable
from grader.worker.answering import SIZE

START_WALL_S = 120.0
ANSWER_WALL_S = 60.0
# A worker's descriptors are put out of the way of those of its judge, beyond 300, before they are put in their places.
MIN_DESCRIPTORS = 512
# What the warm process begins with: where grader lies and what is wanted come by stdin, so that a worker, which can
# read command line and environment, finds the same there whoever runs it.
_BEGIN = (
    "import os, sys; place, sockets, config = sys.stdin.read().split('\\n', 2); sys.path.insert(0, place); "
    "os.dup2(os.open(os.devnull, os.O_RDONLY), 0); from grader.worker.zygote import main; main(sockets, config)"
)
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


class _Warm:
    """The process that loads what zygotes begin with; it ends when the last of them is closed."""

    def __init__(self, config: dict[str, Any], controls: Sequence[socket.socket]) -> None:
        _have_room()
        self._open = len(controls)
        self.log = tempfile.TemporaryFile()  # noqa: SIM115
        descriptors = [control.fileno() for control in controls]
        self.process = subprocess.Popen(
            [sys.executable, "-s", "-P", "-X", "utf8", "-c", _BEGIN],
            pass_fds=descriptors,
            env=_environment(),
            cwd="/",
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=self.log,
            start_new_session=True,
        )
        assert self.process.stdin is not None
        told = [str(Path(grader.__file__).parent.parent), ",".join(map(str, descriptors)), json.dumps(config)]
        with contextlib.suppress(BrokenPipeError), self.process.stdin as stream:  # one that is gone is noticed later
            stream.write("\n".join(told).encode())

    def close_one(self) -> None:
        """One zygote less is wanted."""
        self._open -= 1
        if self._open:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.kill()
        self.process.wait()
        self.log.close()


class _Branched:
    """In the place of `_Warm` for a zygote that was forked from another: nothing ends with it."""

    def __init__(self, log: IO[bytes]) -> None:
        self.log = log

    def close_one(self) -> None:
        """What loads goes on."""


class _Ends:
    """What a worker and its judge talk through, made by the judge."""

    def __init__(self) -> None:
        self.channel, self._channel = socket.socketpair()
        self.output, self._output = os.pipe()
        self.memory = os.memfd_create("replies")
        os.ftruncate(self.memory, SIZE)

    @property
    def theirs(self) -> list[int]:
        """The descriptors that the worker gets."""
        return [self._channel.fileno(), self._output, self.memory]

    def close_theirs(self) -> None:
        """Leave the worker's ends to the worker."""
        self._channel.close()
        os.close(self._output)

    def close_ours(self) -> None:
        """Give up."""
        self.channel.close()
        os.close(self.output)
        os.close(self.memory)


class ZygoteProcess:
    """The judge's end of one zygote.

    Raises:
        SandboxError: from every method, when the zygote is gone or silent.
    """

    def __init__(self, control: socket.socket, warm: _Warm | _Branched) -> None:
        self._control = control
        self._warm = warm
        self._dead: dict[int, tuple[int, float]] = {}
        self._summary: str | None = None
        self._pidfd: int | None = None
        self._plans: dict[bytes, int] = {}
        self.has_failed = False

    @classmethod
    def start(
        cls,
        modules: Sequence[str],
        layers: frozenset[str],
        absent: frozenset[str] = frozenset(),
        *,
        warm: Sequence[str] | None = None,
        count: int = 1,
        for_many: bool = False,
    ) -> list[ZygoteProcess]:
        """Zygotes that begin to load, together: what they hold is loaded once.

        Args:
            absent: modules that workers do not get, whatever is installed.
            warm: those of `modules` to load now; all where it is None. The others are loaded when one is asked for.
            for_many: load also what takes long and some submission of many will want.
        """
        pairs = [socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET) for _ in range(count)]
        config = {
            "modules": list(modules),
            "warm": list(modules if warm is None else warm),
            "layers": sorted(layers),
            "absent": sorted(absent),
            "for_many": for_many,
        }
        process = _Warm(config, [theirs for _, theirs in pairs])
        for _, theirs in pairs:
            theirs.close()
        return [cls(ours, process) for ours, _ in pairs]

    @property
    def summary(self) -> str:
        """Which layers hold; waits until the zygote is ready."""
        if self._summary is None:
            message, [self._pidfd] = self._receive(START_WALL_S)
            self._summary = str(message["ready"])
        return self._summary

    def is_ready(self) -> bool:
        """Whether `summary` comes without waiting."""
        return self._summary is not None or is_readable(self._control.fileno(), 0)

    def spawn(self, cpu_s: int, memory_mib: int, seed: int, *, count: int = 1) -> list[Child]:
        """See `Workers.spawn`."""
        _ = self.summary
        ends: list[_Ends] = []
        try:
            for _ in range(min(count, wire.MAX_AT_ONCE)):
                ends.append(_Ends())
            self._send(
                {"spawn": {"cpu_s": cpu_s, "memory_mib": memory_mib, "seed": seed}},
                [descriptor for one in ends for descriptor in one.theirs],
            )
            message, pidfds = self._receive(ANSWER_WALL_S, "pids")
        except BaseException as error:
            for one in ends:
                one.close_ours()
            if isinstance(error, OSError):
                raise SandboxError(f"what a process and its judge talk through is not to be had: {error}") from None
            raise
        finally:
            for one in ends:
                one.close_theirs()
        children = zip(message["pids"], pidfds, ends, strict=True)
        return [
            Child(self.end_of, int(pid), pidfd, one.channel, one.output, one.memory) for pid, pidfd, one in children
        ]

    def learn(self, plans: Sequence[bytes]) -> None:
        """Let workers from now on hold these encoded lists of calls; without waiting."""
        self._plans = {plan: number for number, plan in enumerate(dict.fromkeys(plans))}
        with os.fdopen(os.memfd_create("plans"), "r+b") as file:
            file.write(b"".join(map(wire.frame, self._plans)))
            file.seek(0)
            with contextlib.suppress(SandboxError):  # one that is gone says so when it is asked for a worker
                self._send({"plans": {}}, [file.fileno()])

    def number_of(self, plan: bytes) -> int | None:
        """See `Workers.number_of`."""
        return self._plans.get(plan)

    def branch(self) -> ZygoteProcess:
        """See `Workers.branch`."""
        _ = self.summary
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._send({"branch": {}}, [theirs.fileno()])
        branch = ZygoteProcess(ours, _Branched(self._warm.log))
        branch._plans = self._plans
        _ = branch.summary  # comes before all answers
        return branch

    def preload(self, module: str) -> bool:
        """Whether the module is there; workers forked from now on have it."""
        self._send({"preload": module})
        message, _ = self._receive(ANSWER_WALL_S, "preloaded")
        return bool(message["preloaded"])

    def end_of(self, pid: int) -> tuple[int, float]:
        """Exit code (negative: the signal) and CPU seconds of a worker that has ended."""
        deadline = time.monotonic() + ANSWER_WALL_S
        while pid not in self._dead:
            self._receive(deadline - time.monotonic(), "dead")
        return self._dead.pop(pid)

    def hand_over(self) -> None:
        """Let go of this process's end: the zygote ends when the process that was forked since does."""
        self._control.close()

    def close(self) -> None:
        """End the zygote; its workers die with it."""
        self._control.close()
        if self._pidfd is not None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)
            os.close(self._pidfd)
        self._warm.close_one()

    def _send(self, message: dict[str, Any], fds: Sequence[int] = ()) -> None:
        try:
            socket.send_fds(self._control, [json.dumps(message).encode()], fds)
        except OSError as error:
            raise self._error_when_gone(f"{error}") from None

    def _receive(self, wall_s: float, wanted: str = "ready") -> tuple[dict[str, Any], list[int]]:
        """The next message with the field `wanted`; ends of workers that come before it are kept."""
        deadline = time.monotonic() + wall_s
        while True:
            if not is_readable(self._control.fileno(), max(0.0, deadline - time.monotonic())):
                raise self._error_when_gone(f"no answer within {wall_s:.0f} s")
            try:
                data, fds, _, _ = socket.recv_fds(self._control, 1 << 16, wire.MAX_AT_ONCE)
            except OSError as error:
                raise self._error_when_gone(str(error)) from None
            if not data:
                raise self._error_when_gone("it ended")
            message = json.loads(data)
            if "dead" in message:
                self._dead[message["dead"]] = (message["status"], message["cpu_s"])
            if wanted in message:
                return message, fds

    def _error_when_gone(self, reason: str) -> SandboxError:
        self.has_failed = True
        log = self._warm.log.fileno()
        last = os.pread(log, 2000, max(0, os.fstat(log).st_size - 2000)).decode("utf-8", "replace").strip()
        said = last.rpartition("\n")[2]  # of a traceback, the line that says what it was
        return SandboxError(f"the sandbox's warm process does not serve: {reason}" + (f" ({said})" if said else ""))


def _have_room() -> None:
    """Let a worker's descriptors be numbered as high as they are put.

    Raises:
        SandboxError: the system allows too few.
    """
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if 0 <= most < MIN_DESCRIPTORS:
        raise SandboxError(
            f"no more than {most} files may be open at a time, and a sandbox needs {MIN_DESCRIPTORS}: "
            f"allow more, as with ulimit -n {2 * MIN_DESCRIPTORS}"
        )
    if 0 <= now < MIN_DESCRIPTORS:
        resource.setrlimit(resource.RLIMIT_NOFILE, (MIN_DESCRIPTORS, most))


def _environment() -> dict[str, str]:
    return {
        "PATH": "/usr/bin:/bin",
        "LC_ALL": "C",
        "HOME": "/nonexistent",
        "USER": "grader",
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        **_ONE_THREAD,
    }
