"""The name that was meant where a name is misspelt: one near it, among those that the student's own line could use."""

from __future__ import annotations

import builtins
import difflib
import re
import sys
from collections.abc import Callable, Iterable
from types import FrameType, ModuleType
from typing import Any

# `quereis` and `queries` are as near as 0.86, `sqrt` and `sort` as 0.75.
_NEAR = 0.8
# Shorter names are near to too many others.
_MIN_LETTERS = 4
_MAX_NAMES = 5_000
_OF_A_MODULE = re.compile(r"module '([\w.]+)' has no attribute '(\w+)'")
_PLAIN = (list, dict, tuple, str, int, float, set, complex)


def suggestion(error: BaseException, is_own: Callable[[str], bool]) -> str:
    """`. Did you mean: 'queries'?`, as Python says it, of a name that is nowhere; empty where none is near.

    Args:
        is_own: whether a file is the student's own: of other code's names nothing is told.
    """
    if not isinstance(error, NameError | AttributeError) or isinstance(error, UnboundLocalError):
        return ""
    frame = _innermost(error)
    if frame is None or not is_own(frame.f_code.co_filename):
        return ""
    of_module = _OF_A_MODULE.fullmatch(str(error))  # numpy and torch raise it themselves, and name nothing
    thing, name = (
        (sys.modules.get(of_module[1]), of_module[2]) if of_module else (getattr(error, "obj", None), error.name)
    )
    if type(name) is not str:
        return ""
    near = nearest(name, _names(frame) if isinstance(error, NameError) else _parts(thing))
    return f". Did you mean: {near!r}?" if near else ""


def nearest(name: str, names: Iterable[str]) -> str:
    """The one name that is near; a number in it is no slip. In other letters, capital or small, it may be short.

    >>> nearest("quereis", ["queries", "keys"]), nearest("l2_loss", ["l1_loss"]), nearest("sums", ["sumo", "sump"])
    ('queries', '', '')
    >>> nearest("k", ["Q", "K"]), nearest("x", ["y"])
    ('K', '')
    """
    names = [*names]
    if len(same := {other for other in names if other != name and other.lower() == name.lower()}) == 1:
        return same.pop()
    digits = re.sub(r"\D", "", name)
    public = [
        other for other in names if other != name and not other.startswith("_") and re.sub(r"\D", "", other) == digits
    ]
    if len(name) < _MIN_LETTERS or len(public) > _MAX_NAMES:
        return ""
    near = difflib.get_close_matches(name, dict.fromkeys(public), 2, _NEAR)
    return near[0] if len(near) == 1 or (near and _is_nearer(name, *near)) else ""


def _is_nearer(name: str, best: str, other: str) -> bool:
    best_ratio, ratio = (difflib.SequenceMatcher(None, one, name).ratio() for one in (best, other))
    return best_ratio > ratio


def _innermost(error: BaseException) -> FrameType | None:
    """The frame that raised; what looks a part up for it is no step of its own."""
    frame, trace = None, error.__traceback__
    while trace is not None:
        frame = frame if frame is not None and trace.tb_frame.f_code.co_name == "__getattr__" else trace.tb_frame
        trace = trace.tb_next
    return frame


def _names(frame: FrameType) -> list[str]:
    """What the line could use: names of its function, its module and Python's own."""
    return [name for name in (*frame.f_locals, *frame.f_globals, *vars(builtins)) if type(name) is str]


def _parts(thing: Any) -> list[str]:
    """What a module, an array, a tensor or a plain value of Python's has; of other things nothing is asked."""
    if type(thing) is ModuleType:
        return [name for name in vars(thing) if type(name) is str]
    kinds = [
        getattr(sys.modules.get(module), kind, None) for module, kind in (("numpy", "ndarray"), ("torch", "Tensor"))
    ]
    return dir(type(thing)) if type(thing) in (*_PLAIN, *kinds) else []
