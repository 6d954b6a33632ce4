"""Whether each misconception loses points in its question and in no other, and is named."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader import wire
from grader.assignment import Assignment
from grader.checks.bounded import bounded
from grader.checks.concluding import conclude
from grader.checks.definition import Check
from grader.checks.misconceptions import Misconception, with_misconception
from grader.checks.naming import MISCONCEPTION_WALL_S
from grader.checks.running import run_check
from grader.errors import GraderError
from grader.importing import reference_sources
from grader.outcome import Outcome, Value
from grader.sandbox.local import LocalSession
from grader.validation.forks import Cut, Limits, forked
from grader.validation.reach import Reach
from grader.validation.trials import Seen, look
from grader.verdict import Verdict
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


class Beliefs:
    """Tries the misconceptions of one assignment."""

    def __init__(self, assignment: Assignment, folder: Path) -> None:
        self._assignment = assignment
        self._folder = folder
        self._reach = Reach(reference_sources(folder))
        self._question = {spec.id: q.id for q in assignment.rubric.questions for spec in q.checks}

    def run(self, workers: int) -> Iterator[list[Belief]]:
        """The misconceptions of one function after the other's; each function has a child of its own."""
        groups: dict[str, list[Misconception]] = defaultdict(list)
        for one in self._assignment.misconceptions.known:
            groups[one.replaces].append(one)
        limits = Limits(_GROUP_CPU_S, 4096)
        for group, outcome in forked(self._group, list(groups.values()), limits=lambda _group: limits, workers=workers):
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
            seen = bounded(lambda: self._seen(one, concerned), MISCONCEPTION_WALL_S)
            losing = {look.check for look in seen if look.lost}
            verdicts = bounded(lambda: self._verdicts(one, [c for c in concerned if c.id in losing]), patience)
        except TimeoutError:
            return Belief(one.name, one.replaces, (), (), ("does not return",))
        except GraderError as error:
            return Belief(one.name, one.replaces, (), (), (f"does not run: {error}",))
        named = tuple(verdict.id for verdict in verdicts if verdict.misconception == one.name)
        return Belief(one.name, one.replaces, seen, named, tuple(self._problems(one, verdicts, named)))

    def _session(self, one: Misconception) -> LocalSession:
        set_random_states(self._assignment.seed)
        return with_misconception(one, self._folder)

    def _seen(self, one: Misconception, concerned: Sequence[Check]) -> tuple[Seen, ...]:
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
            checks = ", ".join(verdict.id for verdict in verdicts if self._question[verdict.id] == question)
            yield f"loses points in {question} as well ({checks}), which does not ask for {one.replaces}"

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
            replies = run_check(check, session).replies
            if not all(_equal(a, b) for a, b in zip(replies, check.plan.outcomes, strict=False)):
                return "loses nothing, though its answers differ: the tolerance is too wide or the question too small"
        return "loses nothing: its answers equal the model answer's in every case drawn"


def _equal(one: Outcome, other: Outcome) -> bool:
    """Whether two replies are the same to the bit; objects count as the same, what they answer is asked elsewhere."""
    if isinstance(one, Value) and isinstance(other, Value):
        return wire.encode(one.data) == wire.encode(other.data)
    return type(one) is type(other)
