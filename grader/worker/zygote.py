"""The warm process: it loads the interpreter's and the course's modules once and forks a worker per submission."""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import mmap
import os
import random
import select
import signal
import site
import socket
import sys
import sysconfig
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from grader import wire
from grader.worker import answering, cage, pages, serving, worker
from grader.worker.warming import importable, warm_up

MAX_CONTROL = 1 << 16


@dataclass(frozen=True)
class Config:
    """What the judge tells a zygote at its start."""

    modules: tuple[str, ...]
    layers: frozenset[str]
    absent: frozenset[str] = frozenset()
    for_many: bool = False

    @classmethod
    def from_json(cls, text: str) -> Config:
        """From one line, as it stands in the command line."""
        fields = json.loads(text)
        return cls(
            tuple(fields["modules"]), frozenset(fields["layers"]), frozenset(fields["absent"]), fields["for_many"]
        )


def readable_paths() -> list[str]:
    """Where the interpreter and the installed packages lie: all that a zygote may read of the disk."""
    paths = sysconfig.get_paths()
    places = [paths["stdlib"], paths["platstdlib"], *site.getsitepackages(), f"{sys.base_prefix}/lib"]
    system = ["/usr/lib", "/usr/lib64", "/lib", "/lib64", "/etc/ld.so.cache", "/dev/null", "/dev/urandom"]
    return [place for place in dict.fromkeys(places + system) if os.path.exists(place)]  # noqa: PTH110


class Zygote:
    """Serves the judge on a SEQPACKET socket until it closes.

    It says first {"ready": which layers hold}, with a pidfd of the process that it ends with. Requests are JSON.
    {"spawn": {…}} with three descriptors (channel, output, memory for replies) → {"pid"} with a pidfd; {"preload":
    name} → {"preloaded": whether it is there}; {"plans": {}} with a file of framed lists of calls, which workers find
    ready by their place in it, is not answered; unasked, of one that ended: {"dead", "status", "cpu_s"}.
    """

    def __init__(self, control: socket.socket, config: Config) -> None:
        self._control = control
        self._config = config
        self._importable = importable(config.modules)
        self._absent = dict.fromkeys(config.absent, "it is not available here")
        self._children: dict[int, int] = {}  # pidfd → pid
        self._plans: list[list[serving.Call]] = []

    def run(self) -> None:
        """Enter the cage, say what holds, serve."""
        own = os.pidfd_open(os.getpid())  # as it is known outside
        paths, memory = readable_paths(), pages.writable()
        sys.path[:] = [path for path in sys.path if any(Path(path).is_relative_to(p) for p in paths)]
        self._cage = cage.enter_zygote(paths, self._config.layers)
        self._settle()
        pages.collapse(memory)  # the fork into the cage's own world has parted them
        self._send({"ready": self._cage.summary}, [own])
        os.close(own)
        while True:
            ready, _, _ = select.select([self._control.fileno(), *self._children], [], [])
            for one in ready:
                if one == self._control.fileno():
                    self._answer()
                else:
                    self._bury(one)

    def _settle(self) -> None:
        """Do once what each worker would do: forget what folders hold, and look at what is there to stay."""
        sys.path_importer_cache.clear()
        gc.collect()
        gc.freeze()

    def _send(self, message: dict[str, Any], fds: Sequence[int] = ()) -> None:
        socket.send_fds(self._control, [json.dumps(message).encode()], fds)

    def _answer(self) -> None:
        message, fds, _, _ = socket.recv_fds(self._control, MAX_CONTROL, 3)
        if not message:
            os._exit(0)
        request = json.loads(message)
        if "preload" in request:
            self._send({"preloaded": self._preload(request["preload"])})
        elif "plans" in request:
            self._learn(*fds)
        else:
            self._spawn(request["spawn"], *fds)

    def _preload(self, name: str) -> bool:
        if name not in self._absent and name.partition(".")[0] in self._importable:
            try:
                importlib.import_module(name)
                self._settle()
                return True
            except BaseException as error:  # of a module that is trusted: whatever it raises is told to who asks
                self._absent[name] = f"{type(error).__name__}: {error}"[:300]
        self._absent.setdefault(name, f"No module named {name!r}")
        return False

    def _learn(self, file: int) -> None:
        with open(file, "rb") as content:
            self._plans = [worker.calls_of(packed) for packed in wire.Frames().feed(content.read())]
        self._settle()

    def _spawn(self, limits: dict[str, int], channel: int, output: int, memory: int) -> None:
        pid = os.fork()
        if pid == 0:
            self._become_worker(limits, channel, output, mmap.mmap(memory, answering.SIZE))
        for descriptor in (channel, output, memory):
            os.close(descriptor)
        pidfd = os.pidfd_open(pid)
        self._children[pidfd] = pid
        self._send({"pid": pid}, [pidfd])

    def _become_worker(self, limits: dict[str, int], channel: int, output: int, memory: mmap.mmap) -> None:
        """Never returns: whatever happens in the child ends the child."""
        try:
            worker.take_descriptors(channel, output)
            cage.enter_worker(
                self._cage,
                cpu_s=limits["cpu_s"],
                memory_bytes=limits["memory_mib"] << 20,
                before_seal=lambda: worker.settle(limits["seed"]),
            )
            worker.Worker(
                self._importable,
                dict(self._absent),
                self._config.modules,
                incoming=worker.CHANNEL,
                replies=answering.Replies(worker.CHANNEL, memory),
                plans=self._plans,
            ).run()
        except BaseException as error:
            with contextlib.suppress(BaseException):
                worker.refuse(f"{type(error).__name__}: {error}")
        finally:
            os._exit(70)

    def _bury(self, pidfd: int) -> None:
        pid = self._children.pop(pidfd)
        _, status, usage = os.wait4(pid, 0)
        os.close(pidfd)
        code = os.waitstatus_to_exitcode(status)
        self._send({"dead": pid, "status": code, "cpu_s": usage.ru_utime + usage.ru_stime})


def main(arguments: Sequence[str]) -> None:
    """`python -m grader.worker CONTROL_FD,… CONFIG`: load, and become a zygote, or as many as there are descriptors."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the judge's to handle
    random.seed(0)
    sys.modules["__main__"] = ModuleType("__main__")
    controls = [socket.socket(fileno=int(one)) for one in arguments[0].split(",")]
    config = Config.from_json(arguments[1])
    gc.disable()  # what is loaded stays
    warm_up(config.modules, for_many=config.for_many)
    threads = len(list(Path("/proc/self/task").iterdir()))
    assert threads == 1, f"a warm-up left {threads} threads: forked workers would hang"
    gc.freeze()
    gc.enable()
    Zygote(controls[0] if len(controls) == 1 else _one_each(controls), config).run()


def _one_each(controls: Sequence[socket.socket]) -> socket.socket:
    """Return with one of the sockets in a child for each; the process that loaded waits for them, and ends."""
    for control in controls:
        if os.fork() == 0:
            for other in controls:
                if other is not control:
                    other.close()
            return control
    for control in controls:
        control.close()
    for _ in controls:
        os.wait()
    os._exit(0)
