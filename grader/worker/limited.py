"""Ends code of others that runs for too long in one's own process."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_AGAIN_S = 0.25
# A process that others kept from running gets so many times the limit.
_PATIENCE = 5


class OutOfTime(BaseException):
    """Raised in what runs for too long; nothing that catches errors catches it."""


@contextmanager
def run_limited(wall_s: float) -> Iterator[list[tuple[str, int]]]:
    """Raise `OutOfTime` in what runs longer; again and again, for code that catches everything.

    Only the main thread of a process can be stopped so; in others, and for `wall_s` of 0, nothing is.

    Yields:
        the files and lines that ran when the time was over, the innermost first; empty until then.
    """
    stopped_at: list[tuple[str, int]] = []
    if wall_s <= 0 or not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield stopped_at
        return
    clock = _Clock()

    def ring(_number: int, frame: FrameType | None) -> None:
        if clock.wall_s > _PATIENCE * wall_s or not clock.was_kept_waiting:
            stopped_at[:] = stopped_at or _places(frame)
            raise OutOfTime

    before = signal.signal(signal.SIGALRM, ring)
    others = signal.setitimer(signal.ITIMER_REAL, wall_s, _AGAIN_S)
    try:
        yield stopped_at
    finally:
        signal.setitimer(signal.ITIMER_REAL, *others)
        signal.signal(signal.SIGALRM, before)


class _Clock:
    """What this process got of its processor since the clock was made."""

    def __init__(self) -> None:
        self._began, self._cpu = time.monotonic(), time.process_time()
        self._pushed, self._slept = self._switches()

    @staticmethod
    def _switches() -> tuple[int, int]:
        import resource  # not on every system

        used = resource.getrusage(resource.RUSAGE_SELF)
        return used.ru_nivcsw, used.ru_nvcsw

    @property
    def wall_s(self) -> float:
        """Seconds that have passed."""
        return time.monotonic() - self._began

    @property
    def was_kept_waiting(self) -> bool:
        """Whether others had the processor while this process wanted it: it got less than half, and did not sleep."""
        pushed, slept = self._switches()
        return pushed - self._pushed > slept - self._slept and time.process_time() - self._cpu < self.wall_s / 2


def _places(frame: FrameType | None) -> list[tuple[str, int]]:
    """The files and lines that were running, the innermost first."""
    places = []
    while frame is not None:
        places.append((frame.f_code.co_filename, frame.f_lineno))
        frame = frame.f_back
    return places
