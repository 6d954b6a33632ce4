"""Runs the instructor's own work in forked children, each with a deadline: a loop without end costs only its child."""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import os
import pickle
import resource
import selectors
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, NoReturn, TypeVar

T = TypeVar("T")
R = TypeVar("R")

_CHUNK = 1 << 16
_STATM = Path("/proc/self/statm")


@dataclass(frozen=True)
class Limits:
    """What one piece of work may use; processor time decides, so that a busy machine changes nothing."""

    cpu_s: float
    memory_mib: int = 1024

    @property
    def wall_s(self) -> float:
        """Ends what waits without working."""
        return 10 * self.cpu_s + 30


@dataclass(frozen=True)
class Cut:
    """A piece of work that did not return: it ran for ever, or its process ended."""

    reason: str


@dataclass
class _Child(Generic[T]):
    item: T
    pid: int
    pipe: int
    deadline: float
    received: bytearray


def forked(
    work: Callable[[T], R], items: Sequence[T], *, limits: Callable[[T], Limits], workers: int
) -> Iterator[tuple[T, R | Cut]]:
    """What `work` returns for each item, as it comes; a child sees this process as it is now.

    An exception of `work` is raised here.
    """
    waiting, running = list(reversed(items)), dict[int, _Child[T]]()
    gc.collect()
    gc.freeze()  # so that children do not copy what they only look at
    with selectors.DefaultSelector() as selector:
        try:
            while waiting or running:
                while waiting and len(running) < workers:
                    child = _forked(work, waiting.pop(), limits, selector)
                    running[child.pipe] = child
                yield from _ended(running, selector)
        finally:
            for child in running.values():
                _end(child, kill=True)
            gc.unfreeze()


def _forked(
    work: Callable[[T], R], item: T, limits: Callable[[T], Limits], selector: selectors.BaseSelector
) -> _Child[T]:
    allowed = limits(item)
    receiver, sender = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(receiver)
        _work(work, item, allowed, sender)
    os.close(sender)
    selector.register(receiver, selectors.EVENT_READ)
    return _Child(item, pid, receiver, time.monotonic() + allowed.wall_s, bytearray())


def _work(work: Callable[[T], R], item: T, limits: Limits, sender: int) -> NoReturn:
    """The life of a child: silent, limited, and over when it has answered."""
    code = 1
    try:
        os.setsid()
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        faulthandler.disable()  # a crash is told by how the child ends
        silence = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(silence, stream)
        _limit(limits)
        answer: tuple[str, Any]
        try:
            answer = ("value", work(item))
        except Exception as error:
            answer = ("error", error)
        _write(sender, pickle.dumps(answer))
        code = 0
    finally:
        os._exit(code)


def _write(sender: int, data: bytes) -> None:
    with os.fdopen(sender, "wb") as stream:
        stream.write(data)


def _limit(limits: Limits) -> None:
    seconds = max(1, round(time.process_time() + limits.cpu_s + 0.5))  # a child's clock starts at 0 on Linux
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError, ValueError):
        pages = int(_STATM.read_text().split()[0])
        most = pages * resource.getpagesize() + (limits.memory_mib << 20)
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _ended(running: dict[int, _Child[T]], selector: selectors.BaseSelector) -> Iterator[tuple[T, Any]]:
    """Wait for a while and yield what ended."""
    left = min(child.deadline for child in running.values()) - time.monotonic()
    for key, _ in selector.select(max(0.0, left)):
        child = running[key.fd]
        data = os.read(child.pipe, _CHUNK)
        child.received += data
        if not data:
            selector.unregister(child.pipe)
            del running[child.pipe]
            yield child.item, _answer(child, _end(child, kill=False))
    for child in [child for child in running.values() if child.deadline <= time.monotonic()]:
        selector.unregister(child.pipe)
        del running[child.pipe]
        _end(child, kill=True)
        yield child.item, Cut("timeout")


def _answer(child: _Child[T], status: int) -> Any:
    if child.received:
        with contextlib.suppress(pickle.UnpicklingError, EOFError):
            kind, value = pickle.loads(bytes(child.received))
            if kind == "error":
                raise value
            return value
    timed_out = os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGKILL)
    return Cut("timeout" if timed_out else "crashed")


def _end(child: _Child[T], *, kill: bool) -> int:
    """Wait for a child's end, and end all that it started; its exit status."""
    os.close(child.pipe)
    if kill:
        _kill(child.pid)
        os.kill(child.pid, signal.SIGKILL)  # which may not lead a group yet
    _, status = os.waitpid(child.pid, 0)
    _kill(child.pid)
    return status


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
