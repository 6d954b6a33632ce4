"""The floor: in one process, the cases drawn once, the student's functions called bare, one lean comparison a check.

It isolates nothing, limits nothing, explains nothing and stores nothing: no grader can do the same checks for less.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.direct import AssertingExpect, DirectModules
from grader import wire
from grader.assignment import Assignment
from grader.checks.api.expect import Claim, Fact, Numbers, Unchanged
from grader.checks.api.reply import Reply, origin_of
from grader.checks.api.student import Student
from grader.checks.check import Check
from grader.course.folders import Course
from grader.model.arrays import Array


class Floor:
    """An assignment, made ready to be asked of many students in this process."""

    def __init__(self, assignment: Assignment) -> None:
        self._checks = {check.id: _prepared(check) for check in assignment.checks.values()}

    def passes(self, folder: Path) -> dict[str, bool]:
        """Per check, whether the submission passes in full."""
        with DirectModules(folder) as modules:
            return {name: _holds(check, modules) for name, check in self._checks.items()}


@dataclass(frozen=True)
class _Compiled:
    """A check that never looks at a reply itself: its calls, and the right answers side by side."""

    calls: list[Any]
    numbers: list[tuple[int, tuple[int, ...]]]  # the call, and the shape it must answer in
    unchanged: list[tuple[int, tuple[Any, ...]]]
    expected: Array
    bound: Array

    def holds(self, modules: DirectModules, *, own: bool) -> bool:
        """Whether all cases pass; `own` gives each call arrays of its own."""
        replies: list[Any] = []
        for (owner, name), args, named, show in self.calls:
            given = [arg.copy() if (own or show) and isinstance(arg, np.ndarray) else arg for arg in args]
            result = getattr(getattr(modules, owner), name)(*given, **named)
            replies.append(given if show else result)
        actual = [_flat(replies[call], shape) for call, shape in self.numbers]
        if not all(_same(before, replies[call]) for call, before in self.unchanged):
            return False
        return not actual or bool(np.all(np.abs(np.concatenate(actual) - self.expected) <= self.bound))


@dataclass(frozen=True)
class _Body:
    """A check whose body looks at replies: it is run with bare functions, and stops at the first that differs."""

    check: Check

    def holds(self, modules: DirectModules, *, own: bool) -> bool:
        """Whether all cases pass."""
        tier = self.check.spec.tolerance.tiers[0]
        offered: dict[str, Any] = {"student": modules, "expect": AssertingExpect(tier.rtol, tier.atol)}
        offered["reference"] = Student(self.check.reference)
        for case in self.check.cases:
            given = {
                name: value.copy() if own and isinstance(value, np.ndarray) else value for name, value in case.items()
            }
            self.check.body(**{name: offered[name] for name in self.check.offered}, **given)
        return True


def _prepared(check: Check) -> _Compiled | _Body:
    claims = [claim for of_case in check.plan.claims or () for claim in of_case]
    sent = [wire.decode(call, tensor=sys.modules["torch"].from_numpy, marked=True) for call in check.plan.calls]
    if not all(map(_is_bare, sent)) or not claims or not all(_is_plain(claim) for claim in claims):
        return _Body(check)
    calls = list(map(_read, sent))
    for call in calls:
        _lock(call[1])
    numbers = [claim for claim in claims if isinstance(claim, Numbers)]
    return _Compiled(
        calls,
        [(origin_of(claim.actual).index, claim.expected.shape) for claim in numbers],
        [(origin_of(claim.actual).index, claim.before) for claim in claims if isinstance(claim, Unchanged)],
        _joined(claim.expected for claim in numbers),
        _joined(_bound(claim, check) for claim in numbers),
    )


def _is_bare(call: Any) -> bool:
    """Whether a call is of a module's function, with data alone."""
    (owner, _), args, *_ = call
    return isinstance(owner, str) and not any(isinstance(arg, wire.Ref) or _is_made(arg) for arg in args)


def _is_made(arg: Any) -> bool:
    """Whether an argument names or makes something, such as a function."""
    return isinstance(arg, list) and bool(arg) and (arg[0] is wire.Mark.NAME or arg[0] is wire.Mark.MAKE)


def _read(value: Any) -> Any:
    return wire.map_items(value, _read)


def _is_plain(claim: Claim) -> bool:
    return claim.holds if isinstance(claim, Fact) else isinstance(claim.actual, Reply)


def _lock(args: Iterable[Any]) -> None:
    """Arrays are shared by all calls: whoever writes to one is found out, and called again with copies."""
    for arg in args:
        if isinstance(arg, np.ndarray):
            arg.flags.writeable = False


def _bound(claim: Numbers, check: Check) -> Array:
    tier = check.spec.tolerance.tiers[0]
    size = np.abs(claim.expected) if claim.scale is None else claim.scale
    bound: Array = np.zeros_like(size) if claim.exact else tier.atol + tier.rtol * size
    return bound


def _joined(parts: Iterable[Array]) -> Array:
    flat = [np.ravel(part) for part in parts]
    return np.concatenate(flat) if flat else np.zeros(0)


def _flat(reply: Any, shape: tuple[int, ...]) -> Array:
    array: Array = np.asarray(reply.detach() if hasattr(reply, "detach") else reply, dtype=np.float64)
    if array.shape != shape and array.size != 1:
        raise ValueError("another shape")
    return array.ravel()


def _same(before: Sequence[Any], after: Sequence[Any]) -> bool:
    pairs = zip(before, after, strict=True)
    return all(np.array_equal(one, other) for one, other in pairs if isinstance(one, np.ndarray))


def _holds(check: _Compiled | _Body, modules: DirectModules) -> bool:
    try:
        return check.holds(modules, own=False)
    except Exception as error:
        if "read-only" not in str(error):
            return False
    try:
        return check.holds(modules, own=True)
    except Exception:
        return False


def main() -> None:
    """Ask every check of an assignment of every folder: COURSE ASSIGNMENT FOLDER…"""
    from grader.assignment import load_assignment

    course, name, *folders = sys.argv[1:]
    floor = Floor(load_assignment(Course(Path(course)), name))
    for folder in folders:
        floor.passes(Path(folder))


if __name__ == "__main__":
    main()
