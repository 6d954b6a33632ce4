"""How a process of a submission's ended, as the failure that its calls share, and where in its code it was."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator, Mapping, Sequence

from grader.model.outcome import Failure
from grader.sandbox.replying import MAX_LINE, MAX_NAME, MAX_PATH
from grader.sandbox.requests import Request, Taken

_FRAME = re.compile(r'^  File "(.+)", line (\d+) in (.+)$', re.MULTILINE)
_SCOPE = re.compile(r"(?:async\s+)?def\b|class\b")
_LOOP = re.compile(r"(?:async\s+)?(while|for)\b")


def crash(code: int) -> Failure:
    """What is said of a process that ended before it answered, by its exit code."""
    if code >= 0:
        return Failure("crashed", f"the code ended the process itself (exit code {code})")
    by_others = -code in (signal.SIGKILL, signal.SIGTERM)  # perhaps: of these, no code is the cause
    return Failure("crashed", f"the process ended with {_signal_name(-code)}", is_doubtful=by_others)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def overdue(request: Request, taken: Taken, wall_s: float, place: tuple[str, int, str], *, slept: bool) -> Failure:
    """What is said of a request that was not answered in time."""
    file, line, function = place
    if request.operation == "load":
        where = f"{file or request.body} (line {line})" if line else str(request.body)
        return Failure("timeout", f"still loading {where} after {wall_s:g} s", is_doubtful=slept)
    how = f"no answer within {wall_s:g} s" + (", most of which it waited" if slept else " of processor time")
    called = request.target(taken.count)
    return Failure("timeout", how, file, line, function, called=called, is_doubtful=slept)


def own_place(traceback: str, sources: Mapping[str, str | bytes]) -> tuple[str, int, str]:
    """Where in the student's own code a process is, as far as it says so: file, line, function."""
    frames = [
        (file[:MAX_PATH], min(int(line), MAX_LINE), function[:MAX_NAME])
        for file, line, function in _FRAME.findall(traceback)
        if file in sources or file.partition(", cell ")[0] in sources
    ]
    return place_of(frames, sources)


def place_of(frames: Sequence[tuple[str, int, str]], sources: Mapping[str, str | bytes]) -> tuple[str, int, str]:
    """The file, line and function to name for code that did not return, the same at whatever moment it was stopped.

    That is the `while` that it is in, else the `for`, else the line; and a function with a name, not `<genexpr>`.

    Args:
        frames: where it was stopped, the innermost first.
    """
    named = [frame for frame in frames if not frame[2].startswith("<") or frame[2] == "<module>"] or list(frames)
    for kind in ("while", "for"):
        for file, line, function in named:
            loops = [at for at, word in _loops_around(line, sources.get(file, "")) if word == kind]
            if loops and not file.endswith(".ipynb"):
                return file, loops[-1], function
    return named[0] if named else ("", 0, "")


def _loops_around(line: int, source: str | bytes) -> Iterator[tuple[int, str]]:
    """The lines of the loops around a line in its function, by their indentation, innermost first; their words."""
    text = source.decode("utf-8", "replace") if isinstance(source, bytes) else source
    lines = [one.expandtabs() for one in re.split(r"\r\n|\r|\n", text)[:line]]
    indent = None
    for at in range(len(lines), 0, -1):
        code = lines[at - 1].strip()
        depth = len(lines[at - 1]) - len(lines[at - 1].lstrip())
        if not code or code.startswith("#") or (indent is not None and depth >= indent):
            continue
        indent = depth
        if loop := _LOOP.match(code):
            yield at, loop[1]
        if _SCOPE.match(code):
            return
