"""Watches which library routines some calls use while they run; a hint for a person, not a proof."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator, Sequence
from types import FrameType
from typing import Any

from grader.worker.inspection import matcher

MAX_DEPTH = 200

Place = tuple[str, int]


@contextlib.contextmanager
def trace(own_frame: Callable[[str], bool], patterns: Sequence[str]) -> Iterator[dict[Place, str]]:
    """Within the block, note (file, line) → routine for each use that matches a pattern.

    Seen are calls that the student's own lines make, whatever name they go by there, and what torch dispatches on
    their behalf however deep (`torch.ops.aten.convolution`).
    """
    found: dict[Place, str] = {}
    matches = matcher(patterns)
    known: dict[tuple[Any, Any], str | None] = {}

    def note(module: Any, name: Any, frame: FrameType | None) -> None:
        if type(module) is not str or type(name) is not str:
            return
        if (module, name) not in known:
            known[module, name] = next(filter(matches, _names(module, name)), None)
        routine = known[module, name]
        place = routine and _place(frame, own_frame)
        if routine and place:
            found.setdefault(place, routine)

    def watch(frame: FrameType, event: str, argument: Any) -> None:
        if event == "c_call" and own_frame(frame.f_code.co_filename):
            note(getattr(argument, "__module__", None), getattr(argument, "__name__", ""), frame)
        elif event == "call" and frame.f_back is not None and own_frame(frame.f_back.f_code.co_filename):
            note(frame.f_globals.get("__name__"), frame.f_code.co_name, frame.f_back)

    with _watch_dispatch(lambda name: note("torch.ops", name, sys._getframe())):
        sys.setprofile(watch)
        try:
            yield found
        finally:
            sys.setprofile(None)


def _names(module: str, name: str) -> list[str]:
    """What a routine may be called in a pattern: `numpy._core.numeric.convolve` is also `numpy.convolve`."""
    parts = module.split(".")
    public = [part for part in parts if not part.startswith("_")]
    return [".".join([*path, name]) for path in (parts, public, parts[:1])]


def _place(frame: FrameType | None, own_frame: Callable[[str], bool]) -> Place | None:
    """The innermost of the student's own lines, from `frame` outwards."""
    for _ in range(MAX_DEPTH):
        if frame is None:
            return None
        if own_frame(frame.f_code.co_filename):
            return frame.f_code.co_filename, frame.f_lineno
        frame = frame.f_back
    return None


def _watch_dispatch(note: Callable[[str], None]) -> contextlib.AbstractContextManager[Any]:
    """A context in which torch tells every operation that it dispatches."""
    if "torch" not in sys.modules:
        return contextlib.nullcontext()
    from torch.utils._python_dispatch import TorchDispatchMode

    class Watching(TorchDispatchMode):  # type: ignore[no-untyped-call]
        def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            note(func.name().replace("::", "."))
            return func(*args, **(kwargs or {}))

    return Watching()  # type: ignore[no-untyped-call]
