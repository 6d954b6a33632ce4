"""What came of a call into the student's process: data, an object that stayed there, or a failure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from grader.model.record import Status


@dataclass(frozen=True)
class Value:
    """The call returned data: numbers, text, arrays, lists and dictionaries of them.

    Args:
        type_name: of the object, where a class of its own or a tensor stands behind the data.
    """

    data: Any
    type_name: str = ""


@dataclass(frozen=True)
class Handle:
    """The call returned an object that is not data; it stays in the worker."""

    type_name: str
    reason: str


@dataclass(frozen=True)
class Kept:
    """The call returned; what it returned stays in the worker until somebody reads it.

    Args:
        type_name: of what it is, where that was asked.
    """

    type_name: str = ""


@dataclass(frozen=True)
class End:
    """There was no next item."""


@dataclass(frozen=True)
class Failure:
    """The call did not return; `status` says why, `file` and `line` where in the student's code.

    Args:
        part: of an object that lacks what was asked of it: what it is, and what was expected of it.
        follows: the call was not made, since another one had failed that should have returned an argument.
        called: `module.function` of the call; empty where it is a method of an object, or not known.
        is_doubtful: another try may come out differently: nothing but time passed, or somebody else ended the process.
    """

    status: Status
    message: str
    file: str = ""
    line: int = 0
    function: str = ""
    names: tuple[str, ...] = ()
    part: tuple[str, str] | None = None
    follows: bool = False
    called: str = ""
    is_doubtful: bool = False

    @property
    def ends_process(self) -> bool:
        """Whether the worker is gone with it."""
        return self.status in ("timeout", "crashed") or (self.status == "ungraded")


Outcome = Value | Handle | Kept | End | Failure
