"""What a command costs with all that descends from it, in processor seconds, which other load leaves alone."""

from __future__ import annotations

import ctypes
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
_PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True)
class Cost:
    """Of one way to grade `n` submissions."""

    way: str
    n: int
    wall_s: float
    cpu_s: float

    @property
    def each(self) -> float:
        """Processor seconds per submission."""
        return self.cpu_s / self.n

    def to_json(self) -> dict[str, Any]:
        """As it is kept."""
        return asdict(self)


def measured(way: str, n: int, work: Callable[[], object]) -> Cost:
    """Do `work` and tell what its processes cost, orphans included."""
    before, started = _children_s(), time.perf_counter()
    work()
    _await_orphans()
    return Cost(way, n, round(time.perf_counter() - started, 2), round(_children_s() - before, 3))


def adopt_orphans() -> None:
    """Become the parent of what descends from us: a judge does not wait for its sandbox, whose time would be lost."""
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "this system does not hand us the orphans of what we run")


def run(command: list[str], cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command; its exit code may be a grade, so it is for the caller to look at."""
    env = {**os.environ, **ONE_THREAD, "PYTHONPATH": str(ROOT), **environment}
    return subprocess.run(command, env=env, cwd=cwd, capture_output=True, text=True, check=False)


def python(*arguments: str, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run this Python."""
    return run([sys.executable, *arguments], cwd, **environment)


def _children_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _await_orphans() -> None:
    while True:
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return
