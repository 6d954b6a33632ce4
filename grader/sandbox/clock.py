"""Time as a submission is charged for it: in which its process ran, or waited for something of its own doing."""

from __future__ import annotations

import contextlib
import math
import os
import time
from collections.abc import Callable
from pathlib import Path

from grader.sandbox.protocols import Overdue

# In so many parts of the limit it is looked whether a call has returned.
LOOKS = 8
# A process that is stopped, or that others keep from running, is waited for up to so many times the limit.
PATIENCE = 20
# A look costs some time itself; near the end of a limit it is not taken more often than this.
_LEAST_STEP_S = 0.02
# So much more than it wanted to wait may pass for the judge: else it was stopped, or kept from running itself.
_LATE_S = 0.05
_STOPPED = ("T", "t")


class Clock:
    """Counts a process's time. What it waited for a processor or stood still, or its judge did, does not count.

    Args:
        pid: finds the process's id, when it is first looked at; -1 where nothing can be seen of it, and all counts.
        charged_s: what counted until now.
        cpu_s: its processor time.
        kept_s: what did not count, because something kept the process from running.
    """

    def __init__(self, pid: Callable[[], int]) -> None:
        self._pid = pid
        self._folder: Path | None = None
        self.charged_s = self.cpu_s = self.kept_s = 0.0
        self._delays: dict[str, float] = {}
        self._last = time.monotonic()

    def start(self) -> None:
        """Go on counting from here."""
        self._last = time.monotonic()

    def tick(self, expected_s: float, *, look: bool = True) -> None:
        """Count the time since the last tick.

        Args:
            expected_s: no more can have passed, unless the judge was kept from running.
            look: see what kept the process from running; for a short time it is not worth it.
        """
        now = time.monotonic()
        passed = min(now - self._last, expected_s + _LATE_S)
        self._last = now
        kept = min(passed, self._time_kept()) if look else 0.0
        self.charged_s += passed - kept
        self.kept_s += kept

    def look(self) -> Clock:
        """Bring what is known of the process up to date."""
        self._time_kept()
        return self

    @property
    def sees(self) -> bool:
        """Whether anything is seen of the process."""
        return self._folder is not None and self._folder.name != "-1"

    def _time_kept(self) -> float:
        """For how long something has kept the process from running since it was last looked at."""
        if not hasattr(os, "pidfd_open"):  # another system, where nothing is seen
            return 0.0
        if self._folder is None:
            self._folder = Path("/proc") / str(self._pid())
        try:
            fields = (self._folder / "stat").read_text().rpartition(")")[2].split()
            self.cpu_s = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        except (OSError, ValueError, IndexError):  # it has ended, or this system shows nothing
            return 0.0
        waited = self._time_waiting()
        return math.inf if fields[0] in _STOPPED else waited

    def _time_waiting(self) -> float:
        """For how long its thread that waited longest has waited for a processor since it was last looked at."""
        assert self._folder is not None
        longest = 0.0
        with contextlib.suppress(OSError, ValueError, IndexError):  # of a kernel that does not count it
            for task in (self._folder / "task").iterdir():
                delay = int((task / "schedstat").read_text().split()[1]) / 1e9
                longest = max(longest, delay - self._delays.get(task.name, 0.0))
                self._delays[task.name] = delay
        return longest


class Pace:
    """Whether a process answers in time: each reply within a limit of the one before, and all within another.

    Args:
        wall_s: for one reply, by the clock.
        in_all_s: for all that is waited for.
    """

    def __init__(self, clock: Clock, wall_s: float, in_all_s: float) -> None:
        self._clock, self._wall_s = clock, wall_s
        self._end_s = clock.charged_s + in_all_s
        self._last_s, self._kept_s = clock.charged_s, clock.kept_s
        self._seen: tuple[float, float] | None = None

    @property
    def step_s(self) -> float:
        """How long to wait before the clock is looked at."""
        return max(_LEAST_STEP_S, min(self._wall_s / LOOKS, self._end_s - self._clock.charged_s))

    def check(self, *, has_progress: bool) -> None:
        """Look at the clock.

        Raises:
            Overdue: the time is over.
        """
        clock = self._clock
        if has_progress:
            self._last_s, self._kept_s = clock.charged_s, clock.kept_s
        if has_progress or self._seen is None:
            self._seen = clock.charged_s, clock.cpu_s
        is_late = clock.charged_s >= min(self._last_s + self._wall_s, self._end_s) - 1e-6
        if is_late or clock.kept_s - self._kept_s > PATIENCE * self._wall_s:
            raise Overdue(slept=not clock.sees or self._ran_s < (clock.charged_s - self._seen[0]) / 2)

    @property
    def _ran_s(self) -> float:
        assert self._seen is not None
        return self._clock.cpu_s - self._seen[1]


def held_bytes(pid: int) -> float:
    """Memory of a process that no file lies behind; infinite where nothing can be seen of it."""
    if not hasattr(os, "sysconf"):  # nor has such a system /proc
        return math.inf
    try:
        with open(f"/proc/{pid}/statm") as statm:  # noqa: PTH123  (a path object costs more than the file)
            _, resident, shared, *_ = map(int, statm.read().split())
    except (OSError, ValueError):
        return math.inf
    return (resident - shared) * os.sysconf("SC_PAGE_SIZE")
