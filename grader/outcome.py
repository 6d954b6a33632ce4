"""What came of a call into the student's process: data, an object that stayed there, or a failure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from grader.verdict import Status


@dataclass(frozen=True)
class Value:
    """The call returned data: numbers, text, arrays, lists and dictionaries of them."""

    data: Any


@dataclass(frozen=True)
class Handle:
    """The call returned an object that is not data; it stays in the worker."""

    type_name: str
    reason: str


@dataclass(frozen=True)
class Failure:
    """The call did not return; `status` says why, `file` and `line` where in the student's code."""

    status: Status
    message: str
    file: str = ""
    line: int = 0
    function: str = ""
    names: tuple[str, ...] = ()

    @property
    def ends_process(self) -> bool:
        """Whether the worker is gone with it."""
        return self.status in ("timeout", "crashed") or (self.status == "ungraded")


Outcome = Value | Handle | Failure
