"""Validates an assignment: all that its rubric promises is tried out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.assignment import Assignment, load_assignment
from grader.checks.misconceptions.call_graph import CallGraph
from grader.course.folders import Course
from grader.course.loading import load_reference, reference_sources
from grader.rubric.loading import load
from grader.validation.consistency import disagreements
from grader.validation.constants import ConstantAnswer, constant_answers
from grader.validation.containers import STYLES, unfair
from grader.validation.determinism import seed_failures, shortfalls
from grader.validation.equivalents import read_equivalents
from grader.validation.input_coverage import asked_once, coverage_of, inputs_of
from grader.validation.misconception_tests import Belief, MisconceptionTests
from grader.validation.mutant_runs import Trial, Trials, costs, take_sample
from grader.validation.mutants import Mutant, mutants_of
from grader.validation.numeric_mutants import numeric_mutants
from grader.validation.report import CheckReport, Report
from grader.validation.writeup_trials import writeup_reports

N_SEEDS = 5
# What is being done, how much of it is done, of how much.
Told = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Extent:
    """How much is tried.

    Args:
        mutants: at most so many, spread over all functions; all where None.
        seeds: under how many the model answer must earn everything.
        workers: how many processes work at a time.
    """

    mutants: int | None = None
    seeds: int = N_SEEDS
    workers: int = 1


def validate(course: Course, name: str, extent: Extent, tell: Told = lambda _what, _done, _total: None) -> Report:
    """Try an assignment out.

    Raises:
        UsageError: there is no such assignment, or a library is not installed.
        RubricError: the assignment cannot even be loaded.
    """
    rubric_file, folder = course.rubric(name), course.reference(name)
    rubric, equivalent = load(rubric_file), read_equivalents(folder)
    assignment = load_assignment(
        course, name, progress=lambda done, total, _check: tell("checks prepared", done, total)
    )
    seeds = [rubric.seed + step for step in range(extent.seeds)]
    faults = [*disagreements(rubric, rubric_file), *shortfalls(assignment, folder)]
    faults += _under_seeds(course, name, seeds[1:], extent, tell)
    if faults:
        return Report(name, tuple(faults), tuple(seeds))
    unfairness = list(_unfairness(assignment, folder, extent, tell))
    sources = reference_sources(folder)
    checks = list(assignment.checks.values())
    beliefs = list(_beliefs(assignment, folder, extent, tell))
    constants = _constants(assignment, folder, extent, tell)
    called = {name for check in checks for name in check.plan.functions}
    numeric = numeric_mutants(sources, called, writes=_asks_for_arguments(rubric_file))
    mutants = [*mutants_of(sources), *numeric]
    every = list(_trials(assignment, folder, take_sample(mutants, extent.mutants), extent, tell))
    n_made = len(mutants)
    idle = {trial.mutant.id for trial in every if not trial.acts and not trial.is_caught}
    mutants = [mutant for mutant in mutants if mutant.id not in idle]
    trials = [trial for trial in every if trial.mutant.id not in idle]
    return Report(
        name,
        (),
        tuple(seeds),
        uncalled=tuple(CallGraph.of(folder).functions_without_check(checks)),
        checks=tuple(_reports(assignment, trials, beliefs, equivalent)),
        beliefs=tuple(sorted(beliefs, key=lambda belief: belief.name)),
        trials=tuple(trials),
        n_mutants=len(mutants),
        settled=tuple(equivalent.items()),
        stale=tuple(_stale(equivalent, mutants, trials)),
        unfair=tuple(unfairness),
        asked_once=tuple(asked_once(checks)),
        is_sample=len(every) < n_made,
        coverage=tuple(coverage_of(checks, folder)),
        writeups=tuple(writeup_reports(rubric)),
        constants=tuple(constants),
    )


def _asks_for_arguments(rubric_file: Path) -> bool:
    """Whether some check looks at what becomes of arguments: where none does, writing into them is no mistake."""
    python = rubric_file.with_suffix(".py")
    text = python.read_text(encoding="utf-8") if python.exists() else ""
    return "expect.unchanged" in text or "expect.call" in text


def _under_seeds(course: Course, name: str, seeds: Sequence[int], extent: Extent, tell: Told) -> Iterator[str]:
    for done, (seed, problems) in enumerate(seed_failures(course, name, seeds, extent.workers), start=1):
        tell("seeds", done, len(seeds))
        yield from (f"with seed {seed}: {problem}" for problem in problems)


def _unfairness(assignment: Assignment, folder: Path, extent: Extent, tell: Told) -> Iterator[str]:
    for done, problems in enumerate(unfair(assignment, folder, extent.workers)):
        tell("other containers", min(done + 1, len(STYLES)), len(STYLES))
        yield from problems


def _beliefs(assignment: Assignment, folder: Path, extent: Extent, tell: Told) -> Iterator[Belief]:
    done, total = 0, len(assignment.misconceptions.known)
    for group in MisconceptionTests(assignment, folder).run(extent.workers):
        done += len(group)
        tell("misconceptions", done, total)
        yield from group


def _constants(assignment: Assignment, folder: Path, extent: Extent, tell: Told) -> list[ConstantAnswer]:
    tell("constants", 0, 1)
    sources, cost = reference_sources(folder), costs(assignment, load_reference(folder))
    found = list(constant_answers(assignment, sources, folder, cost, extent.workers))
    tell("constants", 1, 1)
    return sorted(found, key=lambda one: one.function)


def _trials(assignment: Assignment, folder: Path, mutants: Sequence[Mutant], extent: Extent, tell: Told) -> list[Trial]:
    cost = costs(assignment, load_reference(folder))
    found: dict[str, Trial] = {}
    for trial in Trials(assignment, reference_sources(folder), folder, cost).run(mutants, extent.workers):
        found[trial.mutant.id] = trial
        tell("mutants", len(found), len(mutants))
    return [found[mutant.id] for mutant in mutants]


def _reports(
    assignment: Assignment, trials: Sequence[Trial], beliefs: Sequence[Belief], equivalent: Mapping[str, str]
) -> Iterator[CheckReport]:
    named = [(f"mutant {t.mutant.id}", t.seen) for t in trials if t.mutant.id not in equivalent or t.is_caught]
    named += [(f"misconception {belief.name}", belief.seen) for belief in beliefs]
    for question in assignment.rubric.questions:
        for check in (assignment.checks[spec.id] for spec in question.checks if spec.id in assignment.checks):
            seen = [
                (wrong, look) for wrong, looks in named for look in looks if look.check == check.id and look.answered
            ]
            yield CheckReport(
                id=check.id,
                question=question.id,
                points=float(check.spec.points),
                faced=len(seen),
                caught=sum(bool(look.lost) for _, look in seen),
                faults=tuple(f"{wrong}: {look.fault}" for wrong, look in seen if look.fault),
                inputs=inputs_of(check),
            )


def _stale(equivalent: Mapping[str, str], mutants: Sequence[Mutant], trials: Sequence[Trial]) -> Iterator[str]:
    made, caught = {mutant.id for mutant in mutants}, {trial.mutant.id for trial in trials if trial.is_caught}
    for mutant in equivalent:
        if mutant not in made:
            yield f"settled mutant {mutant} is not made any more: delete its entry"
        elif mutant in caught:
            yield f"settled mutant {mutant} is caught: delete its entry"
