"""Tries changed model answers on the checks that may see the change, each in a child of its own."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import ModuleType

import numpy as np

from grader.assignment import Assignment
from grader.checks.check import Check
from grader.checks.misconceptions.call_graph import CallGraph
from grader.checks.runner import CheckRunner
from grader.course.isolated_runs import Cut, RunLimits, run_forked
from grader.course.loading import load_modules
from grader.errors import RubricError
from grader.sandbox.local import LocalSession
from grader.validation.mutants import Mutant
from grader.validation.numeric_mutants import ACTED
from grader.worker.worker import set_random_states

# A mutant has this many times what the model answer takes for the same checks, and never less than a second.
PATIENCE = 10


@dataclass(frozen=True)
class Seen:
    """What one check saw of a changed answer.

    Args:
        lost: the share of its points.
        worst: the largest error in units of the tolerance; NaN where nothing could be measured.
        answered: whether it lost them by what was answered; any check sees that a function raises.
        fault: how the check itself failed on it.
    """

    check: str
    lost: Fraction
    worst: float = math.nan
    answered: bool = True
    fault: str = ""


@dataclass(frozen=True)
class Trial:
    """How a mutant fared.

    Args:
        seen: by the checks that may see the change; none where it does not load or did not return.
        end: why nothing was seen: it does not load, ran out of time, crashed.
        acts: whether it did anything else than the model answer would; one of mutmut's always does.
    """

    mutant: Mutant
    seen: tuple[Seen, ...]
    end: str = ""
    acts: bool = True

    @property
    def is_caught(self) -> bool:
        """Whether somebody who hands this in loses points."""
        return bool(self.end) or any(seen.lost for seen in self.seen)


def look(check: Check, session: LocalSession) -> Seen:
    """What a check sees of an answer; the same as its verdict, without words for a student."""
    findings = CheckRunner(check, session).run()
    if findings.fault is not None:
        return Seen(check.id, Fraction(0), fault=findings.fault)
    tiers = check.spec.tolerance.tiers
    tier = int(findings.marks.tier.max(initial=0))
    lost = 1 - tiers[tier].credit if tier < len(tiers) else Fraction(1)
    answered = any(case not in findings.failures for case in findings.failing) or not findings.failing
    measured = findings.marks.excess[~np.isnan(findings.marks.excess)]
    is_measured = len(measured) and not findings.failures and not findings.marks.problems
    return Seen(check.id, lost, float(measured.max()) if is_measured else math.nan, answered)


def costs(assignment: Assignment, modules: Mapping[str, ModuleType]) -> dict[str, float]:
    """The processor time that each check takes with the model answer."""
    session, seconds = LocalSession(modules), {}
    for check in assignment.checks.values():
        started = time.process_time()
        CheckRunner(check, session).run()
        seconds[check.id] = time.process_time() - started
    return seconds


class Trials:
    """Tries mutants of one assignment's model answer.

    Args:
        sources: the model answer's modules by file name.
        folder: where they lie.
        cost: the processor time of each check with the model answer.
    """

    def __init__(
        self, assignment: Assignment, sources: Mapping[str, str | bytes], folder: Path, cost: Mapping[str, float]
    ) -> None:
        self._sources = sources
        self._folder = folder
        self._reach = CallGraph.of(folder)
        self._checks = list(assignment.checks.values())
        self._cost = cost
        self._seed = assignment.seed
        self._memory_mib = assignment.budget.memory_mib

    def run(self, mutants: Sequence[Mutant], workers: int) -> Iterator[Trial]:
        """The trials as they end."""
        for mutant, outcome in run_forked(self._look, mutants, limits=self._limits, workers=workers):
            yield Trial(mutant, (), outcome.reason) if isinstance(outcome, Cut) else outcome

    def _concerned_checks(self, mutant: Mutant) -> list[Check]:
        return self._reach.checks(f"{mutant.module}.{mutant.definition}", self._checks)

    def _limits(self, mutant: Mutant) -> RunLimits:
        taken = sum(self._cost[check.id] for check in self._concerned_checks(mutant))
        return RunLimits(max(1.0, PATIENCE * taken), self._memory_mib)

    def _look(self, mutant: Mutant) -> Trial:
        try:
            modules = load_modules({**self._sources, mutant.file: mutant.source}, self._folder)
        except RubricError:
            return Trial(mutant, (), "does not load")
        set_random_states(self._seed)
        session = LocalSession(modules)
        seen = tuple(look(check, session) for check in self._concerned_checks(mutant))
        return Trial(mutant, seen, acts=ACTED not in mutant.source or hasattr(modules[mutant.module], ACTED))


def take_sample(mutants: Sequence[Mutant], n: int | None) -> list[Mutant]:
    """`n` of the mutants, spread evenly over the definitions they change; always the same ones."""
    if n is None or n >= len(mutants):
        return list(mutants)
    queues: dict[str, list[Mutant]] = {}
    for mutant in sorted(mutants, key=lambda mutant: mutant.id.rpartition(":")[2]):
        queues.setdefault(f"{mutant.module}.{mutant.definition}", []).append(mutant)
    turns = [mutant for turn in range(len(mutants)) for queue in queues.values() for mutant in queue[turn : turn + 1]]
    chosen = {mutant.id for mutant in turns[:n]}
    return [mutant for mutant in mutants if mutant.id in chosen]
