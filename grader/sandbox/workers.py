"""What a session needs of worker processes: one that takes messages, and a source of fresh ones."""

from __future__ import annotations

from collections.abc import Sequence
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

    def receive(self, wall_s: float, *, in_row: bool = False) -> Sequence[bytes]:
        """The next replies, as many as have come but at least one, each for `wire.parse_reply`.

        Args:
            in_row: some of many, which may be let come together.

        Raises:
            Overdue: none within `wall_s`.
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

    def wait(self) -> tuple[int, float]:
        """Exit code (negative: the signal) and CPU seconds of a process that is ending or has been released."""
        ...


class Workers(Protocol):
    """Starts workers."""

    def spawn(self, cpu_s: int, memory_mib: int, seed: int) -> WorkerProcess:
        """A fresh worker."""
        ...

    def preload(self, module: str) -> bool:
        """Whether a trusted module is there; workers from now on have it."""
        ...
