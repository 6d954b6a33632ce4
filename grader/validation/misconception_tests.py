"""Whether each misconception loses points in its question and in no other, and is named."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.assignment import Assignment
from grader.checks.check import Check
from grader.checks.feedback.conclusion import conclude
from grader.checks.misconceptions.call_graph import CallGraph
from grader.checks.misconceptions.diagnosis import MISCONCEPTION_WALL_S
from grader.checks.misconceptions.files import Misconception, with_misconception
from grader.checks.plan.repeating import is_same_outcome
from grader.checks.runner import CheckRunner
from grader.checks.time_limit import run_within
from grader.course.isolated_runs import Cut, RunLimits, run_forked
from grader.errors import GraderError
from grader.model.verdict import Verdict
from grader.sandbox.local import LocalSession
from grader.validation.mutant_runs import Seen, look
from grader.worker.worker import set_random_states

# For all misconceptions of one function together.
_GROUP_CPU_S = 120.0


@dataclass(frozen=True)
class Belief:
    """How a misconception fared.

    Args:
        seen: by every check that may see it.
        named: the checks that name it.
        problems: what is wrong about it, in sentences.
    """

    name: str
    replaces: str
    seen: tuple[Seen, ...]
    named: tuple[str, ...]
    problems: tuple[str, ...]


class MisconceptionTests:
    """Tries the misconceptions of one assignment."""

    def __init__(self, assignment: Assignment, folder: Path) -> None:
        self._assignment = assignment
        self._folder = folder
        self._reach = CallGraph.of(folder)
        self._requires = {spec.id: spec.requires for spec in assignment.rubric.checks}
        self._question = {spec.id: q.id for q in assignment.rubric.questions for spec in q.checks}

    def run(self, workers: int) -> Iterator[list[Belief]]:
        """The misconceptions of one function after the other's; each function has a child of its own."""
        groups: dict[str, list[Misconception]] = defaultdict(list)
        for one in self._assignment.misconceptions.known:
            groups[one.replaces].append(one)
        limits = RunLimits(_GROUP_CPU_S, 4096)
        for group, outcome in run_forked(
            self._group, list(groups.values()), limits=lambda _group: limits, workers=workers
        ):
            if isinstance(outcome, Cut):
                problem = (f"the misconceptions of {group[0].replaces} did not return ({outcome.reason})",)
                yield [Belief(one.name, one.replaces, (), (), problem) for one in group]
            else:
                yield outcome

    def _group(self, group: Sequence[Misconception]) -> list[Belief]:
        return [self._belief(one) for one in group]

    def _belief(self, one: Misconception) -> Belief:
        concerned = self._reach.checks(one.replaces, list(self._assignment.checks.values()))
        # To name it, what each of the others answers must be known, and one of these may not return either.
        patience = MISCONCEPTION_WALL_S * (1 + len(self._assignment.misconceptions.known))
        try:
            seen = run_within(lambda: self._observe(one, concerned), MISCONCEPTION_WALL_S)
            losing = {look.check for look in seen if look.lost}
            verdicts = run_within(lambda: self._verdicts(one, [c for c in concerned if c.id in losing]), patience)
        except TimeoutError:
            return Belief(one.name, one.replaces, (), (), ("does not return",))
        except GraderError as error:
            return Belief(one.name, one.replaces, (), (), (f"does not run: {error}",))
        named = tuple(verdict.id for verdict in verdicts if verdict.misconception == one.name)
        return Belief(one.name, one.replaces, seen, named, tuple(self._problems(one, verdicts, named)))

    def _session(self, one: Misconception) -> LocalSession:
        set_random_states(self._assignment.seed)
        return with_misconception(one, self._folder)

    def _observe(self, one: Misconception, concerned: Sequence[Check]) -> tuple[Seen, ...]:
        session = self._session(one)
        return tuple(look(check, session) for check in concerned)

    def _verdicts(self, one: Misconception, losing: Sequence[Check]) -> list[Verdict]:
        session, known = self._session(one), self._assignment.misconceptions
        return [conclude(check, session, shrink=False, misconceptions=known) for check in losing]

    def _problems(self, one: Misconception, verdicts: Sequence[Verdict], named: Sequence[str]) -> Iterator[str]:
        own = self._questions_of(one)
        losing = {self._question[verdict.id] for verdict in verdicts}
        if not losing & own:
            yield self._why_nothing(one)
        elif not named:
            others = sorted({verdict.misconception for verdict in verdicts if verdict.misconception})
            yield f"is not named: its checks name {', '.join(others) or 'none'}"
        for question in sorted(losing - own):
            others = [verdict.id for verdict in verdicts if self._question[verdict.id] == question]
            checks = ", ".join(name for name in others if not self._waits_for(name, {v.id for v in verdicts}, own))
            if not checks:
                continue
            yield f"loses points in {question} as well ({checks}), which does not ask for {one.replaces}"

    def _waits_for(self, check: str, losing: Collection[str], own: Collection[str]) -> bool:
        """Whether a check requires one that loses points in its own question: it is not tried then."""
        todo, seen = [check], set[str]()
        while todo:
            name = todo.pop()
            if name not in seen:
                seen.add(name)
                todo += self._requires[name]
        return any(name in losing and self._question[name] in own for name in seen - {check})

    def _questions_of(self, one: Misconception) -> set[str]:
        """The questions that call the function itself; where none does, those that call what rests on it."""
        checks = self._assignment.checks.values()
        direct = {self._question[check.id] for check in checks if one.replaces in check.plan.functions}
        return direct or {self._question[check.id] for check in self._reach.checks(one.replaces, list(checks))}

    def _why_nothing(self, one: Misconception) -> str:
        """The sentence on a misconception that loses nothing."""
        checks = self._reach.checks(one.replaces, list(self._assignment.checks.values()))
        if not checks:
            return f"loses nothing: no check calls {one.replaces}"
        session = self._session(one)
        for check in checks:
            replies = CheckRunner(check, session).run().replies
            if not all(is_same_outcome(a, b) for a, b in zip(replies, check.plan.outcomes, strict=False)):
                return "loses nothing, though its answers differ: the tolerance is too wide or the question too small"
        return "loses nothing: its answers equal the model answer's in every case drawn"
