"""What a check does with a submission, step by step, and who carries it out."""

from __future__ import annotations

from collections.abc import Mapping
from types import CodeType
from typing import Any

from grader import wire
from grader.model.outcome import Failure

# A module's name and a function's; an object and its method's; nothing and one of the worker's operations.
Target = tuple[Any, str]

_NOTHING: Mapping[str, Any] = {}

# Operations that change nothing, so that what was read before them holds after them.
_LOOKS = frozenset({
    "read", "kinds", "item", "unpack", "len", "in", "truth", "iter", "next", "peek", "isinstance", "issubclass", "str",
    "repr", "format", "hash", "float", "int", "index", "complex", "lt", "le", "gt", "ge", "eq", "ne",
})  # fmt: skip


class Step:
    """A call into the sandbox, or an operation on what an earlier one returned.

    Args:
        place: the check's code, and how far it was.
    """

    __slots__ = ("args", "manner", "named", "place", "target")

    def __init__(
        self, target: Target, args: tuple[Any, ...] = (), named: Mapping[str, Any] = _NOTHING, manner: int = wire.CALL
    ) -> None:
        self.target = target
        self.args = args
        self.named = named
        self.manner = manner
        self.place: tuple[CodeType, int] | None = None

    @property
    def operation(self) -> str:
        """Which of the worker's operations it is; empty for a call."""
        return self.target[1] if self.target[0] is None else ""

    @property
    def changes(self) -> bool:
        """Whether objects may be others after it."""
        return self.manner != wire.GET and self.operation not in _LOOKS

    @classmethod
    def on(cls, operation: str, *args: Any) -> Step:
        """An operation; its first argument is the object."""
        return cls((None, operation), args)


class CallFailed(Exception):
    """A call did not return, so the case ends here."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure
