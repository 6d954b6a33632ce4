"""A synthetic class of homework 1: each student a mix of right and wrong functions, reproducible by seed."""

from __future__ import annotations

import argparse
import random
from pathlib import Path

from benchmarks.pool import RIGHT, WRONG
from benchmarks.write_ups import write_up

# Share of functions that are wrong: with 16 functions, a student has one or two mistakes.
WRONG_RATE = 0.1
HEADER = '"""Homework 1, student {student}, seed {seed}."""\n\nimport numpy as np\nimport torch\n'
REMARKS = ("# checked by hand on a small example", "# see the lecture notes", "# version {n}", "# took me {n} minutes")


def generate(folder: Path, students: int, seed: int) -> list[Path]:
    """Write `students` submissions below `folder`; their folders, in order."""
    rng = random.Random(seed)
    return [_student(folder / f"s{number:05}", number, seed, rng) for number in range(students)]


def _student(folder: Path, number: int, seed: int, rng: random.Random) -> Path:
    folder.mkdir(parents=True)
    modules: dict[str, list[str]] = {}
    for target in RIGHT:
        source = rng.choice(WRONG[target] if rng.random() < WRONG_RATE else RIGHT[target]).strip("\n")
        modules.setdefault(target.split(".")[0], []).append(f"{_remark(rng)}\n{source}")
    for module, functions in modules.items():
        text = HEADER.format(student=number, seed=seed) + "\n\n" + "\n\n\n".join(functions) + "\n"
        (folder / f"{module}.py").write_text(text, encoding="utf-8")
    title = f"Homework 1, student {number}\n\n"
    (folder / "answers.md").write_text(title + write_up(rng), encoding="utf-8")
    return folder


def _remark(rng: random.Random) -> str:
    return rng.choice(REMARKS).format(n=rng.randint(2, 90))


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--students", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    generate(options.out, options.students, options.seed)


if __name__ == "__main__":
    main()
