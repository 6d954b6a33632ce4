"""Measures what the checks ask: how constant, how square, how near the edges the arguments are, and what they cover."""

from __future__ import annotations

import ast
import os
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from grader import wire
from grader.checks.check import Check
from grader.checks.runner import CheckRunner
from grader.course.isolated_runs import Cut, RunLimits, run_forked
from grader.course.loading import load_reference
from grader.rubric.files import module_files
from grader.sandbox.local import LocalSession
from grader.worker.module_names import module_name

# Beyond these shares a check's inputs hide mistakes: a constant image cannot tell a flip from a shift, a square one
# cannot tell rows from columns.
MOST_CONSTANT, MOST_SQUARE = 1 / 3, 0.5
_FEW = 5
_COVERAGE_CPU_S = 120.0

# Where an argument stands: function, position, key.
Place = tuple[str, ...]


@dataclass(frozen=True)
class Inputs:
    """The arguments of all calls of a check, counted.

    Args:
        cases: how many there are.
        distinct: how many of the calls differ.
        constant: the share of arrays of several elements whose elements are all equal; None without such arrays.
        square: the share of matrices of more than one element with as many rows as columns, where shapes vary at all;
            None without any.
        edges: the share of cases in which a number or a length is the smallest or the largest that the check asks.
    """

    cases: int
    calls: int
    distinct: int
    constant: float | None
    square: float | None
    edges: float | None

    @property
    def weaknesses(self) -> Iterator[str]:
        """What may hide a mistake, in words."""
        if self.constant is not None and self.constant > MOST_CONSTANT:
            yield f"{self.constant:.0%} of its arrays are constant"
        if self.square is not None and self.square > MOST_SQUARE:
            yield f"{self.square:.0%} of its matrices are square"
        if self.cases >= _FEW and self.distinct * 2 < self.cases:
            yield f"only {self.distinct} different calls in {self.cases} cases"


def inputs_of(check: Check) -> Inputs:
    """The measures of one check."""
    plan = check.plan
    calls = [wire.decode(call, marked=True) for call in plan.calls]
    arrays: dict[Place, list[np.ndarray[Any, Any]]] = defaultdict(list)
    sizes: dict[Place, list[tuple[int, float]]] = defaultdict(list)
    for case in range(len(check.cases)):
        for target, args, named, _ in calls[plan.bounds[case] : plan.bounds[case + 1]]:
            for place, value in _leaves([args, named], (str(target[1]),)):
                if isinstance(value, np.ndarray):
                    arrays[place].append(value)
                    for axis, length in enumerate(value.shape):
                        sizes[(*place, f"axis {axis} of {value.ndim}")].append((case, length))
                elif isinstance(value, int | float) and not isinstance(value, bool):
                    sizes[place].append((case, value))
    several = [array for alike in arrays.values() for array in alike if array.size > 1]
    varying = [alike for alike in arrays.values() if len({array.shape[-2:] for array in alike}) > 1]
    matrices = [array for alike in varying for array in alike if array.ndim >= 2 and array.size > 1]
    return Inputs(
        cases=len(check.cases),
        calls=len(calls),
        distinct=len(set(plan.calls)),
        constant=_share([bool((array == array.flat[0]).all()) for array in several]),
        square=_share([array.shape[-1] == array.shape[-2] for array in matrices]),
        edges=_at_edges(list(sizes.values()), len(check.cases)),
    )


def asked_once(checks: Sequence[Check]) -> list[str]:
    """The functions that all checks together call with the same arguments only: who knows that answer is right."""
    calls: dict[str, set[bytes]] = defaultdict(set)
    several = set()
    for encoded in (call for check in checks for call in check.plan.calls):
        (owner, name), args, named, _ = wire.decode(encoded, marked=True)
        if isinstance(owner, str):
            leaves = [value for _, value in _leaves([args, named], ())]
            calls[f"{owner}.{name}"].add(encoded)
            if any(isinstance(leaf, wire.Ref) for leaf in leaves) or not any(map(_is_numeric, leaves)):
                several.add(f"{owner}.{name}")  # what is handed on, or lies in a file, may be another thing each time
    return sorted(name for name, different in calls.items() if len(different) == 1 and name not in several)


def _is_numeric(leaf: Any) -> bool:
    return isinstance(leaf, np.ndarray | int | float)


def _leaves(value: Any, place: Place) -> Iterator[tuple[Place, Any]]:
    """Every array and number within an argument, with where it stands."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _leaves(item, (*place, str(key)))
    elif isinstance(value, list):
        for index, item in enumerate(_items(value)):
            yield from _leaves(item, (*place, str(index)))
    else:
        yield place, value


def _items(sent: list[Any]) -> list[Any]:
    """What a list that was sent stands for: of what is made of parts, the parts."""
    if not sent or not isinstance(sent[0], wire.Mark):
        return sent
    return sent[2:] if sent[0] is wire.Mark.MAKE else [] if sent[0] is wire.Mark.NAME else sent[1:]


def _share(facts: Sequence[bool]) -> float | None:
    return sum(facts) / len(facts) if facts else None


def _at_edges(measured: Sequence[Sequence[tuple[int, float]]], n_cases: int) -> float | None:
    """The share of cases with an extreme of something that varies; None where nothing does."""
    varying = [pairs for pairs in measured if len({value for _, value in pairs}) > 1]
    if not varying:
        return None
    extreme = set()
    for pairs in varying:
        low, high = min(value for _, value in pairs), max(value for _, value in pairs)
        extreme |= {case for case, value in pairs if value in (low, high)}
    return len(extreme) / n_cases


@dataclass(frozen=True)
class Covered:
    """What of one function of the model answer the cases run.

    Args:
        lines: how many statements it has.
        missed: the lines of those that never run.
        branches: how many ways its conditions may go.
        untaken: the lines of conditions that always go the same way.
    """

    function: str
    lines: int
    missed: tuple[int, ...]
    branches: int
    untaken: tuple[int, ...]


def coverage_of(checks: Sequence[Check], folder: Path) -> list[Covered]:
    """What all cases together run of each function in a folder of model answers."""
    limits = RunLimits(_COVERAGE_CPU_S, 4096)
    [(_, found)] = run_forked(lambda _: _measure_coverage(checks, folder), [None], limits=lambda _: limits, workers=1)
    return [] if isinstance(found, Cut) else found


def _measure_coverage(checks: Sequence[Check], folder: Path) -> list[Covered]:
    import coverage

    own = [str(folder / "*.py"), str(folder / "**" / "*.py")]
    meter = coverage.Coverage(data_file=None, branch=True, include=own, config_file=False)
    meter.start()
    session = LocalSession(load_reference(folder, root=f"{folder}{os.sep}"))
    for check in checks:
        CheckRunner(check, session).run()
    meter.stop()
    return [covered for path in module_files(folder) for covered in _of_file(meter, path, folder)]


def _of_file(meter: Any, path: Path, folder: Path) -> Iterator[Covered]:
    module, _ = module_name(path.relative_to(folder).as_posix())
    _, statements, _, missing, _ = meter.analysis2(str(path))
    branches: dict[int, tuple[int, int]] = meter.branch_stats(str(path))
    for node in ast.parse(path.read_bytes()).body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        inside = range(node.lineno + 1, (node.end_lineno or node.lineno) + 1)
        taken = {line: pair for line, pair in branches.items() if line in inside}
        yield Covered(
            function=f"{module}.{node.name}",
            lines=sum(line in inside for line in statements),
            missed=tuple(line for line in missing if line in inside),
            branches=sum(exits for exits, _ in taken.values()),
            untaken=tuple(line for line, (exits, used) in taken.items() if 0 < used < exits),
        )
