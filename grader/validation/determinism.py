"""Whether the model answer earns everything: twice alike, and whatever the seed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.assignment import Assignment, load_assignment
from grader.course.folders import Course
from grader.course.isolated_runs import Cut, RunLimits, run_forked
from grader.course.loading import load_modules, reference_sources
from grader.errors import RubricError
from grader.grading.one_submission import grade
from grader.intake.reading import read_folder
from grader.intake.submission import Submission
from grader.model.verdict import Verdict
from grader.sandbox import NOTHING_GIVEN, Budget, Given, Sources
from grader.sandbox.local import LocalSession
from grader.worker.worker import set_random_states

# Preparing and grading once more takes seconds; this is for a model answer that never ends.
_SEED_CPU_S = 300.0


@dataclass(frozen=True)
class OwnCode:
    """A sandbox without walls, for the instructor's own files; implements `Sandbox`."""

    folder: Path
    name: str = "none: the instructor's own files"

    def open(self, sources: Sources, budget: Budget, seed: int, given: Given = NOTHING_GIVEN) -> LocalSession:
        """A session over fresh modules, whose randomness begins where a worker's does."""
        del budget, given  # the modules of this folder have it
        set_random_states(seed)
        modules = {path: text for path, text in sources.items() if path.endswith(".py")}
        return LocalSession(load_modules(modules, self.folder) if modules else {})  # to read files, none is needed

    def close(self) -> None:
        """Nothing to end."""


def model_answer(folder: Path) -> Submission:
    """The model answer as a submission: its modules and its write-up."""
    whole = read_folder(folder)
    modules = reference_sources(folder)
    own = {path: data for path, data in whole.files.items() if path in modules or "/" not in path}
    return Submission(whole.id, own, whole.notes)


def shortfalls(assignment: Assignment, folder: Path) -> list[str]:
    """What the model answer does not earn, and what of its result lines differs when it is graded again."""
    answer, sandbox = model_answer(folder), OwnCode(folder)
    first, second = grade(assignment, answer, sandbox), grade(assignment, answer, sandbox)
    return [*_lost_verdicts(first.verdicts), *_unlike(first.verdicts, second.verdicts)]


def _lost_verdicts(verdicts: Sequence[Verdict]) -> Iterator[str]:
    for verdict in verdicts:
        if verdict.score != verdict.max_score:
            reason = verdict.feedback.partition("\n")[0]
            earned, worth = float(verdict.score), float(verdict.max_score)
            yield f"{verdict.id}: the model answer gets {earned:g} of {worth:g}: {reason}"


def _unlike(first: Sequence[Verdict], second: Sequence[Verdict]) -> Iterator[str]:
    for one, other in zip(first, second, strict=True):
        if _line(one.to_json()) != _line(other.to_json()):
            yield f"{one.id}: the model answer's result differs from run to run: is something drawn without a seed?"


def _line(entry: Mapping[str, Any]) -> bytes:
    return json.dumps({key: value for key, value in entry.items() if key != "seconds"}).encode()


def seed_failures(course: Course, name: str, seeds: Sequence[int], workers: int) -> Iterator[tuple[int, list[str]]]:
    """Per seed, what the model answer does not earn with the cases drawn from it."""

    def run(seed: int) -> list[str]:
        folder = course.reference(name)
        try:
            assignment = load_assignment(course, name, seed=seed)
        except RubricError as error:
            return [fault.message if not fault.path else f"{fault.path}: {fault.message}" for fault in error.faults]
        return list(_lost_verdicts(grade(assignment, model_answer(folder), OwnCode(folder)).verdicts))

    for seed, outcome in run_forked(run, seeds, limits=lambda _seed: RunLimits(_SEED_CPU_S, 4096), workers=workers):
        yield seed, [f"the model answer did not return ({outcome.reason})"] if isinstance(outcome, Cut) else outcome
