"""The ways to grade one class that are compared, each measured on the same submissions and checks."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import measuring
from benchmarks.course import ASSIGNMENT, CACHE, change_tolerance, forget, make_course
from benchmarks.measuring import ROOT, Cost, measured, together
from benchmarks.others import Nbgrader, NotInstallable, Otter, Tools


@dataclass(frozen=True)
class Sizes:
    """How many submissions each part of a benchmark grades."""

    students: int = 200
    naive: int = 8
    others: int = 4
    scale: tuple[int, ...] = (10, 100, 1000)
    hostile: int = 200

    @property
    def repeated(self) -> int:
        """The size of the class that is graded again: 1,000, or the largest where there is none of so many."""
        return min((n for n in self.scale if n >= 1000), default=self.scale[-1])


@dataclass
class Benchmark:
    """One run of everything, in a scratch folder.

    Args:
        tools: where the environment of the other graders is or comes to be; None leaves them out.
        skipped: the ways that could not be tried, each with the reason.
    """

    work: Path
    sizes: Sizes
    tools: Path | None
    say: Callable[[Cost], None] = lambda _cost: None
    skipped: dict[str, str] = field(default_factory=dict)

    def ways(self) -> list[Cost]:
        """The code checks of one class, graded in each way.

        What others are compared with is measured at both ends, and what is compared in the order 1 2 2 1: a processor
        whose clock drifts during the run favours nobody.
        """
        course = self.work / "class"
        folders = make_course(course, self.sizes.students, code_only=True)
        return together(self._told(cost) for cost in self._ways(course, folders))

    def scale(self) -> list[Cost]:
        """All checks, write-ups included, of growing classes; of one a second run and a changed tolerance."""
        costs = []
        known: Path | None = None
        for n in self.sizes.scale:
            course = self.work / f"class of {n}"
            make_course(course, n, code_only=False)
            if known is None:  # draws the cases, as the first run of all does
                measuring.grade(course, ASSIGNMENT, 2)
                forget(course, cases=False)
            else:
                shutil.copytree(known / CACHE, course / CACHE)
            costs.append(self._told(self._graded(course, "scale", n)))
            known = course
            if n == self.sizes.repeated:
                costs.append(self._told(self._graded(course, "unchanged", n)))
                change_tolerance(course)
                costs.append(self._told(self._graded(course, "tolerance", n)))
        return costs

    def hostile(self) -> list[Cost]:
        """The same class with one student in fifty who hangs or crashes in one function."""
        course = self.work / "hostile"
        make_course(course, self.sizes.hostile, code_only=False, hostile=0.02)
        return [self._told(self._graded(course, "hostile", self.sizes.hostile))]

    def _ways(self, course: Path, folders: list[Path]) -> Iterator[Cost]:
        few, n = folders[: self.sizes.naive], len(folders)
        yield measured("naive", len(few[::2]), lambda: naive(course, few[::2]))
        yield from self._others(course, folders[: self.sizes.others])
        for workers in (1, 2):
            forget(course, cases=True)
            yield self._graded(course, f"cold{workers}", n, workers)
        yield measured("floor", n, lambda: floor(course, folders))
        for workers in (1, 2, 2, 1):
            forget(course, cases=False)
            yield self._graded(course, f"warm{workers}", n, workers)
        yield measured("floor", n, lambda: floor(course, folders))
        yield measured("naive", len(few[1::2]), lambda: naive(course, few[1::2]))

    def _others(self, course: Path, folders: list[Path]) -> Iterator[Cost]:
        if self.tools is None:
            return
        try:
            tools = Tools.installed(self.tools)
        except NotInstallable as reason:
            self.skipped |= dict.fromkeys(("otter", "nbgrader"), str(reason))
            return
        for name, kind in (("otter", Otter), ("nbgrader", Nbgrader)):
            other = kind(tools, course, self.work / name)
            other.prepare(folders)
            yield measured(name, len(folders), lambda other=other: other.grade(folders))  # type: ignore[misc]
            _must_have_graded(name, [other.passed(folder) for folder in folders])

    def _graded(self, course: Path, way: str, n: int, workers: int = 2) -> Cost:
        return measured(way, n, lambda: measuring.grade(course, ASSIGNMENT, workers))

    def _told(self, cost: Cost) -> Cost:
        self.say(cost)
        return cost


def naive(course: Path, folders: list[Path]) -> None:
    """One pytest process per submission."""
    tests = str(ROOT / "benchmarks" / "naive_pytest.py")
    for folder in folders:
        done = measuring.python(
            "-m", "pytest", "-q", "-p", "no:cacheprovider", tests,
            SUBMISSION=str(folder), COURSE=str(course), ASSIGNMENT=ASSIGNMENT,
        )  # fmt: skip
        if done.returncode not in (0, 1):
            raise RuntimeError(f"pytest ended with {done.returncode}: {done.stdout[-2000:]}")


def floor(course: Path, folders: list[Path]) -> None:
    """The floor, in a process of its own so that its start counts too."""
    done = measuring.python("-m", "benchmarks.limit", str(course), ASSIGNMENT, *map(str, folders))
    if done.returncode:
        raise RuntimeError(f"benchmarks.limit ended with {done.returncode}: {done.stderr[-2000:]}")


def _must_have_graded(name: str, passed: list[dict[str, bool]]) -> None:
    """A class that was not graded costs next to nothing, which must not look fast."""
    if not all(any(checks.values()) for checks in passed):
        raise RuntimeError(f"{name} passes nobody in anything, so it did not grade")
