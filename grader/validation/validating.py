"""Validates an assignment: all that its rubric promises is tried out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.assignment import Assignment, load_assignment
from grader.course import Course
from grader.importing import load_reference, reference_sources
from grader.rubric import load
from grader.validation.agreement import disagreements
from grader.validation.beliefs import Belief, Beliefs
from grader.validation.equivalents import settled
from grader.validation.mutants import Mutant, mutants_of
from grader.validation.reach import Reach
from grader.validation.report import CheckReport, Report
from grader.validation.steadiness import seed_failures, shortfalls
from grader.validation.strategies import coverage_of, inputs_of
from grader.validation.trials import Trial, Trials, costs, sampled

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
    rubric, equivalent = load(rubric_file), settled(folder)
    assignment = load_assignment(course, name, progress=lambda done, total: tell("checks prepared", done, total))
    seeds = [rubric.seed + step for step in range(extent.seeds)]
    faults = [*disagreements(rubric, rubric_file), *shortfalls(assignment, folder)]
    faults += _under_seeds(course, name, seeds[1:], extent, tell)
    if faults:
        return Report(name, tuple(faults), tuple(seeds))
    sources = reference_sources(folder)
    checks = list(assignment.checks.values())
    beliefs = list(_beliefs(assignment, folder, extent, tell))
    mutants = mutants_of(sources)
    trials = list(_trials(assignment, folder, sampled(mutants, extent.mutants), extent, tell))
    return Report(
        name,
        (),
        tuple(seeds),
        uncalled=tuple(Reach(sources).uncalled(checks)),
        checks=tuple(_reports(assignment, trials, beliefs, equivalent)),
        beliefs=tuple(sorted(beliefs, key=lambda belief: belief.name)),
        trials=tuple(trials),
        n_mutants=len(mutants),
        settled=tuple(equivalent.items()),
        stale=tuple(_stale(equivalent, mutants, trials)),
        coverage=tuple(coverage_of(checks, folder)),
    )


def _under_seeds(course: Course, name: str, seeds: Sequence[int], extent: Extent, tell: Told) -> Iterator[str]:
    for done, (seed, problems) in enumerate(seed_failures(course, name, seeds, extent.workers), start=1):
        tell("seeds", done, len(seeds))
        yield from (f"with seed {seed}: {problem}" for problem in problems)


def _beliefs(assignment: Assignment, folder: Path, extent: Extent, tell: Told) -> Iterator[Belief]:
    done, total = 0, len(assignment.misconceptions.known)
    for group in Beliefs(assignment, folder).run(extent.workers):
        done += len(group)
        tell("misconceptions", done, total)
        yield from group


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
