"""What a sealed process cannot start is done in it: no other processes, and no compiler."""

from __future__ import annotations

import errno
import functools
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from typing import Any

NO_OTHERS = "there are no other processes here: call what they would do in this one"
# owner, name, what stands there instead.
Replacement = tuple[Any, str, Any]


class Executed(Executor):
    """An executor whose work is done when it is handed in, by who hands it in."""

    def __init__(
        self, max_workers: int | None = None, *_: Any, initializer: Any = None, initargs: Any = (), **_named: Any
    ) -> None:
        if initializer is not None:
            initializer(*initargs)

    def submit(self, function: Callable[..., Any], /, *args: Any, **named: Any) -> Future[Any]:
        """The result, or what was raised, as a future that is done."""
        future: Future[Any] = Future()
        try:
            future.set_result(function(*args, **named))
        except Exception as error:
            future.set_exception(error)
        return future


class AsyncAnswer:
    """What the asynchronous ways of a pool return: it is ready."""

    def __init__(self, work: Callable[[], Any], callback: Any = None, error_callback: Any = None) -> None:
        self._value, self._error = None, None
        try:
            self._value = work()
        except Exception as error:
            self._error = error
        told, about = (callback, self._value) if self._error is None else (error_callback, self._error)
        if told is not None:
            told(about)

    def get(self, timeout: float | None = None) -> Any:
        """The value.

        Raises:
            Exception: what the work raised.
        """
        if self._error is not None:
            raise self._error
        return self._value

    def wait(self, timeout: float | None = None) -> None:
        """Nothing to wait for."""

    def ready(self) -> bool:
        """Always."""
        return True

    def successful(self) -> bool:
        """Whether nothing was raised."""
        return self._error is None


class Pool:
    """A pool of processes whose work this process does, in order."""

    def __init__(
        self, processes: int | None = None, initializer: Any = None, initargs: Any = (), *_: Any, **_named: Any
    ) -> None:
        if initializer is not None:
            initializer(*initargs)

    def apply(self, function: Any, args: Any = (), kwds: Any = None) -> Any:
        """One call."""
        return function(*args, **(kwds or {}))

    def map(self, function: Any, items: Iterable[Any], chunksize: int | None = None) -> list[Any]:
        """One call per item."""
        return [function(item) for item in items]

    def starmap(self, function: Any, items: Iterable[Any], chunksize: int | None = None) -> list[Any]:
        """One call per tuple of arguments."""
        return [function(*item) for item in items]

    def imap(self, function: Any, items: Iterable[Any], chunksize: int = 1) -> Iterator[Any]:
        """One call per item, as they are asked for."""
        return (function(item) for item in items)

    imap_unordered = imap

    def apply_async(
        self, function: Any, args: Any = (), kwds: Any = None, callback: Any = None, error_callback: Any = None
    ) -> AsyncAnswer:
        """One call."""
        return AsyncAnswer(lambda: self.apply(function, args, kwds), callback, error_callback)

    def map_async(
        self, function: Any, items: Any, chunksize: Any = None, callback: Any = None, error_callback: Any = None
    ) -> AsyncAnswer:
        """One call per item."""
        return AsyncAnswer(lambda: self.map(function, items), callback, error_callback)

    def starmap_async(
        self, function: Any, items: Any, chunksize: Any = None, callback: Any = None, error_callback: Any = None
    ) -> AsyncAnswer:
        """One call per tuple of arguments."""
        return AsyncAnswer(lambda: self.starmap(function, items), callback, error_callback)

    def close(self) -> None:
        """Nothing runs."""

    terminate = join = close

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Process:
    """A process whose work is done when it is started, by who starts it."""

    def __init__(
        self, group: None = None, target: Any = None, name: str | None = None, args: Any = (), kwargs: Any = None,
        *, daemon: bool | None = None,
    ) -> None:  # fmt: skip
        self._target, self._args, self._named = target, args, kwargs or {}
        self.name, self.daemon = name or "Process-1", bool(daemon)
        self.exitcode: int | None = None
        self.pid = None

    def run(self) -> None:
        """The work."""
        if self._target is not None:
            self._target(*self._args, **self._named)

    def start(self) -> None:
        """Do the work; what it raises ends the process and nothing else."""
        try:
            self.run()
            self.exitcode = 0
        except SystemExit as end:
            self.exitcode = end.code if isinstance(end.code, int) else 1
        except Exception as error:
            print(f"Process {self.name}: {type(error).__name__}: {error}", file=sys.stderr)
            self.exitcode = 1

    def join(self, timeout: float | None = None) -> None:
        """Nothing to wait for."""

    terminate = kill = close = join

    def is_alive(self) -> bool:
        """Never: it has ended, or has not begun."""
        return False


def no_others() -> Iterator[Replacement]:
    """For a process that cannot start others: whoever tries is told so, and what to do."""

    def refuse(*_: Any, **_named: Any) -> Any:
        raise PermissionError(errno.EPERM, NO_OTHERS)

    yield subprocess.Popen, "__init__", refuse
    for name in ("fork", "forkpty", "posix_spawn", "posix_spawnp", "system", "popen"):
        if hasattr(os, name):
            yield os, name, refuse


def _in_multiprocessing() -> Iterator[Replacement]:
    """In the module, and in the contexts by which its start methods are chosen."""
    import queue

    module = sys.modules["multiprocessing"]
    context = sys.modules["multiprocessing.context"]
    names: dict[str, Any] = {
        "Pool": Pool, "Process": Process, "Queue": queue.Queue, "JoinableQueue": queue.Queue,
        "SimpleQueue": queue.SimpleQueue, "Lock": threading.Lock, "RLock": threading.RLock, "Event": threading.Event,
        "Semaphore": threading.Semaphore, "BoundedSemaphore": threading.BoundedSemaphore,
        "Condition": threading.Condition, "Barrier": threading.Barrier,
    }  # fmt: skip
    kinds = [context.BaseContext, *(kind for kind in context.BaseContext.__subclasses__())]
    for name, value in names.items():
        yield module, name, value
        for kind in kinds:
            if name in vars(kind):
                yield kind, name, value if isinstance(value, type) else staticmethod(value)


def _in_executors() -> Iterator[Replacement]:
    # The package first: it takes the name from its module when it is first asked for it, which is when it is kept.
    yield sys.modules["concurrent.futures"], "ProcessPoolExecutor", Executed
    yield sys.modules["concurrent.futures.process"], "ProcessPoolExecutor", Executed


def _as_it_is(model: Any = None, *_: Any, **_named: Any) -> Any:
    """What is to be compiled, uncompiled; also as a decorator with arguments."""
    return (lambda function: function) if model is None else model


def _in_torch() -> Iterator[Replacement]:
    torch = sys.modules["torch"]
    yield torch, "compile", _as_it_is
    for name in ("script", "trace"):
        yield torch.jit, name, _as_it_is


def _in_torch_processes() -> Iterator[Replacement]:
    module = sys.modules["torch.multiprocessing"]

    def spawn(function: Any, args: Any = (), nprocs: int = 1, *_: Any, **_named: Any) -> None:
        for rank in range(nprocs):
            function(rank, *args)

    yield module, "spawn", spawn
    yield module, "Pool", Pool
    yield module, "Process", Process


def _in_data_loaders() -> Iterator[Replacement]:
    loader = sys.modules["torch.utils.data"].DataLoader
    original = _LOADERS.setdefault("__init__", loader.__init__)

    @functools.wraps(original)
    def __init__(self: Any, dataset: Any, *args: Any, **named: Any) -> None:  # noqa: N807
        """As torch's, with the loading done by the process itself."""
        if named.get("num_workers"):
            named |= {"num_workers": 0, "persistent_workers": False, "prefetch_factor": None, "timeout": 0}
            named["multiprocessing_context"] = None
        if len(args) > 4 and args[4]:
            args = (*args[:4], 0, *args[5:])
        original(self, dataset, *args, **named)

    yield loader, "__init__", __init__


_LOADERS: dict[str, Any] = {}
# What is replaced in a module once it is loaded.
LOADED: dict[str, Callable[[], Iterator[Replacement]]] = {
    "multiprocessing.context": _in_multiprocessing,
    "concurrent.futures.process": _in_executors,
    "torch.jit": _in_torch,
    "torch.multiprocessing": _in_torch_processes,
    "torch.utils.data": _in_data_loaders,
}
