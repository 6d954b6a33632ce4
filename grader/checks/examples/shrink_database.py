"""What hypothesis tries next in a check's search: kept in memory, and in a journal that judges and runs share."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

from grader import wire
from grader.cache.nodes import node_of, tensor_of, value_of
from grader.cache.preparations import AppendLog
from grader.checks.examples.cases import Case, freeze
from grader.errors import WireError
from grader.wire import NotData

# Tries kept per check: a megabyte or less.
MAX_KEPT = 2_000


class Enough(BaseException):
    """Ends a search from within."""


class ShrinkDatabase:
    """The next try by the start of the search and the answers since; None where hypothesis is done.

    Args:
        journal: where tries are written down for other processes and for later runs.
    """

    def __init__(self, journal: AppendLog | None = None) -> None:
        self._journal = journal
        self._next: dict[tuple[int, int], Case | None] = {}

    def __len__(self) -> int:
        return len(self._next)

    def knows(self, start: int, answers: Sequence[bool]) -> bool:
        """Whether hypothesis was asked what to do after these answers."""
        return (start, _number(answers)) in self._next

    def after(self, start: int, answers: Sequence[bool]) -> Case | None:
        """What it said."""
        return self._next[start, _number(answers)]

    def keep(self, start: int, answers: Sequence[bool], case: Case | None) -> None:
        """Keep what it says, while there is room."""
        if len(self) >= MAX_KEPT:
            return
        self._next[start, _number(answers)] = case
        if self._journal is not None:
            with contextlib.suppress(NotData):  # a case that holds objects is for this process only
                node = None if case is None else node_of(dict(case))
                self._journal.add(wire.encode([start, _number(answers), node]))

    def catch_up(self) -> None:
        """Take over what others wrote down."""
        for record in self._journal.news() if self._journal is not None else ():
            with contextlib.suppress(WireError, TypeError, ValueError):  # something else wrote there
                start, number, node = wire.decode(record, tensor=tensor_of)
                if (start, number) not in self._next and len(self) < MAX_KEPT:
                    self._next[start, number] = None if node is None else freeze(dict(value_of(node)))


def _number(answers: Sequence[bool]) -> int:
    """The answers as the binary digits of a number, after a one."""
    return int("1" + "".join("01"[answer] for answer in answers), 2)
