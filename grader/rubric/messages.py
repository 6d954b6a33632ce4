"""How a fault is worded: what was expected, what was got, one way out."""

from __future__ import annotations

import difflib
import reprlib
from collections.abc import Iterable, Mapping, Sequence

_SHORT = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = 60


def mismatch(what: str, got: object, way_out: str = "") -> str:
    """Say what a place should hold and what it does hold."""
    return f"expected {what}, got {show_value(got)}" + (f"; {way_out}" if way_out else "")


def show_value(value: object) -> str:
    """Show a value with its type, shortened."""
    if value is None:
        return "nothing"
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "a list"
    return f"{_SHORT.repr(value)} ({type(value).__name__})"


def closest(name: str, known: Iterable[str]) -> str | None:
    """The known name that looks most like this one, if one does."""
    lowered = {candidate.lower(): candidate for candidate in known}
    close = difflib.get_close_matches(name.lower()[:100], lowered, n=1)
    return lowered[close[0]] if close else None


def near(name: str, known: Iterable[str]) -> str:
    """Suggest the closest known name, or list the known names where none is close."""
    names = sorted(known)
    if close := closest(name, names):
        return f"did you mean {close!r}?"
    return f"known here: {', '.join(names[:20]) or 'none'}" + (", …" if len(names) > 20 else "")
