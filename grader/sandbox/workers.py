"""What a session needs of worker processes: one that takes messages, and a source of fresh ones."""

from __future__ import annotations

import math
from typing import Protocol


class Overdue(Exception):
    """The answer did not come in time."""


class Ended(Exception):
    """The process is gone before it answered."""


class WorkerProcess(Protocol):
    """One worker: messages with a deadline, captured output, a certain end."""

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
        """The next message, one or more replies for `wire.parse_replies`.

        Raises:
            Overdue: no reply within `wall_s` of the one before, or no message within `in_all_s`.
            Ended: the process is gone.
            WireError: what came is no message.
        """
        ...

    @property
    def has_unread(self) -> bool:
        """Whether anything came that was not asked for."""
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

    def spawn(self, cpu_s: int, memory_mib: int, seed: int) -> WorkerProcess:
        """A fresh worker."""
        ...

    def preload(self, module: str) -> bool:
        """Whether a trusted module is there; workers from now on have it."""
        ...
