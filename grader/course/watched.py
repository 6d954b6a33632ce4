"""Keeps the instructor's Python, which runs in the command's own process, from ending or holding up the command."""

from __future__ import annotations

import signal
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from grader.errors import display
from grader.worker.limited import Stop, run_limited

# As long as a submission may take for everything, where its rubric says nothing else; and so much processor time.
ENOUGH_S = 120.0
ENOUGH_CPU_S = 60.0


class Stopped(Exception):
    """Code of the course wanted to end the process, or did not come to an end.

    Args:
        told: which of both.
        is_endless: the latter.
        place: the course's own line that ran: `rubrics/m1.py:12`; empty where it is not known.
    """

    def __init__(self, told: str, place: str, *, is_endless: bool = False) -> None:
        super().__init__(told)
        self.place, self.is_endless = place, is_endless


@contextmanager
def watch_course_code(*folders: Path, wall_s: float = 0.0, cpu_s: float = 0.0) -> Iterator[Stop]:
    """Turn what would end or hold up the command into an error that can be told; a real Ctrl-C stays one.

    Args:
        folders: where the code that runs stands; the names of its files in tracebacks may be relative to them.
        wall_s: so long it may take, where that is more than `ENOUGH_S`.
        cpu_s: so much processor time, where that is more than `ENOUGH_CPU_S`.

    Yields:
        what was stopped, as soon as something was: code that catches everything goes on until it is stopped again.

    Raises:
        Stopped: with the traceback of what was stopped.
    """
    with run_limited(max(wall_s, ENOUGH_S), max(cpu_s, ENOUGH_CPU_S)) as stop:
        try:
            yield stop
        except BaseException as error:
            if stop.after:
                told, places = f"it was still running after {stop.after}", stop.places
            elif isinstance(error, Exception) or _is_a_signal(error):
                raise
            else:
                told = f"it would end the whole process by {type(error).__name__}{_of_pytest(error)}"
                frames = reversed(traceback.extract_tb(error.__traceback__))
                places = [(frame.filename, frame.lineno or 1) for frame in frames]
            stopped = Stopped(told, own_place(places, folders), is_endless=bool(stop.after))
            raise stopped.with_traceback(error.__traceback__) from None


def own_place(places: Iterable[tuple[str, int]], folders: Iterable[Path]) -> str:
    """The first of the places that is in one of the folders: `rubrics/m1.py:12`; empty where there is none."""
    found = (
        f"{display(folder / file)}:{line}"
        for file, line in places
        for folder in folders
        if (folder / file).is_relative_to(folder) and (folder / file).is_file()
    )
    return next(found, "")


def _of_pytest(error: BaseException) -> str:
    """What to write instead of a word of pytest's."""
    if not any(kind.__module__ == "_pytest.outcomes" for kind in type(error).__mro__):
        return ""
    return f" ({error}): pytest sees no call of a student's, write expect.raises(error, function, …) or expect.true"


def _is_a_signal(error: BaseException) -> bool:
    """Whether somebody at the keyboard wants the end: the command has its own class for that, a bare Python none."""
    if not isinstance(error, KeyboardInterrupt):
        return False
    return type(error) is not KeyboardInterrupt or signal.getsignal(signal.SIGINT) is signal.default_int_handler
