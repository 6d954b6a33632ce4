"""What a session needs of worker processes: one that takes messages, and a source of fresh ones."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Protocol


class Overdue(Exception):
    """The answer did not come in time.

    Args:
        slept: most of the time the process did not want to run, as far as that can be seen.
    """

    def __init__(self, *, slept: bool = True) -> None:
        super().__init__()
        self.slept = slept


class Ended(Exception):
    """The process is gone before it answered."""


class WorkerProcess(Protocol):
    """One worker: messages with a deadline, captured output, a certain end.

    Args:
        asked: the number of the request that it has now, and how many replies there are to it.
    """

    asked: tuple[int, int]

    printed: bytearray
    printed_cap: int
    cut: bool

    def send(self, message: bytes, wall_s: float) -> None:
        """Send one request.

        Raises:
            Overdue, Ended: the process does not take it.
        """
        ...

    def receive(self, wall_s: float, in_all_s: float = math.inf) -> bytes:
        """The next message, one or more replies for `wire.parse_replies`; times are those of `charged_s`.

        Raises:
            Overdue: no reply within `wall_s` of the one before, or no message within `in_all_s`.
            Ended: the process is gone.
            WireError: what came is no message.
        """
        ...

    @property
    def charged_s(self) -> float:
        """Seconds of its own, see `grader.sandbox.clock`, in which the process was waited for."""
        ...

    @property
    def cpu_s(self) -> float:
        """Its processor time until now, as far as it can be seen."""
        ...

    @property
    def held_bytes(self) -> float:
        """Memory that is its own; more than any where that cannot be seen."""
        ...

    def traceback(self) -> str:
        """Where the process is in its code, innermost first, `File "…", line N in …` a line; empty if it is silent.

        It is asked once, before the end: what the process writes from then on is no longer what the code prints.
        """
        ...

    @property
    def has_unread(self) -> bool:
        """Whether anything came that was not asked for."""
        ...

    def left_behind(self) -> bytes:
        """The message of replies that the process has ready and did not send; nothing where there is none."""
        ...

    def drain(self) -> None:
        """Take what the process has printed by now."""
        ...

    def release(self) -> None:
        """End the process without waiting for it."""
        ...

    def wait(self, *, kill: bool = False) -> tuple[int, float, bytes]:
        """Wait for a process that is ending, or has to be killed, and forget it.

        Returns:
            Exit code (negative: the signal), CPU seconds, and a message of the replies that it did not send any more.
        """
        ...


class Workers(Protocol):
    """Starts workers."""

    def number_of(self, plan: bytes) -> int | None:
        """By which number workers know an encoded list of calls, to be made once; None for one to be sent."""
        ...

    def spawn(self, cpu_s: int, memory_mib: int, seed: int, *, count: int = 1) -> Sequence[WorkerProcess]:
        """Fresh workers.

        Args:
            count: so many will be wanted soon; one at least is made, and what more costs little.
        """
        ...

    def branch(self) -> Workers:
        """A source of workers like this one, and apart from it: what is loaded there is not there for others."""
        ...

    def close(self) -> None:
        """End it with all its workers."""
        ...

    def preload(self, module: str) -> bool:
        """Whether a trusted module is there; workers from now on have it."""
        ...
