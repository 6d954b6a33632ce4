"""Bounds the time that an instructor's own code may take in this process."""

from __future__ import annotations

import contextlib
import ctypes
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")

# A loop is interrupted this often, since it may catch what interrupts it; then its thread is left to itself.
_TRIES, _PAUSE_S = 100, 0.05


class _Interrupted(BaseException):
    """Ends the work from within; no `except Exception` stops it."""


def bounded(work: Callable[[], T], wall_s: float) -> T:
    """What `work` returns, or raises; it runs in a thread of its own.

    A process's alarm would be shorter, but it reaches the main thread alone.

    Raises:
        TimeoutError: it takes longer than `wall_s`.
    """
    outcome: Future[T] = Future()
    thread = threading.Thread(target=_settle, args=(outcome, work), daemon=True)
    thread.start()
    try:
        return outcome.result(wall_s)
    except TimeoutError:
        _interrupt(thread)
        raise TimeoutError(f"not done within {wall_s:g} s") from None


def _settle(outcome: Future[T], work: Callable[[], T]) -> None:
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
