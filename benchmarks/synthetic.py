"""A synthetic class of homework 1: each student a mix of right and wrong functions, reproducible by seed."""

from __future__ import annotations

import argparse
import random
from pathlib import Path

from benchmarks.pool import HOSTILE, RIGHT, WRONG
from benchmarks.write_ups import write_up

# Share of functions that are wrong: with 16 functions, a student has one or two mistakes.
WRONG_RATE = 0.1
HEADER = '"""Homework 1, student {student}, seed {seed}."""\n\nimport numpy as np\nimport torch\n'
REMARKS = ("# checked by hand on a small example", "# see the lecture notes", "# version {n}", "# took me {n} minutes")


def generate(folder: Path, students: int, seed: int, *, wrong: float = WRONG_RATE, hostile: float = 0.0) -> list[Path]:
    """Write `students` submissions below `folder`; their folders, in order.

    `wrong` is the share of functions with a mistake, `hostile` the share of students who hang or crash in one function.
    Whoever is not hostile hands in the same at any `hostile`.
    """
    rng, harm = random.Random(seed), random.Random(f"hostile {seed}")
    folders = []
    for number in range(students):
        functions = _functions(wrong, rng)
        if harm.random() < hostile:
            functions |= _harmful(harm)
        folders.append(folder / f"s{number:05}")
        _hand_in(folders[-1], functions, number, seed, rng)
    return folders


def _functions(wrong: float, rng: random.Random) -> dict[str, str]:
    """One student's source of each function, under a remark."""
    written = {}
    for target in RIGHT:
        source = rng.choice(WRONG[target] if rng.random() < wrong else RIGHT[target]).strip("\n")
        written[target] = f"{_remark(rng)}\n{source}"
    return written


def _harmful(harm: random.Random) -> dict[str, str]:
    """One function, replaced by one that does harm."""
    target, act = harm.choice(list(RIGHT)), harm.choice(list(HOSTILE))
    return {target: f"# {act}\ndef {target.split('.')[1]}(*args, **kwargs):{HOSTILE[act]}"}


def _hand_in(folder: Path, functions: dict[str, str], number: int, seed: int, rng: random.Random) -> None:
    folder.mkdir(parents=True)
    modules: dict[str, list[str]] = {}
    for target, source in functions.items():
        modules.setdefault(target.split(".")[0], []).append(source)
    for module, sources in modules.items():
        text = HEADER.format(student=number, seed=seed) + "\n\n" + "\n\n\n".join(sources) + "\n"
        (folder / f"{module}.py").write_text(text, encoding="utf-8")
    title = f"Homework 1, student {number}\n\n"
    (folder / "answers.md").write_text(title + write_up(rng), encoding="utf-8")


def _remark(rng: random.Random) -> str:
    return rng.choice(REMARKS).format(n=rng.randint(2, 90))


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--students", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--wrong", type=float, default=WRONG_RATE, metavar="RATE", help="share of wrong functions")
    parser.add_argument(
        "--hostile", type=float, default=0.0, metavar="RATE", help="share of students who hang or crash"
    )
    options = parser.parse_args()
    generate(options.out, options.students, options.seed, wrong=options.wrong, hostile=options.hostile)


if __name__ == "__main__":
    main()
