"""`python -m benchmarks.kills -n 200`: a class is graded, a process of the run is killed at a random moment, and then
5 s later nothing of it may live, and a rerun has to write the same results."""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

GRADE = [sys.executable, "-m", "grader", "grade", "m1"]
_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER: whoever loses its parent becomes our child
_GONE_S = 5.0


@dataclass(frozen=True)
class Kill:
    """One kill and what came of it.

    Args:
        differs: where the results first differ from those of a run that nobody disturbed; empty where they do not.
    """

    moment_s: float
    victim: str
    survivors: int
    differs: str
    words: str

    @property
    def is_fine(self) -> bool:
        """Nobody stayed, nothing was lost, and nothing was told as a fault of ours."""
        return not (self.survivors or self.differs) and "Traceback" not in self.words


def make_class(root: Path, n_students: int) -> None:
    """A small course, with so many students."""
    subprocess.run([sys.executable, "-m", "grader", "new", "m1"], cwd=root, check=True, stdout=subprocess.DEVNULL)
    students = root / "submissions/m1"
    for number in range(n_students - 2):
        shutil.copytree(students / ("ana" if number % 2 else "ben"), students / f"s{number:03}")


def lines(root: Path) -> list[dict[str, object]]:
    """The results as they are to be equal: without what was measured."""
    text = (root / "results/m1/results.jsonl").read_text()
    return [without_seconds(json.loads(line)) for line in text.splitlines()]


def without_seconds(node: object) -> object:
    """What is left of results without what was measured."""
    if isinstance(node, dict):
        return {key: without_seconds(value) for key, value in node.items() if key != "seconds"}
    return [without_seconds(item) for item in node] if isinstance(node, list) else node


def difference(one: object, other: object, place: str = "results") -> str:
    """Where two results first differ, and how; empty where they do not."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        return next(filter(None, (difference(one[key], other[key], f"{place}.{key}") for key in one)), "")
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        pairs = enumerate(zip(one, other, strict=True))
        return next(filter(None, (difference(*pair, f"{place}[{at}]") for at, pair in pairs)), "")
    return "" if one == other else f"{place}: {one!r}, then {other!r}"


def below(pid: int) -> list[int]:
    """All processes that descend from one, the oldest first."""
    children = [int(word) for word in _read(f"/proc/{pid}/task/{pid}/children").split()]
    return [one for child in children for one in (child, *below(child))]


def _read(path: str) -> str:
    try:
        return Path(path).read_text()
    except OSError:
        return ""


def kill_once(root: Path, rng: random.Random, run_s: float, right: object) -> Kill:
    """One run, one kill, one rerun."""
    shutil.rmtree(root / "results", ignore_errors=True)
    run = subprocess.Popen(GRADE, cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    moment = rng.uniform(0.1, run_s)
    time.sleep(moment)
    known = below(run.pid)
    victim = rng.choice([run.pid, *known])
    name = "parent" if victim == run.pid else f"descendant {known.index(victim)}"
    try:
        os.kill(victim, signal.SIGKILL)
    except ProcessLookupError:
        name += " (had ended)"
    _, words = run.communicate()
    time.sleep(_GONE_S)
    survivors = sum(1 for _ in _alive(known))
    again = subprocess.run(GRADE, cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
    return Kill(moment, name, survivors, difference(right, lines(root)), words + again.stderr)


def _alive(pids: list[int]) -> Iterator[int]:
    for pid in pids:
        state = _read(f"/proc/{pid}/stat").rpartition(")")[2].split()
        if state and state[0] not in "ZX":
            yield pid


def main() -> None:
    """The command line; exit code 1 where one kill was not survived."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", type=int, default=200, help="how many kills")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--students", type=int, default=12)
    options = parser.parse_args()
    ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)
    rng = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        make_class(root, options.students)
        subprocess.run(GRADE, cwd=root, check=True, stdout=subprocess.DEVNULL)
        right, began = lines(root), time.monotonic()
        subprocess.run([*GRADE, "--fresh"], cwd=root, check=True, stdout=subprocess.DEVNULL)
        run_s = time.monotonic() - began
        kills = []
        for number in range(options.n):
            kills.append(kill_once(root, rng, run_s, right))
            print(f"{number + 1}: {kills[-1]}" if not kills[-1].is_fine else f"{number + 1}: fine", flush=True)
    wrong = [kill for kill in kills if not kill.is_fine]
    print(f"{len(kills)} kills, {len(wrong)} of them not survived")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
