"""Measures per check how far right answers lie from the expected one, how near the nearest wrong one comes."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from grader.assignment import Assignment, load_assignment
from grader.checks.check import Check
from grader.checks.comparison import ExpectedBatch
from grader.checks.misconceptions.call_graph import CallGraph
from grader.checks.misconceptions.files import Misconception, with_misconception
from grader.course.folders import Course
from grader.course.isolated_runs import Cut, RunLimits, run_forked
from grader.course.loading import load_reference, reference_sources
from grader.errors import UsageError
from grader.model.tolerance import Tier, Tolerance
from grader.rubric.loading import load
from grader.rubric.messages import near
from grader.validation.equivalents import read_equivalents
from grader.validation.mutant_runs import Seen, Trials, costs, look, take_sample
from grader.validation.mutants import mutants_of
from grader.validation.validating import Extent, Told
from grader.validation.variants import AS_IT_IS, Variant, VariantSession, variants
from grader.worker.worker import set_random_states

# A tolerance should keep this far from right answers and from wrong ones: a student's rounding is not ours.
MARGIN = 10.0
_CPU_S = 120.0


@dataclass(frozen=True)
class Measured:
    """How far a variant or a wrong answer lies from what a check expects, in units of `Calibration.axis`."""

    name: str
    distance: float


@dataclass(frozen=True)
class Calibration:
    """One check's distances.

    Args:
        axis: `rtol`, with atol in the rubric's proportion to it, or `atol` where the rubric has no rtol.
        present: the rubric's tolerances on that axis, tier by tier.
        right: the variants that must earn everything, where they apply.
        single: the variant in float32, where it applies.
        wrong: the wrong answers that this check is to tell, nearest first.
        among: the wrong answers that lie no further off than right ones: this check cannot tell them.
        elsewhere: those near the tolerance that another check tells with a wide margin: no tolerance need tell them.
    """

    check: str
    axis: str
    present: tuple[float, ...]
    right: tuple[Measured, ...]
    single: Measured | None
    wrong: tuple[Measured, ...]
    among: tuple[str, ...]
    elsewhere: tuple[str, ...] = ()

    @property
    def spread(self) -> float:
        """How far right answers lie at most."""
        return max((one.distance for one in self.right), default=0.0)

    @property
    def nearest(self) -> Measured | None:
        """The wrong answer that comes nearest, of those that a number tells."""
        return next((one for one in self.wrong if math.isfinite(one.distance)), None)

    @property
    def is_exact(self) -> bool:
        """Whether the check asks for equal numbers, and every right answer gives them."""
        return self.present[0] == 0 and self.spread == 0

    @property
    def advice(self) -> float | None:
        """The tolerance to write: midway, on the log axis, between right and wrong; None where none fits between."""
        if self.spread == 0:
            return 0.0 if self.is_exact else self._between(2.0**-52)
        return self._between(self.spread)

    def _between(self, low: float) -> float | None:
        high = self.nearest.distance if self.nearest else 1.0
        if not low < high or math.isinf(low):
            return None
        return float(f"{math.sqrt(low * high):.0e}")

    @property
    def dangers(self) -> Iterator[str]:
        """What is wrong with the present tolerance, in sentences."""
        full = self.present[0]
        farthest = max(self.right, key=lambda one: one.distance, default=None)
        if farthest is not None and farthest.distance > full:
            yield f"too narrow: the right answer `{farthest.name}` loses points"
        elif farthest is not None and farthest.distance * MARGIN > full > 0:
            yield f"narrow: the right answer `{farthest.name}` is within a factor of {MARGIN:g}"
        if self.nearest is None:
            return
        if self.nearest.distance <= full:
            yield f"too wide: the wrong answer `{self.nearest.name}` passes"
        elif self.nearest.distance < full * MARGIN:
            yield f"wide: the wrong answer `{self.nearest.name}` is within a factor of {MARGIN:g}"

    def to_json(self) -> dict[str, Any]:
        """The calibration as JSON has it; infinite distances are null."""
        return {
            "check": self.check,
            "axis": self.axis,
            "present": list(self.present),
            "advice": self.advice,
            "dangers": list(self.dangers),
            "right": [_entry(one) for one in self.right],
            "float32": _entry(self.single) if self.single else None,
            "among": list(self.among),
            "elsewhere": list(self.elsewhere),
            "wrong": [_entry(one) for one in self.wrong[:5]],
        }


def _entry(one: Measured) -> dict[str, Any]:
    return {"name": one.name, "distance": one.distance if math.isfinite(one.distance) else None}


def calibrate(
    course: Course,
    name: str,
    extent: Extent,
    tell: Told = lambda _what, _done, _total: None,
    only: Collection[str] = (),
) -> list[Calibration]:
    """The calibration of some code checks; of all where none is named.

    Raises:
        UsageError: there is no such assignment or check, or a library is not installed.
        RubricError: the assignment cannot be loaded.
    """
    folder = course.reference(name)
    known = [spec.id for spec in load(course.rubric(name)).checks if spec.part == "code"]
    if unknown := sorted(set(only) - set(known)):
        hint = near(unknown[0], known)
        raise UsageError(f"--only names {unknown[0]}, which is no code check of {name}: {hint}")
    assignment = load_assignment(
        course, name, checks_only=only, progress=lambda done, total, _check: tell("checks prepared", done, total)
    )
    unit = replace(assignment, checks={check.id: in_units(check) for check in assignment.checks.values()})
    wanted = [check for check in assignment.checks.values() if not only or check.id in only]
    asked = _Asked(unit, folder, frozenset(check.id for check in wanted), extent, tell)
    right, wrong = asked.right(), [*asked.misconceptions(), *asked.mutants()]
    tellers = _tellers(assignment, wrong)
    return [_calibration(check, right, wrong, tellers) for check in wanted]


def axis_of(tolerance: Tolerance) -> tuple[str, Tolerance, tuple[float, ...]]:
    """On what axis a tolerance lies, the tolerance at 1 there, and where each of its tiers lies."""
    first = tolerance.tiers[0]
    if first.rtol == 0 and first.atol > 0:
        return "atol", _only(tolerance, Tier(0.0, 1.0)), tuple(tier.atol for tier in tolerance.tiers)
    proportion = first.atol / first.rtol if first.rtol else 0.0
    return "rtol", _only(tolerance, Tier(1.0, proportion)), tuple(tier.rtol for tier in tolerance.tiers)


def _only(tolerance: Tolerance, tier: Tier) -> Tolerance:
    return replace(tolerance, tiers=(tier,))


def in_units(check: Check) -> Check:
    """The check with a tolerance by which an error is measured in units of its axis."""
    _, unit, _ = axis_of(check.spec.tolerance)
    claims = check.plan.claims
    return replace(
        check, spec=replace(check.spec, tolerance=unit), sheet=None if claims is None else ExpectedBatch(claims, unit)
    )


# By check.
_Distances = Mapping[str, float]


def _distance(seen: Seen) -> float:
    """Infinite where no number tells how far an answer is off."""
    if math.isnan(seen.worst):
        return math.inf if seen.lost else 0.0
    return seen.worst


@dataclass(frozen=True)
class _Asked:
    """What is measured: everything that the wanted checks may see, by these and by whatever other check sees it.

    Args:
        unit: the assignment, each check with a tolerance of 1 on its axis.
    """

    unit: Assignment
    folder: Path
    wanted: frozenset[str]
    extent: Extent
    tell: Told

    def right(self) -> list[tuple[Variant, _Distances]]:
        """How far the variants lie from what the wanted checks expect."""

        def run(variant: Variant) -> _Distances:
            set_random_states(self.unit.seed)
            found = {}
            for check in map(self.unit.checks.__getitem__, sorted(self.wanted)):
                active = variant.start()
                seen = look(check, VariantSession(load_reference(self.folder), active))
                if active.n_used:
                    found[check.id] = _distance(seen)
            return found

        every = variants(self.unit.rubric.modules)
        limits = RunLimits(_CPU_S, 4096)
        found: dict[str, _Distances] = {}
        for variant, outcome in run_forked(run, every, limits=lambda _variant: limits, workers=self.extent.workers):
            found[variant.name] = {} if isinstance(outcome, Cut) else outcome
            self.tell("right answers", len(found), len(every))
        return [(variant, found[variant.name]) for variant in every]

    def misconceptions(self) -> Iterator[tuple[str, _Distances]]:
        """How far those lie that a wanted check may see."""
        known = [one for one in self.unit.misconceptions.known if self._concerned_checks(one.replaces)]

        def run(one: Misconception) -> _Distances:
            set_random_states(self.unit.seed)
            session = with_misconception(one, self.folder)
            return {check.id: _distance(look(check, session)) for check in self._concerned_checks(one.replaces)}

        limits = RunLimits(_CPU_S, 4096)
        outcomes = run_forked(run, known, limits=lambda _one: limits, workers=self.extent.workers)
        for done, (one, outcome) in enumerate(outcomes, start=1):
            self.tell("misconceptions", done, len(known))
            if not isinstance(outcome, Cut):
                yield one.name, outcome

    def mutants(self) -> Iterator[tuple[str, _Distances]]:
        """How far those lie that a wanted check may see, but for the settled ones."""
        equivalent = read_equivalents(self.folder)
        concerned = mutants_of(self._sources, lambda definition: bool(self._concerned_checks(definition)))
        mutants = [one for one in take_sample(concerned, self.extent.mutants) if one.id not in equivalent]
        cost = costs(self.unit, load_reference(self.folder))
        trials = Trials(self.unit, self._sources, self.folder, cost).run(mutants, self.extent.workers)
        for done, trial in enumerate(trials, start=1):
            self.tell("mutants", done, len(mutants))
            yield trial.mutant.id, {seen.check: _distance(seen) for seen in trial.seen}

    @cached_property
    def _sources(self) -> dict[str, str | bytes]:
        return reference_sources(self.folder)

    @cached_property
    def _reach(self) -> CallGraph:
        return CallGraph.of(self.folder)

    def _concerned_checks(self, changed: str) -> list[Check]:
        """The checks that may see a change of a function; none where no wanted one does."""
        checks = self._reach.checks(changed, list(self.unit.checks.values()))
        return checks if any(check.id in self.wanted for check in checks) else []


def _tellers(assignment: Assignment, wrong: Sequence[tuple[str, _Distances]]) -> dict[str, frozenset[str]]:
    """The checks from whose tolerance a wrong answer lies far away, by its name."""
    full = {check.id: axis_of(check.spec.tolerance)[2][0] for check in assignment.checks.values()}
    return {name: frozenset(check for check, far in of.items() if far > MARGIN * full[check]) for name, of in wrong}


def _calibration(
    check: Check,
    right: Sequence[tuple[Variant, _Distances]],
    wrong: Sequence[tuple[str, _Distances]],
    tellers: Mapping[str, frozenset[str]],
) -> Calibration:
    axis, _, present = axis_of(check.spec.tolerance)
    applied = [(variant, Measured(variant.name, of[check.id])) for variant, of in right if check.id in of]
    own = next((one.distance for variant, one in applied if variant.name == AS_IT_IS), 0.0)
    full = tuple(one for variant, one in applied if variant.is_full)
    spread = max((one.distance for one in full), default=0.0)
    other = sorted(
        (Measured(name, of[check.id]) for name, of in wrong if of.get(check.id, own) > own),
        key=lambda one: (one.distance, one.name),
    )
    beyond = [one for one in other if one.distance > MARGIN * spread]
    to_tell = [one for one in beyond if check.id in tellers[one.name] or not tellers[one.name]]
    return Calibration(
        check=check.id,
        axis=axis,
        present=present,
        right=full,
        single=next((one for variant, one in applied if not variant.is_full), None),
        wrong=tuple(to_tell),
        among=tuple(one.name for one in other if one.distance <= MARGIN * spread),
        elsewhere=tuple(one.name for one in beyond if one not in to_tell),
    )
