"""A target under atheris, which watches the branches that an input takes: `python -m tests.fuzz.one TARGET …`.

With `--each` the targets are read line by line, each with its options and the file that its words go to: what takes
long is to load and watch the code, and children of one process share that.
"""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Sequence

import atheris

with atheris.instrument_imports(
    include=[
        "grader.wire",
        "grader.worker",
        "grader.sandbox",
        "grader.writeup",
        "grader.intake.archives",
        "msgpack.fallback",
    ]
):
    from tests.fuzz import targets


def fuzz(target: str, options: Sequence[str]) -> None:
    """Ends the process."""
    atheris.Setup([sys.argv[0], *options], targets.hole if target == "hole" else targets.TARGETS[target])
    atheris.Fuzz()


def fuzz_in_child(target: str, options: Sequence[str], log: str) -> int:
    """The exit code."""
    pid = os.fork()
    if pid == 0:
        said = os.open(log, os.O_WRONLY | os.O_CREAT)
        os.dup2(said, 1)
        os.dup2(said, 2)
        fuzz(target, options)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


if sys.argv[1] == "--each":
    for line in sys.stdin:
        target, *options, log = shlex.split(line)
        print(fuzz_in_child(target, options, log), flush=True)
else:
    fuzz(sys.argv[1], sys.argv[2:])
