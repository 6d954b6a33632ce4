"""The warm process: it loads the interpreter's and the course's modules once and forks a worker per submission.

To import numpy, scipy and torch takes seconds; to fork a process that has them, milliseconds. So one process loads
them, closes itself off (`grader.worker.cage`), and from then on does nothing but fork; each worker begins as a copy
of it and closes the last doors, by filters that no process of its kind can open again.

What makes this safe is that the zygote never changes. A name, a module or a line of text that one submission left in
it would be there for all that come after: a solution, or a trap. So it reads nothing of what workers say. A
submission that imports what is installed but not loaded ends its worker; the judge, which decides by the rubric what
may be had, asks for a branch, a copy of the zygote that looks for the module and serves that submission alone.

What makes it fast is memory. After a fork each page that either side writes to is copied, 4 KiB for every counter
that a reference count is; so the collector is told to leave alone what is there (`gc.freeze`), what all workers would
do first is done before (`_settle`), and the whole lies on large pages, of which a fork has fewer to note
(`grader.worker.pages`).

Its end is the other half. Workers die with it, it dies with the judge, and the judge holds a file descriptor of each
process, not its number, which the system may give to another.
"""

from __future__ import annotations

import contextlib
import gc
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
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

from grader import wire
from grader.worker import answering, cage, loading, pages, worker
from grader.worker.cage import identity
from grader.worker.calls import Call, calls_of
from grader.worker.scratch.patching import Scratch
from grader.worker.scratch.tree import ScratchTree
from grader.worker.warming import first_names, import_ready, importable, warm_up

MAX_CONTROL = 1 << 16


@dataclass(frozen=True)
class Config:
    """What the judge tells a zygote at its start."""

    modules: tuple[str, ...]
    warm: tuple[str, ...]
    layers: frozenset[str]
    absent: frozenset[str] = frozenset()
    for_many: bool = False

    @classmethod
    def from_json(cls, text: str) -> Config:
        """From one line, as it stands in the command line."""
        fields = json.loads(text)
        return cls(
            tuple(fields["modules"]),
            tuple(fields["warm"]),
            frozenset(fields["layers"]),
            frozenset(fields["absent"]),
            fields["for_many"],
        )


def readable_paths() -> list[str]:
    """Where the interpreter and the installed packages lie: all that a zygote may read of the disk."""
    paths = sysconfig.get_paths()
    places = [paths["stdlib"], paths["platstdlib"], *site.getsitepackages(), f"{sys.base_prefix}/lib"]
    system = ["/usr/lib", "/usr/lib64", "/lib", "/lib64", "/etc/ld.so.cache", "/dev/null", "/dev/urandom"]
    return [place for place in dict.fromkeys(places + system) if os.path.exists(place)]  # noqa: PTH110


class Zygote:
    """Serves the judge on a SEQPACKET socket until it closes.

    Nothing that a worker says stays in it: a submission that asks for a module gets a zygote of its own, forked from
    this one as it is, in which the module is looked for.

    It says first {"ready": which layers hold}, with a pidfd of the process that it ends with. Requests are JSON.
    {"spawn": {…}} with three descriptors for each worker that is wanted (channel, output, memory for replies) →
    {"pids"} with a pidfd each; {"branch": {}} with a socket, on which a copy of this process serves from then on, and
    says first what this one did; {"preload": name} → {"preloaded": whether it is there}, of a branch alone; {"plans":
    {}} with a file of framed lists of calls, which workers find ready by their place in it, is not answered; unasked,
    of one that ended: {"dead", "status", "cpu_s"}.
    """

    def __init__(self, control: socket.socket, config: Config) -> None:
        self._control = control
        self._config = config
        self._knows_all = config.for_many  # what may be asked for; one submission seldom asks for anything
        self._importable = importable(config.modules) if self._knows_all else first_names(config.modules)
        self._absent = dict.fromkeys(config.absent, "it is not available here")
        self._is_branch = False
        self._branches: set[int] = set()
        self._children: dict[int, int] = {}  # pidfd → pid
        self._plans: list[list[Call]] = []
        self._scratch = Scratch(
            ScratchTree(), serves_null=True
        )  # for each worker to lay its files in: half of that work
        self._scratch.make_ready()
        self._seed: int | None = None  # that workers begin with; drawing from it once here spares each of them the work

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
        self._serve()

    def _serve(self) -> NoReturn:
        while True:
            poll = select.poll()  # descriptors have the numbers that the judge gave them: `select` ends at 1023
            for descriptor in (self._control.fileno(), *self._children):
                poll.register(descriptor, select.POLLIN)
            for one, _ in poll.poll():
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
        message, fds, _, _ = socket.recv_fds(self._control, MAX_CONTROL, 3 * wire.MAX_AT_ONCE)
        if not message:
            os._exit(0)
        request = json.loads(message)
        if "preload" in request:
            self._send({"preloaded": self._preload(request["preload"])})
        elif "plans" in request:
            self._learn(*fds)
        elif "branch" in request:
            self._branch(*fds)
        else:
            self._spawn(request["spawn"], *fds)

    def _branch(self, control: int) -> None:
        """Let a copy of this process serve on another socket; it ends with that, or with this one."""
        parent, pid = os.getpid(), os.fork()
        if pid == 0:
            try:
                identity.die_with_parent(parent)
                self._cage = replace(self._cage, pid=os.getpid())
                for descriptor in (self._control.fileno(), *self._children):
                    os.close(descriptor)
                self._control.detach()
                self._control = socket.socket(fileno=control)
                self._children, self._branches, self._is_branch = {}, set(), True
                own = os.pidfd_open(os.getpid())
                self._send({"ready": self._cage.summary}, [own])
                os.close(own)
                self._serve()
            finally:
                os._exit(0)
        os.close(control)
        pidfd = os.pidfd_open(pid)
        self._children[pidfd] = pid
        self._branches.add(pid)

    def _preload(self, name: str) -> bool:
        if not self._is_branch:
            return False
        if not self._knows_all:  # nor need those know it that never ask, and a sealed worker cannot find it out
            self._importable, self._knows_all = importable(self._config.modules), True
        if not loading.may_be_asked_for(name, self._importable):
            return False
        if name not in self._absent:
            try:
                self._seed = None
                import_ready(name)
                self._settle()
                for stream in (sys.stdout, sys.stderr):  # what it said is nobody's, and workers must not inherit it
                    stream.flush()
                return True
            except BaseException as error:  # of a module that is trusted: whatever it raises is told to who asks
                self._absent[name] = f"{type(error).__name__}: {error}"[:300]
        self._absent.setdefault(name, f"No module named {name!r}")
        return False

    def _learn(self, file: int) -> None:
        with open(file, "rb") as content:
            self._plans = [calls_of(packed) for packed in wire.Frames().feed(content.read())]
        self._settle()

    def _spawn(self, limits: dict[str, int], *descriptors: int) -> None:
        if limits["seed"] != self._seed:
            self._seed = limits["seed"]
            worker.set_random_states(self._seed)
        pids = []
        for first in range(0, len(descriptors), 3):
            pid = os.fork()
            if pid == 0:
                channel, output, memory = descriptors[first : first + 3]
                self._become_worker(limits, channel, output, mmap.mmap(memory, answering.SIZE))
            pids.append(pid)
        for descriptor in descriptors:
            os.close(descriptor)
        pidfds = list(map(os.pidfd_open, pids))
        self._children |= dict(zip(pidfds, pids, strict=True))
        self._send({"pids": pids}, pidfds)

    def _become_worker(self, limits: dict[str, int], channel: int, output: int, memory: mmap.mmap) -> None:
        """Never returns: whatever happens in the child ends the child."""
        try:
            worker.take_descriptors(channel, output)
            cage.enter_worker(
                self._cage,
                cpu_s=limits["cpu_s"],
                memory_bytes=limits["memory_mib"] << 20,
                before_seal=worker.settle,
            )
            worker.Worker(
                self._importable,
                dict(self._absent),
                self._config.modules,
                incoming=worker.CHANNEL,
                replies=answering.ReplySender(worker.CHANNEL, memory),
                plans=self._plans,
                scratch=self._scratch,
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
        if pid in self._branches:
            self._branches.remove(pid)
            return
        code = os.waitstatus_to_exitcode(status)
        self._send({"dead": pid, "status": code, "cpu_s": usage.ru_utime + usage.ru_stime})


def main(sockets: str, text: str) -> None:
    """Load, and become a zygote, or as many as there are sockets; see `grader.sandbox.zygote`.

    Args:
        sockets: their descriptors.
        text: the configuration.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the judge's to handle
    identity.die_with_parent()  # also while it loads, when nobody looks at the sockets
    random.seed(0)
    sys.modules["__main__"] = ModuleType("__main__")
    controls = [socket.socket(fileno=int(one)) for one in sockets.split(",")]
    config = Config.from_json(text)
    gc.disable()  # what is loaded stays
    environment = dict(os.environ)
    warm_up(config.warm, for_many=config.for_many)
    os.environ.clear()  # of what some modules set, which would tell how many are graded
    os.environ.update(environment)
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
