"""What the judge itself trips over while it grades one submission: said in a sentence, logged, and left behind."""

from __future__ import annotations

import logging
import traceback
from pathlib import Path

import grader
from grader.export.escaping import terminal

_PACKAGE = Path(grader.__file__).parent
_log = logging.getLogger("grader")


def accident(whose: str, error: Exception) -> str:
    """The reason why something could not be judged; the log holds where it happened.

    The exception's own text is left out of both: it may be a student's, and hold what is hidden.

    Args:
        whose: the submission, and the check where it is known.
    """
    kind, place = type(error).__name__, _place(error)
    _log.error("grader: %s could not be judged: %s in %s", terminal(whose[:200], keep_newlines=False), kind, place)
    return f"This could not be judged, which is not your doing: {kind} in {place}."


def _place(error: Exception) -> str:
    """File and line of the innermost of our own functions that the exception came through."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if Path(frame.filename).is_relative_to(_PACKAGE)] or list(frames)
    if not own:
        return "the grader"
    return f"{Path(own[-1].filename).name}, line {own[-1].lineno}"
