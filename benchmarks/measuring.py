"""What a command costs with all that descends from it: processor seconds, wall seconds, memory."""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
_PR_SET_CHILD_SUBREAPER = 36
_LOOK_EVERY_S = 0.25


@dataclass(frozen=True)
class Cost:
    """Of one way to grade `n` submissions.

    Args:
        way: its key in the kept results.
        peak_mib: the most memory that one judge held, where that was watched.
    """

    way: str
    n: int
    wall_s: float
    cpu_s: float
    peak_mib: int | None = None


def measured(way: str, n: int, work: Callable[[], int | None]) -> Cost:
    """Do `work`, which may tell a peak of memory, and tell what its processes cost, orphans included."""
    before, started = _children_s(), time.perf_counter()
    peak_mib = work()
    wall = time.perf_counter() - started
    _await_orphans()
    return Cost(way, n, round(wall, 2), round(_children_s() - before, 2), peak_mib)


def together(costs: Iterable[Cost]) -> list[Cost]:
    """One cost for each way, of all that was measured of it."""
    by_way: dict[str, list[Cost]] = {}
    for cost in costs:
        by_way.setdefault(cost.way, []).append(cost)
    return [
        Cost(
            way,
            sum(cost.n for cost in parts),
            round(sum(cost.wall_s for cost in parts), 2),
            round(sum(cost.cpu_s for cost in parts), 2),
            max((cost.peak_mib for cost in parts if cost.peak_mib is not None), default=None),
        )
        for way, parts in by_way.items()
    ]


def adopt_orphans() -> None:
    """Become the parent of what descends from us: a judge does not wait for its sandbox, whose time would be lost."""
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "this system does not hand us the orphans of what we run")


def run(command: list[str], cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command; its exit code may be a grade, so it is for the caller to look at."""
    return subprocess.run(
        command, env=_environment(environment), cwd=cwd, capture_output=True, text=True, check=False
    )  # fmt: skip


def python(*arguments: str, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run this Python."""
    return run([sys.executable, *arguments], cwd, **environment)


def grade(course: Path, assignment: str, workers: int) -> int:
    """`grader grade`; the most MiB that one of its judges held.

    Raises:
        RuntimeError: not everything was graded.
    """
    command = [sys.executable, "-m", "grader", "grade", assignment, "--workers", str(workers)]
    with subprocess.Popen(
        command, env=_environment({}), cwd=course, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        peaks: dict[int, int] = {}
        watcher = threading.Thread(target=_watch, args=(process, peaks))
        watcher.start()
        _, errors = process.communicate()
        watcher.join()
    if process.returncode:
        raise RuntimeError(f"grader grade ended with {process.returncode}: {errors[-2000:]}")
    return max(peaks.values(), default=0)


def busy_s() -> float:
    """Processor seconds that this machine has worked since it was started, whoever for."""
    user, nice, system, _, _, irq, softirq, *_ = map(int, Path("/proc/stat").read_text().split("\n")[0].split()[1:])
    return (user + nice + system + irq + softirq) / os.sysconf("SC_CLK_TCK")


def own_s() -> float:
    """Processor seconds of this process and all that it has waited for."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime + _children_s()


def _environment(more: dict[str, str]) -> dict[str, str]:
    return {**os.environ, **ONE_THREAD, "PYTHONPATH": str(ROOT), **more}


def _watch(process: subprocess.Popen[str], peaks: dict[int, int]) -> None:
    """Note the peak of each judge, a child of the command, as long as it lives."""
    while process.returncode is None:
        with contextlib.suppress(OSError):
            for child in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split():
                peaks[int(child)] = max(_peak_mib(int(child)), peaks.get(int(child), 0))
        time.sleep(_LOOK_EVERY_S)


def _peak_mib(pid: int) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) >> 10
    return 0


def _children_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _await_orphans() -> None:
    while True:
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return
