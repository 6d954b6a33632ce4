"""Runs lines as if they had been pasted into a new Python in a student's folder.

Each request forks a process from one that has imported numpy and torch and nothing else, for that import takes
longer than all that is asked for. What a student's code leaves behind ends with its process.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

# A student who pastes something waits no longer.
PATIENCE_S = 60
_ROOT = Path(__file__).parent.parent


class Pasting:
    """A warm Python, which runs lines in folders."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.pasting"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=_ROOT,
            text=True,
        )

    def __enter__(self) -> Pasting:
        return self

    def __exit__(self, *_error: object) -> None:
        self._process.communicate()

    def printed(self, lines: Sequence[str], folder: Path) -> list[str]:
        """What the lines print, each value as feedback writes it; an error that ends them comes last."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(["\n".join(lines), str(folder)]) + "\n")
        self._process.stdin.flush()
        told: list[str] = json.loads(self._process.stdout.readline())
        return told


def _serve() -> None:
    """Answer requests until there are no more."""
    import numpy
    import torch

    torch.set_num_threads(1)
    del numpy
    for request in sys.stdin:
        print(json.dumps(_run_apart(*json.loads(request))), flush=True)


def _run_apart(lines: str, folder: str) -> list[str]:
    """The answer of a process of its own."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        with contextlib.suppress(BaseException), os.fdopen(writing, "w") as stream:
            signal.alarm(PATIENCE_S)
            json.dump(_paste(lines, folder), stream)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as stream:
        told = stream.read()
    os.waitpid(child, 0)
    found: list[str] = json.loads(told) if told else ["(it did not end)"]
    return found


def _paste(lines: str, folder: str) -> list[str]:
    """What is printed, and the error that ended it."""
    os.chdir(folder)
    sys.path[0] = folder
    told: list[str] = []
    names = {"__name__": "__main__", "print": lambda *given, **_named: told.extend(map(_text, given))}
    with Path(os.devnull).open("w") as nowhere, contextlib.redirect_stdout(nowhere):
        try:
            exec(compile(lines, "<pasted>", "exec"), names)
        except BaseException as error:
            told.append(f"{type(error).__name__}: {error}")
    return told


def _text(value: Any) -> str:
    from grader import wire
    from grader.checks.feedback.counterexample import outcome_text
    from grader.model.outcome import Value

    try:
        return outcome_text(Value(wire.decode(wire.encode(value))))
    except wire.NotData:
        return f"<{wire.type_name(value).rpartition('.')[2]}>"


if __name__ == "__main__":
    _serve()
