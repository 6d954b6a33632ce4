"""`python -m benchmarks.cage`: what the layers cost a fresh worker, over a plain fork of the same warm process."""

from __future__ import annotations

import gc
import os
import statistics
import time
from collections.abc import Callable

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

import torch  # noqa: E402

from grader.worker import cage  # noqa: E402
from grader.worker.zygote import readable_paths  # noqa: E402

N = 60
CALLS = 20_000


def forked(body: Callable[[], object]) -> float:
    """Milliseconds from a fork to the end of a child that only runs `body`."""
    started = time.perf_counter()
    child = os.fork()
    if child == 0:
        try:
            body()
        except BaseException as error:
            os.write(2, f"{error!r}\n".encode())
            os._exit(1)
        os._exit(0)
    if os.waitpid(child, 0)[1]:
        raise SystemExit("the child failed")
    return 1000 * (time.perf_counter() - started)


def per_call() -> float:
    """Nanoseconds of one system call that does next to nothing; the least of several runs."""
    runs = []
    for _ in range(10):
        started = time.perf_counter_ns()
        for _ in range(CALLS):
            os.getppid()
        runs.append((time.perf_counter_ns() - started) / CALLS)
    return min(runs)


def enter(entered: cage.Cage) -> None:
    """What each worker does."""
    cage.enter_worker(entered, cpu_s=10, memory_bytes=1 << 30, before_seal=lambda: None)


def main() -> None:
    """Measure in turns, so that what else the machine does falls on both alike."""
    torch.ones(4, 4).sum().item()
    report = os.dup(1)
    gc.collect()
    gc.freeze()
    entered = cage.enter_zygote(readable_paths(), frozenset(cage.LAYERS))
    plain, caged = [], []
    for _ in range(N):
        plain.append(forked(lambda: None))
        caged.append(forked(lambda: enter(entered)))
    open_ns = per_call()
    read, write = os.pipe()

    def timed() -> None:
        os.dup2(write, cage.CHANNEL)
        enter(entered)
        os.write(cage.CHANNEL, str(per_call()).encode())

    forked(timed)
    caged_ns = float(os.read(read, 100))
    base, full = statistics.median(plain), statistics.median(caged)
    lines = (
        f"sandbox                {entered.summary}",
        f"plain fork             {base:6.2f} ms",
        f"fork and all layers    {full:6.2f} ms, {full - base:.2f} ms more (medians of {N})",
        f"one system call        {open_ns:6.0f} ns, caged {caged_ns:.0f} ns",
    )
    os.write(report, ("\n".join(lines) + "\n").encode())


if __name__ == "__main__":
    main()
