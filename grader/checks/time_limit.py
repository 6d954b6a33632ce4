"""Bounds the time that an instructor's own code may take in this process."""

from __future__ import annotations

import contextlib
import ctypes
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from typing import TypeVar

T = TypeVar("T")

# A loop is interrupted this often, since it may catch what interrupts it; then its thread is left to itself.
_TRIES, _PAUSE_S = 100, 0.05
# What does not work, but waits, is ended after this many times what it may work.
_WAITING = 20


class _Interrupted(BaseException):
    """Ends the work from within; no `except Exception` stops it."""


def run_within(work: Callable[[], T], cpu_s: float) -> T:
    """What `work` returns, or raises; it runs in a thread of its own.

    Its own processor time decides, so that a busy machine changes nothing; what only waits is ended as well, later.
    A process's alarm would be shorter, but it reaches the main thread alone.

    Raises:
        TimeoutError: it takes longer than `cpu_s`.
    """
    outcome: Future[T] = Future()
    clock: Future[Callable[[], float]] = Future()
    thread = threading.Thread(target=_settle, args=(outcome, work, clock), daemon=True)
    thread.start()
    cpu_used, end = clock.result(), time.monotonic() + _WAITING * cpu_s
    started = cpu_used()
    while time.monotonic() < end:
        if wait([outcome], _PAUSE_S).done:
            return outcome.result()
        if cpu_used() - started >= cpu_s:
            break
    _interrupt(thread)
    raise TimeoutError(f"not done within {cpu_s:g} s")


def _own_clock() -> Callable[[], float]:
    """The processor time of the thread that asks for it, to be read by others, whatever else works in this process."""
    if not hasattr(time, "pthread_getcpuclockid"):
        return time.process_time
    clock = time.pthread_getcpuclockid(threading.get_ident())

    def seconds() -> float:
        try:
            return time.clock_gettime(clock)
        except OSError:  # the thread has ended
            return 0.0

    return seconds


def _settle(outcome: Future[T], work: Callable[[], T], clock: Future[Callable[[], float]]) -> None:
    clock.set_result(_own_clock())
    with contextlib.suppress(_Interrupted):
        try:
            outcome.set_result(work())
        except BaseException as error:
            outcome.set_exception(error)


def _interrupt(thread: threading.Thread) -> None:
    for _ in range(_TRIES):
        thread.join(_PAUSE_S)
        if not thread.is_alive():
            return
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident or 0), ctypes.py_object(_Interrupted))
