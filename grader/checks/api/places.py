"""Where in a check's own code something happens."""

from __future__ import annotations

import sys
from types import CodeType, FrameType

from grader.course.statements import statement_at


def frame_of_check() -> FrameType | None:
    """The innermost frame that is neither ours nor numpy's."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and str(frame.f_globals.get("__name__")).startswith(("grader.", "numpy.")):
        frame = frame.f_back
    return frame


def place_in_check() -> tuple[CodeType, int] | None:
    """The code of the check that makes a call, and the instruction."""
    frame = frame_of_check()
    return frame and (frame.f_code, frame.f_lasti)


def line_in_check() -> int:
    """The line of the check's file; 0 where no check is at work."""
    frame = frame_of_check()
    return frame.f_lineno if frame else 0


def place_of(name: str) -> str:
    """Where in a check an operator stands: the statement, whichever its line, and the operator."""
    frame = frame_of_check()
    return name if frame is None else f"{statement_at(frame.f_code, frame.f_lasti)}:{name}"
