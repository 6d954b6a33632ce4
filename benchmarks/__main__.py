"""`python -m benchmarks`: the ways to grade one class, in one run, on the same submissions and checks."""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Cost:
    """Of one way to grade `n` submissions: wall seconds, CPU seconds, peak MiB of its largest process."""

    way: str
    n: int
    wall_s: float
    cpu_s: float
    peak_mib: float


def measured(way: str, n: int, work: Callable[[], object]) -> Cost:
    """Run `work` and tell what it and its children cost."""
    before, started = _usage(), time.perf_counter()
    work()
    wall = time.perf_counter() - started
    after = _usage()
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_CHILDREN, resource.RUSAGE_SELF)) / 1024
    return Cost(way, n, wall, after - before, peak)


def _usage() -> float:
    kinds = (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in kinds)


def run(command: list[str], **environment: str) -> None:
    """Run a command without its output; its exit code is a grade, not a failure."""
    env = {**os.environ, **environment, "PYTHONPATH": str(ROOT)}
    subprocess.run(command, env=env, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)


def naive(assignment: str, folders: list[Path]) -> None:
    """One pytest process per submission."""
    for folder in folders:
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "benchmarks/naive_pytest.py"]
        run(command, SUBMISSION=str(folder), COURSE=str(ROOT), ASSIGNMENT=assignment)


def graded(assignment: str, folders: list[Path], out: Path, workers: int) -> None:
    """`grader grade` with the sandbox on."""
    command = [sys.executable, "-m", "grader", "grade", assignment, *map(str, folders)]
    run([*command, "--fresh", "--out", str(out), "--workers", str(workers)])


def limit(assignment: str, folders: list[Path]) -> None:
    """One process, no isolation, in a process of its own so that its start counts too."""
    code = (
        "import sys; from pathlib import Path; from grader.course import Course\n"
        "from grader.assignment import load_assignment; from benchmarks.limit import grade_directly\n"
        f"loaded = load_assignment(Course(Path({str(ROOT)!r})), {assignment!r})\n"
        "for folder in sys.argv[1:]: grade_directly(loaded, Path(folder))\n"
    )
    run([sys.executable, "-c", code, *map(str, folders)])


def write_up_ms(assignment: str, repeats: int = 20) -> float:
    """CPU milliseconds to read and judge the reference's write-up once, warm."""
    from grader.course import Course
    from grader.rubric import load
    from grader.worker.worker import read_document
    from grader.writeup import judge

    course = Course(ROOT)
    specs = [spec for spec in load(course.rubric(assignment)).checks if spec.writeup is not None]
    data = (course.reference(assignment) / "answers.md").read_bytes()

    def once() -> None:
        document, _ = read_document("answers.md", data)
        for spec in specs:
            assert spec.writeup is not None
            judge(spec.writeup, document, tolerance=spec.tolerance)

    once()
    started = time.process_time()
    for _ in range(repeats):
        once()
    return (time.process_time() - started) / repeats * 1000


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--assignment", default="hw1")
    parser.add_argument("--students", type=int, default=200)
    parser.add_argument("--naive", type=int, default=10, help="submissions for the slow way")
    options = parser.parse_args()
    from benchmarks.synthetic import generate

    with tempfile.TemporaryDirectory() as scratch:
        folders = generate(Path(scratch) / "class", options.students, seed=0)
        few, out = folders[: options.naive], Path(scratch) / "out"
        costs = [
            measured("one pytest process per submission", len(few), lambda: naive(options.assignment, few)),
            measured("grader grade, nothing to grade yet", 1, lambda: graded(options.assignment, folders[:1], out, 1)),
            measured("grader grade --workers 1", len(folders), lambda: graded(options.assignment, folders, out, 1)),
            measured("grader grade --workers 2", len(folders), lambda: graded(options.assignment, folders, out, 2)),
            measured("limit: one process, nothing isolated", len(folders), lambda: limit(options.assignment, folders)),
        ]
    report(costs)
    print(f"\none write-up, read and judged: {write_up_ms(options.assignment):.0f} ms CPU")


def report(costs: list[Cost]) -> None:
    """Seconds per submission, and how many times the first way's."""
    print(f"{'':38} {'n':>5} {'wall s':>8} {'CPU s':>8} {'wall/sub':>9} {'CPU/sub':>9} {'× faster':>9} {'peak MiB':>9}")
    first = costs[0]
    for cost in costs:
        faster = (first.cpu_s / first.n) / (cost.cpu_s / cost.n)
        print(
            f"{cost.way:38} {cost.n:5} {cost.wall_s:8.1f} {cost.cpu_s:8.1f} {cost.wall_s / cost.n:9.3f} "
            f"{cost.cpu_s / cost.n:9.3f} {faster:9.1f} {cost.peak_mib:9.0f}"
        )


if __name__ == "__main__":
    main()
