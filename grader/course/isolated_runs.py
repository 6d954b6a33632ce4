"""Runs the instructor's own work in forked children, each with a deadline: a loop without end costs only its child."""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import os
import pickle
import re
import resource
import selectors
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, NoReturn, TypeVar

from grader.worker.cage.identity import die_with_parent

T = TypeVar("T")
R = TypeVar("R")

_CHUNK = 1 << 16
_TICK_S = 0.25
_STATM = Path("/proc/self/statm")
_PLACE = re.compile(r'^  File "(.*)", line (\d+)', re.MULTILINE)


@dataclass(frozen=True)
class RunLimits:
    """What one piece of work may use; processor time decides, so that a busy machine changes nothing."""

    cpu_s: float
    memory_mib: int = 1024

    @property
    def wall_s(self) -> float:
        """Ends what waits without working."""
        return 10 * self.cpu_s + 30


@dataclass(frozen=True)
class Cut:
    """A piece of work that did not return: it ran for ever, or its process ended.

    Args:
        end: how the process ended: `SIGSEGV`, `exit code 0`.
        places: files and lines that ran when it crashed or left, the innermost first; empty where nobody could tell.
    """

    reason: str
    end: str = field(default="", compare=False)
    places: tuple[tuple[str, int], ...] = field(default=(), compare=False)


@dataclass
class _Child(Generic[T]):
    item: T
    pid: int
    pipe: int
    last_words: int
    deadline: float
    received: bytearray


def run_forked(
    work: Callable[[T], R],
    items: Sequence[T],
    *,
    limits: Callable[[T], RunLimits],
    workers: int,
    tick: Callable[[], None] = lambda: None,
) -> Iterator[tuple[T, R | Cut]]:
    """What `work` returns for each item, as it comes; a child sees this process as it is now.

    An exception of `work` is raised here.

    Args:
        tick: is called several times a second while children are waited for.
    """
    waiting, running = list(reversed(items)), dict[int, _Child[T]]()
    freezes = not gc.get_freeze_count()  # else somebody has, who wants it to stay so
    if freezes:
        gc.freeze()  # so that children do not copy what they only look at; collecting first takes longer than it saves
    with selectors.DefaultSelector() as selector:
        try:
            while waiting or running:
                while waiting and len(running) < workers:
                    child = _fork(work, waiting.pop(), limits, selector)
                    running[child.pipe] = child
                tick()
                yield from _collect_ended(running, selector)
        finally:
            for child in running.values():
                _end(child, kill=True)
            if freezes:
                gc.unfreeze()


def _fork(
    work: Callable[[T], R], item: T, limits: Callable[[T], RunLimits], selector: selectors.BaseSelector
) -> _Child[T]:
    allowed = limits(item)
    parent, (receiver, sender) = os.getpid(), os.pipe()
    last_words = os.memfd_create("last words") if sys.platform == "linux" else os.open(os.devnull, os.O_RDWR)
    pid = os.fork()
    if pid == 0:
        os.close(receiver)
        _work(work, item, allowed, sender, last_words, parent)
    os.close(sender)
    selector.register(receiver, selectors.EVENT_READ)
    return _Child(item, pid, receiver, last_words, time.monotonic() + allowed.wall_s, bytearray())


def _work(work: Callable[[T], R], item: T, limits: RunLimits, sender: int, last_words: int, parent: int) -> NoReturn:
    """The life of a child: silent, limited, and over when it has answered."""
    code, leave = 1, os._exit
    try:
        os.setsid()
        if sys.platform == "linux":
            die_with_parent(parent)
        for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(ending, signal.SIG_DFL)
        _leave_word(last_words)
        silence = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(silence, stream)
        _limit(limits)
        _compute_alone()
        answer: tuple[str, Any]
        try:
            answer = ("value", work(item))
        except Exception as error:
            answer = ("error", error)
        _write(sender, pickle.dumps(answer))
        code = 0
    finally:
        leave(code)


def _leave_word(last_words: int) -> None:
    """Have written down where this process is when it crashes, is out of time, or leaves without a word."""
    faulthandler.enable(last_words, all_threads=False)
    if sys.platform == "linux":
        faulthandler.register(signal.SIGXCPU, last_words, all_threads=False, chain=True)
    leave = os._exit

    def tell_and_leave(status: int) -> NoReturn:
        faulthandler.dump_traceback(last_words, all_threads=False)
        leave(status)

    os._exit = tell_and_leave


def _compute_alone() -> None:
    """Let torch compute in one thread: the others stayed in the parent, and whoever shares work with them waits."""
    if (torch := sys.modules.get("torch")) is not None:
        torch.set_num_threads(1)


def _write(sender: int, data: bytes) -> None:
    with os.fdopen(sender, "wb") as stream:
        stream.write(data)


def _limit(limits: RunLimits) -> None:
    seconds = max(1, round(time.process_time() + limits.cpu_s + 0.5))  # a child's clock starts at 0 on Linux
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    if hard == resource.RLIM_INFINITY or hard > seconds:  # else somebody else's limit ends it sooner
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError, ValueError):
        pages = int(_STATM.read_text().split()[0])
        most = pages * resource.getpagesize() + (limits.memory_mib << 20)
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def allow_cpu(seconds: float) -> None:
    """Let the work that begins now take so many seconds of processor time, if no limit ends it sooner."""
    if sys.platform == "linux":
        soft = max(1, round(time.process_time() + seconds + 0.5))
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        resource.setrlimit(resource.RLIMIT_CPU, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


def _collect_ended(running: dict[int, _Child[T]], selector: selectors.BaseSelector) -> Iterator[tuple[T, Any]]:
    """Wait for a while and yield what ended."""
    left = min(child.deadline for child in running.values()) - time.monotonic()
    for key, _ in selector.select(min(max(0.0, left), _TICK_S)):
        child = running[key.fd]
        data = os.read(child.pipe, _CHUNK)
        child.received += data
        if not data:
            selector.unregister(child.pipe)
            del running[child.pipe]
            yield child.item, _answer(child, *_end(child, kill=False))
    for child in [child for child in running.values() if child.deadline <= time.monotonic()]:
        selector.unregister(child.pipe)
        del running[child.pipe]
        with contextlib.suppress(ProcessLookupError):
            os.kill(child.pid, signal.SIGXCPU)  # which has it written down where it is
            time.sleep(_TICK_S)
        yield child.item, Cut("timeout", places=_places(_end(child, kill=True)[1]))


def _answer(child: _Child[T], status: int, last_words: str) -> Any:
    if child.received:
        with contextlib.suppress(pickle.UnpicklingError, EOFError):
            kind, value = pickle.loads(bytes(child.received))
            if kind == "error":
                raise value
            return value
    timed_out = os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGKILL)
    end = f"exit code {os.WEXITSTATUS(status)}"
    if os.WIFSIGNALED(status):
        end = signal.Signals(os.WTERMSIG(status)).name
    return Cut("timeout" if timed_out else "crashed", end, _places(last_words))


def _places(last_words: str) -> tuple[tuple[str, int], ...]:
    return tuple((file, int(line)) for file, line in _PLACE.findall(last_words))


def _end(child: _Child[T], *, kill: bool) -> tuple[int, str]:
    """Wait for a child's end, and end all that it started; its exit status and what it wrote down of its crash."""
    os.close(child.pipe)
    if kill:
        _kill(child.pid)
        os.kill(child.pid, signal.SIGKILL)  # which may not lead a group yet
    _, status = os.waitpid(child.pid, 0)
    _kill(child.pid)
    last_words = os.pread(child.last_words, _CHUNK, 0).decode(errors="replace")
    os.close(child.last_words)
    return status, last_words


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
