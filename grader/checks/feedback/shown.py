"""A failing case that is shown, and the claim of it that does not hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader.cache.nodes import bits_of
from grader.checks.api.expect import Claim, Data, Either, Fact, Numbers
from grader.checks.api.reply import Reply, outcome_behind
from grader.checks.comparison import marks_apart, problem_of
from grader.checks.feedback.sources import rests_on_failure
from grader.checks.plan.repeating import bits_of_claim, is_same_outcome
from grader.checks.runner import CaseRun, Findings, live_actual
from grader.model.arrays import Array, Mismatch, in_shape
from grader.model.comparison import Comparison
from grader.model.outcome import Failure, Value
from grader.model.tolerance import Tolerance


@dataclass(frozen=True)
class Shown:
    """A failing case, run once more by itself.

    Args:
        tier: the tier of the tolerance that it lost.
        printed: what the student's code printed meanwhile.
        is_alone: it fails as well in a process that has done nothing else, so that pasting it shows it.
        before: the calls of another case after which it fails, where it does not fail by itself.
        varies: its answers are others each time.
        is_unsteady: its answers were others after what the process had done before, and wrong as well.
        claim: the first that does not hold; None where the case ended before it could be made.
        computed: the replies from which the check computed what the claim is about, where it is no reply itself.
        is_law: what the claim expects rests on the student's own results.
        has_nan: such a result is NaN, of which no law holds; it is the one in `computed`.
        made: of each claim of the case, how many calls had been made by then.
    """

    run: CaseRun
    findings: Findings
    calls: Sequence[Reply]
    tolerance: Tolerance
    tier: int
    printed: str
    is_alone: bool = True
    before: Sequence[Reply] = ()
    varies: bool = False
    is_unsteady: bool = False
    claim: Claim | None = None
    computed: tuple[Reply, ...] = ()
    is_law: bool = False
    has_nan: bool = False
    made: Sequence[int] = ()

    def compare(self, claim: Numbers) -> Comparison | None:
        """How far what a claim is about lies from the expected numbers; None where it is not numbers of their shape."""
        actual = actual_of(claim)
        if actual is None:
            return None
        return self.tolerance.compare(actual, claim.expected, scale=claim.scale, exact=claim.exact)

    @property
    def failure(self) -> Failure | None:
        """How the case ended, where a call did not return; what follows from a result that does not fit is none."""
        found = self.findings.failures.get(0)
        return None if found is not None and found.follows and self.findings.marks.problems.get(0) else found

    @property
    def happened(self) -> str | None:
        """What kept the case from being judged by its numbers, in words."""
        return self.failure.message if self.failure else self.findings.marks.problems.get(0)

    @property
    def calls_to_claim(self) -> Sequence[Reply]:
        """The calls that were made before the claim that does not hold; all where there is none."""
        places = [at for at, claim in enumerate(self.run.claims) if claim is self.claim]
        return (self.calls[: self.made[places[0]]] if places else ()) or self.calls

    @property
    def failed(self) -> Reply | None:
        """That call."""
        failure = self.failure
        return None if failure is None else next((one for one in self.calls if one._outcome == failure), None)

    def holds(self, claim: Numbers) -> bool:
        """Whether the numbers are within the tier that was lost."""
        compared = self.compare(claim)
        return compared is not None and compared.tier <= self.tier


def answers_alike(told: Shown, other: Shown) -> bool:
    """Whether another run of a case got the same answers, as far as they are told."""
    if told.happened != other.happened:
        return False
    if told.happened is not None and told.failure is not None:
        return True
    about = {id(reply) for reply in told.computed}
    if isinstance(told.claim, Numbers | Data) and isinstance(told.claim.actual, Reply):
        about.add(id(told.claim.actual._get()))
    if not about:  # it rests on what is told of an object, such as the size of a tensor, and not on its numbers
        return _told_by_claim(told) == _told_by_claim(other)
    places = [at for at, reply in enumerate(told.calls) if id(reply) in about]
    if len(told.calls) != len(other.calls):
        return False
    return all(is_same_outcome(outcome_behind(told.calls[at]), outcome_behind(other.calls[at])) for at in places)


def _told_by_claim(shown: Shown) -> tuple[int | None, bytes | None, bytes | None]:
    """Which claim of a case does not hold, and its two sides."""
    at = first_broken(shown)
    if at is None:
        return None, None, None
    claim = shown.run.claims[at]
    return at, bits_of(live_actual(claim)), bits_of_claim(claim)


def first_broken(shown: Shown) -> int | None:
    """The place of the first claim of the case that does not hold."""
    for at, claim in enumerate(shown.run.claims):
        if rests_on_failure(claim):
            holds = False
        elif isinstance(claim, Fact):
            holds = claim.holds
        elif isinstance(claim, Numbers):
            holds = shown.holds(claim)
        elif isinstance(claim, Data | Either):
            holds = marks_apart(claim, live_actual(claim), shown.tolerance).tier[0] <= shown.tier
        else:
            holds = problem_of(claim, live_actual(claim)) is None
        if not holds:
            return at
    return None


def actual_of(claim: Numbers) -> Array | None:
    """What a claim was made about, as numbers of the expected shape, or None."""
    data = claim.actual
    if isinstance(data, Reply):
        outcome = outcome_behind(data)
        data = outcome.data if isinstance(outcome, Value) else None
    try:
        return in_shape(data, claim.expected.shape)
    except Mismatch:
        return None
