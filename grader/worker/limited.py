"""Ends code of others that runs for too long in one's own process."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType

_AGAIN_S = 0.25
# A process that others kept from running gets so many times the limit.
_PATIENCE = 5


class OutOfTime(BaseException):
    """Raised in what runs for too long; nothing that catches errors catches it."""


@dataclass
class Stop:
    """What ran when the time was over.

    Args:
        places: files and lines, the innermost first; empty until then.
        after: which time it was.
    """

    places: list[tuple[str, int]] = field(default_factory=list)
    after: str = ""


@contextmanager
def run_limited(wall_s: float, cpu_s: float = 0.0) -> Iterator[Stop]:
    """Raise `OutOfTime` in what runs longer; again and again, for code that catches everything.

    Only the main thread of a process can be stopped so; in others, and for `wall_s` of 0, nothing is.

    Args:
        cpu_s: seconds of processor time, too, where that is more than 0.
    """
    stop = Stop()
    if wall_s <= 0 or not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield stop
        return
    clock = _Clock()

    def end(frame: FrameType | None, after: str) -> None:
        if not stop.after:
            stop.places, stop.after = _places(frame), after
        raise OutOfTime

    def ring(_number: int, frame: FrameType | None) -> None:
        if clock.wall_s > _PATIENCE * wall_s or not clock.was_kept_waiting:
            end(frame, f"{wall_s:g} s")

    def ring_for_cpu(_number: int, frame: FrameType | None) -> None:
        end(frame, f"{cpu_s:g} s of processor time")

    alarms = [(signal.SIGALRM, signal.ITIMER_REAL, wall_s, ring)]
    alarms += [(signal.SIGPROF, signal.ITIMER_PROF, cpu_s, ring_for_cpu)] if cpu_s > 0 else []
    before = [signal.signal(number, handler) for number, _, _, handler in alarms]
    others = [signal.setitimer(timer, seconds, _AGAIN_S) for _, timer, seconds, _ in alarms]
    try:
        yield stop
    finally:
        for (number, timer, *_), handler, other in zip(alarms, before, others, strict=True):
            signal.setitimer(timer, *other)
            signal.signal(number, handler)


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
