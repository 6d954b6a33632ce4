"""`python -m benchmarks.hostile [N] [--user]`: what N hostile submissions cost the judge."""

from __future__ import annotations

import argparse
import itertools
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1")

from grader.assignment import load_assignment
from grader.grading.one_submission import grade
from grader.intake.submission import Submission
from grader.sandbox.isolated import ForkedSandbox
from tests.conftest import MINI
from tests.hostile import test_bounds, test_judge, test_next
from tests.hostile.batch import AS_USER, HONEST, NEIGHBOURS, attacks

Files = dict[str, bytes]
# What the design allows a judge, of which the tests of single answers hold it to less.
MOST_MIB, MOST_CPU_S = 700, 10.0
_EVERY = 10


def submissions() -> Iterator[tuple[str, Files]]:
    """Every attack by itself: answers, words left for others, calls, imports, files; then pairs of them."""
    for kind, answers in {"answer": test_judge.ANSWERS, "much": test_bounds.ANSWERS}.items():
        for name, body in answers.items():
            yield f"{kind}: {name}", test_judge.hand_in(HONEST, body)
    for name, body in test_judge.ARGUMENTS.items():
        yield f"arguments: {name}", test_judge.hand_in(HONEST, body, "conv(image, kernel)")
    for name, code in test_next.WRITERS.items():
        yield f"left: {name}", {"m.py": (code + HONEST).encode(), "forge.py": test_judge.FORGE.encode()}
    for name, files in attacks({"canary": "/etc/hostname", "planted": "/etc/hostname"}):
        encoded = {path: data if isinstance(data, bytes) else data.encode() for path, data in files.items()}
        yield name, encoded


@dataclass
class Judged:
    """One submission, judged: what it cost this process, which is the judge."""

    name: str
    line: dict[str, Any]
    cpu_s: float
    peak_mib: float
    wall_s: float


class Judge:
    """Grades one after the other, and looks at itself meanwhile."""

    def __init__(self) -> None:
        self._assignment = load_assignment(MINI, "mini")
        self._sandbox = ForkedSandbox(["numpy", "scipy", "torch"])

    def judge(self, name: str, files: Files) -> Judged:
        """Grade a submission."""
        Path("/proc/self/clear_refs").write_text("5")
        cpu, wall = time.process_time(), time.monotonic()
        result = grade(self._assignment, Submission("someone", files), self._sandbox)
        spent, took = time.process_time() - cpu, time.monotonic() - wall
        return Judged(name, _timeless(dict(result.to_json())), spent, _peak_mib(), took)

    def close(self) -> None:
        """End the sandbox."""
        self._sandbox.close()


def _timeless(line: Any) -> Any:
    if isinstance(line, dict):
        return {key: _timeless(value) for key, value in line.items() if key != "seconds"}
    return [_timeless(item) for item in line] if isinstance(line, list) else line


def _peak_mib() -> float:
    return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1024


def main() -> None:
    """Grade the class, an honest neighbour after every tenth; exit code 1 where a bound is passed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("n", nargs="?", type=int, default=300)
    parser.add_argument("--user", action="store_true", help="as an ordinary user; started by root")
    options = parser.parse_args()
    if options.user:
        os.execvp(AS_USER[0], [*AS_USER, sys.executable, "-m", "benchmarks.hostile", str(options.n)])
    judge = Judge()
    honest = {name: {"m.py": source.encode()} for name, source in NEIGHBOURS.items()}
    alone = {name: json.dumps(judge.judge(name, files).line) for name, files in honest.items()}
    turns = itertools.cycle(honest)
    found, differing, n_neighbours = [], [], 0
    for number, (name, files) in enumerate(itertools.islice(submissions(), options.n), start=1):
        found.append(judge.judge(name, files))
        if number % _EVERY == 0:
            neighbour = next(turns)
            n_neighbours += 1
            if json.dumps(judge.judge(neighbour, honest[neighbour]).line) != alone[neighbour]:
                differing.append(f"{neighbour} after {name}")
    judge.close()
    raise SystemExit(_report(found, n_neighbours, differing))


def _report(found: list[Judged], n_neighbours: int, differing: list[str]) -> int:
    by_cpu = sorted(found, key=lambda one: -one.cpu_s)
    by_memory = sorted(found, key=lambda one: -one.peak_mib)
    statuses = Counter(one.line["status"] for one in found)
    print(f"uid {os.getuid()}: {len(found)} hostile submissions, {n_neighbours} honest neighbours")
    print(f"  completed: {', '.join(f'{count} {status}' for status, count in statuses.items())}")
    print(f"  neighbours that differ in a byte from what they are alone: {len(differing)} {differing or ''}")
    print(f"  the judge's memory at its peak: {by_memory[0].peak_mib:.0f} MiB ({by_memory[0].name})")
    for one in by_cpu[:5]:
        print(f"  its processor time: {one.cpu_s:.1f} s of {one.wall_s:.0f} s ({one.name})")
    print(f"  longest result line: {max(len(json.dumps(one.line)) for one in found) / 1024:.0f} KiB")
    is_fine = by_memory[0].peak_mib < MOST_MIB and by_cpu[0].cpu_s < MOST_CPU_S and not differing
    return 0 if is_fine else 1


if __name__ == "__main__":
    main()
