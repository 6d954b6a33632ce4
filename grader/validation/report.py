"""What validation found, as data: faults of the rubric, missing teeth, a score per check."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from grader.validation.constants import ConstantAnswer
from grader.validation.input_coverage import Covered, Inputs
from grader.validation.misconception_tests import Belief
from grader.validation.mutant_runs import Trial
from grader.validation.writeup_trials import WriteupReport

SOUND, TEETH_MISSING, RUBRIC_WRONG = 0, 1, 2


@dataclass(frozen=True)
class CheckReport:
    """How one code check did.

    Args:
        faced: how many wrong answers it was given: by mutants and misconceptions of what it calls, where they answer.
        caught: how many of them lose points by it.
        faults: what it failed on itself.
    """

    id: str
    question: str
    points: float
    faced: int
    caught: int
    faults: tuple[str, ...]
    inputs: Inputs

    @property
    def is_idle(self) -> bool:
        """Whether no wrong answer loses points by it."""
        return self.faced > 0 and not self.caught

    @property
    def score(self) -> float | None:
        """The share that it catches."""
        return self.caught / self.faced if self.faced else None


@dataclass(frozen=True)
class Report:
    """Everything that `grader validate` has to say.

    Args:
        faults: what is wrong in rubric, Python, handout or model answer.
        seeds: the seeds under which the model answer was graded.
        uncalled: functions of the model answer that no check calls.
        n_mutants: how many there are; `trials` may be a sample.
        settled: the reason by mutant that is settled as equivalent.
        stale: what in the list of settled mutants is out of date, in sentences.
        unfair: which checks take points from right answers in other containers, in sentences.
        asked_once: functions that are called with one set of arguments only.
        is_sample: whether mutants were left out, so that an idle check may still be good for something.
    """

    assignment: str
    faults: tuple[str, ...]
    seeds: tuple[int, ...]
    uncalled: tuple[str, ...] = ()
    checks: tuple[CheckReport, ...] = ()
    beliefs: tuple[Belief, ...] = ()
    trials: tuple[Trial, ...] = ()
    n_mutants: int = 0
    settled: tuple[tuple[str, str], ...] = ()
    stale: tuple[str, ...] = ()
    coverage: tuple[Covered, ...] = ()
    writeups: tuple[WriteupReport, ...] = ()
    unfair: tuple[str, ...] = ()
    asked_once: tuple[str, ...] = ()
    is_sample: bool = False
    constants: tuple[ConstantAnswer, ...] = ()

    @property
    def passed_by_constants(self) -> dict[str, dict[str, tuple[float, ...]]]:
        """By check and function that it calls, the constants that earn all its points."""
        found: dict[str, dict[str, tuple[float, ...]]] = {}
        for one in self.constants:
            for check in one.passes:
                of_check = found.setdefault(check, {})
                of_check[one.function] = (*of_check.get(one.function, ()), one.value)
        return found

    @property
    def survivors(self) -> list[Trial]:
        """The mutants that lose nothing and are not settled."""
        known = dict(self.settled)
        return [trial for trial in self.trials if not trial.is_caught and trial.mutant.id not in known]

    @property
    def mutation_score(self) -> float | None:
        """The share of mutants caught, of those that are not settled as equivalent."""
        n_caught = sum(trial.is_caught for trial in self.trials)
        n_wrong = n_caught + len(self.survivors)
        return n_caught / n_wrong if n_wrong else None

    @property
    def gaps(self) -> Iterator[str]:
        """Where teeth are missing, in sentences."""
        yield from (f"{function} is called by no check" for function in self.uncalled)
        yield from (f"misconception {one.name} {problem}" for one in self.beliefs for problem in one.problems)
        yield from (f"mutant {trial.mutant.id} survives" for trial in self.survivors)
        yield from (
            f"check {one.id} is idle: none of {one.faced} wrong answers lose points by it"
            for one in self.checks
            if one.is_idle and not self.is_sample
        )
        yield from (
            f"{one.function} may return {one.value:g} whatever it is asked, and loses nothing"
            for one in self.constants
            if not one.loses
        )
        yield from (f"write-up check {one.id} {problem}" for one in self.writeups for problem in one.problems)
        yield from (f"check {one.id} fails itself on {fault}" for one in self.checks for fault in one.faults)
        yield from self.stale

    @property
    def exit_code(self) -> int:
        """For CI."""
        if self.faults:
            return RUBRIC_WRONG
        return TEETH_MISSING if any(True for _ in self.gaps) else SOUND

    def to_json(self) -> dict[str, Any]:
        """The report as JSON has it."""
        return {
            "schema": 1,
            "assignment": self.assignment,
            "exit_code": self.exit_code,
            "faults": list(self.faults),
            "gaps": list(self.gaps),
            "unfair": list(self.unfair),
            "asked_once": list(self.asked_once),
            "seeds": list(self.seeds),
            "mutants": {
                "made": self.n_mutants,
                "tried": len(self.trials),
                "caught": sum(trial.is_caught for trial in self.trials),
                "settled": [{"mutant": mutant, "reason": reason} for mutant, reason in self.settled],
                "score": self.mutation_score,
                "survivors": [_mutant(trial) for trial in self.survivors],
                "ended": [_mutant(trial) | {"end": trial.end} for trial in self.trials if trial.end],
            },
            "misconceptions": [
                {
                    "name": one.name,
                    "replaces": one.replaces,
                    "caught_by": [seen.check for seen in one.seen if seen.lost],
                    "named_by": list(one.named),
                    "problems": list(one.problems),
                }
                for one in self.beliefs
            ],
            "checks": [
                {
                    "id": one.id,
                    "question": one.question,
                    "points": one.points,
                    "faced": one.faced,
                    "caught": one.caught,
                    "score": one.score,
                    "idle": one.is_idle,
                    "inputs": asdict(one.inputs) | {"weaknesses": list(one.inputs.weaknesses)},
                }
                for one in self.checks
            ],
            "constants": {
                check: {function: list(map(str, values)) for function, values in functions.items()}
                for check, functions in self.passed_by_constants.items()
            },
            "writeups": [asdict(one) for one in self.writeups],
            "coverage": [asdict(covered) for covered in self.coverage],
        }  # fmt: skip


def _mutant(trial: Trial) -> dict[str, Any]:
    mutant = trial.mutant
    return {"mutant": mutant.id, "file": mutant.file, "line": mutant.line, "diff": mutant.diff.splitlines()}
