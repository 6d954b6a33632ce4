"""Starts the warm process and asks it for workers."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import grader
from grader import wire
from grader.errors import SandboxError
from grader.sandbox.child import Child
from grader.worker.answering import SIZE

START_WALL_S = 120.0
ANSWER_WALL_S = 60.0
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


class _Warm:
    """The process that loads what zygotes begin with; it ends when the last of them is closed."""

    def __init__(self, config: dict[str, Any], controls: Sequence[socket.socket]) -> None:
        self._open = len(controls)
        self.log = tempfile.TemporaryFile()  # noqa: SIM115
        descriptors = [control.fileno() for control in controls]
        command = [sys.executable, "-s", "-P", "-X", "utf8", "-m", "grader.worker"]
        self.process = subprocess.Popen(
            [*command, ",".join(map(str, descriptors)), json.dumps(config)],
            pass_fds=descriptors,
            env=_environment(),
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self.log,
            start_new_session=True,
        )

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


class ZygoteProcess:
    """The judge's end of one zygote.

    Raises:
        SandboxError: from every method, when the zygote is gone or silent.
    """

    def __init__(self, control: socket.socket, warm: _Warm) -> None:
        self._control = control
        self._warm = warm
        self._dead: dict[int, tuple[int, float]] = {}
        self._summary: str | None = None
        self._pidfd: int | None = None
        self._plans: dict[bytes, int] = {}

    @classmethod
    def start(
        cls,
        modules: Sequence[str],
        layers: frozenset[str],
        absent: frozenset[str] = frozenset(),
        *,
        count: int = 1,
        for_many: bool = False,
    ) -> list[ZygoteProcess]:
        """Zygotes that begin to load, together: what they hold is loaded once.

        Args:
            absent: modules that workers do not get, whatever is installed.
            for_many: load also what takes long and some submission of many will want.
        """
        pairs = [socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET) for _ in range(count)]
        config = {"modules": list(modules), "layers": sorted(layers), "absent": sorted(absent), "for_many": for_many}
        warm = _Warm(config, [theirs for _, theirs in pairs])
        for _, theirs in pairs:
            theirs.close()
        return [cls(ours, warm) for ours, _ in pairs]

    @property
    def summary(self) -> str:
        """Which layers hold; waits until the zygote is ready."""
        if self._summary is None:
            message, [self._pidfd] = self._receive(START_WALL_S)
            self._summary = str(message["ready"])
        return self._summary

    def is_ready(self) -> bool:
        """Whether `summary` comes without waiting."""
        return self._summary is not None or bool(select.select([self._control], [], [], 0)[0])

    def spawn(self, cpu_s: int, memory_mib: int, seed: int) -> Child:
        """A fresh worker."""
        _ = self.summary
        ours, theirs = socket.socketpair()
        output, their_output = os.pipe()
        memory = os.memfd_create("replies")
        os.ftruncate(memory, SIZE)
        request = {"spawn": {"cpu_s": cpu_s, "memory_mib": memory_mib, "seed": seed}}
        try:
            self._send(request, [theirs.fileno(), their_output, memory])
            message, fds = self._receive(ANSWER_WALL_S, "pid")
        except BaseException:
            ours.close()
            os.close(output)
            os.close(memory)
            raise
        finally:
            theirs.close()
            os.close(their_output)
        return Child(self, int(message["pid"]), fds[0], ours, output, memory)

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
            raise self._gone(f"{error}") from None

    def _receive(self, wall_s: float, wanted: str = "ready") -> tuple[dict[str, Any], list[int]]:
        """The next message with the field `wanted`; ends of workers that come before it are kept."""
        deadline = time.monotonic() + wall_s
        while True:
            if not select.select([self._control], [], [], max(0.0, deadline - time.monotonic()))[0]:
                raise self._gone(f"no answer within {wall_s:.0f} s")
            try:
                data, fds, _, _ = socket.recv_fds(self._control, 1 << 16, 2)
            except OSError as error:
                raise self._gone(str(error)) from None
            if not data:
                raise self._gone("it ended")
            message = json.loads(data)
            if "dead" in message:
                self._dead[message["dead"]] = (message["status"], message["cpu_s"])
            if wanted in message:
                return message, fds

    def _gone(self, reason: str) -> SandboxError:
        log = self._warm.log.fileno()
        last = os.pread(log, 2000, max(0, os.fstat(log).st_size - 2000)).decode("utf-8", "replace").strip()
        return SandboxError(f"the sandbox's warm process does not serve: {reason}" + (f"\n{last}" if last else ""))


def _environment() -> dict[str, str]:
    return {
        "PATH": "/usr/bin:/bin",
        "LC_ALL": "C",
        "HOME": "/nonexistent",
        "USER": "grader",
        "PYTHONPATH": str(Path(grader.__file__).parent.parent),
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        **_ONE_THREAD,
    }
