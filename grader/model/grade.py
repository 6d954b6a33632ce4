"""Final grades as values: what the machine found and what people said, added up line by line."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from fractions import Fraction
from typing import Literal

from grader.model.record import CheckRecord, Part, Visibility

# `missing`: on the roster, and nothing was handed in.
GradeStatus = Literal["graded", "needs_review", "ungraded", "missing"]
Source = Literal["machine", "person", "nobody"]


@dataclass(frozen=True)
class OldWord:
    """What a person said of an answer that has changed since; it does not count, and is shown beside the new answer."""

    act: int
    actor: str
    at: str
    score: Fraction | None
    comment: str


@dataclass(frozen=True)
class CheckGrade:
    """One check's score of one submission, and how it came about.

    Args:
        status: what the machine concluded.
        machine_score: what the machine gave; None where it left the check to a person, or could not run it.
        score: what counts; None while it waits.
        source: whose score counts.
        comment: what a person wrote for the student.
        items: the rubric items that a person ticked, with their points.
        answer: digest of what the check read.
        after_penalty: whether lateness takes nothing of it.
        answered: what the student asked to be looked at again, each with the answer.
        given: what a person gave and out of how many points, where the check is worth other points since.
        last_act: the last act about this student and check, which a conflict is measured by.
        entry: the machine's entry in results.jsonl.
        of_attempts: what it earned in each attempt, the newest last, where their mean is `score`.
    """

    id: str
    question: str
    part: Part
    visibility: Visibility
    status: str
    machine_score: Fraction | None
    score: Fraction | None
    max_score: Fraction
    source: Source
    actor: str = ""
    at: str = ""
    comment: str = ""
    items: tuple[tuple[str, Fraction], ...] = ()
    answer: str = ""
    old: OldWord | None = None
    after_penalty: bool = False
    answered: tuple[tuple[str, str], ...] = ()
    given: tuple[Fraction, Fraction] | None = None
    last_act: int = 0
    entry: CheckRecord | None = field(default=None, compare=False, repr=False)
    of_attempts: tuple[Fraction, ...] = ()

    @property
    def own_score(self) -> Fraction | None:
        """What this very answer earned, without those of other attempts."""
        return self.of_attempts[-1] if self.of_attempts else self.score

    @property
    def waits(self) -> bool:
        """Whether a person, or another run, has to settle it."""
        return self.score is None

    @property
    def reason(self) -> str:
        """How the score came about, in words."""
        if self.of_attempts:
            mean = f"the mean of {', '.join(map(points_text, self.of_attempts))} in the attempts"
            return f"{mean}; the newest: {replace(self, of_attempts=()).reason}"
        if self.source == "person":
            as_then = f" as {' of '.join(map(points_text, self.given))}" if self.given else ""
            return f"given by {self.actor}{as_then}; the machine {self._machines_word}"
        if self.status == "ungraded":
            return "could not be run, through no fault of the student: it is run again"
        if self.waits:
            return f"{self.old.actor} graded an answer that has changed since" if self.old else "waits for a person"
        return self.status.replace("_", " ")

    @property
    def _machines_word(self) -> str:
        if self.machine_score is not None:
            return f"gave {points_text(self.machine_score)} ({self.status.replace('_', ' ')})"
        return "could not run it" if self.status == "ungraded" else "left it to a person"


@dataclass(frozen=True)
class QuestionGrade:
    """All checks of one question."""

    id: str
    title: str
    checks: tuple[CheckGrade, ...]

    @property
    def score(self) -> Fraction | None:
        """What was earned; None while a check waits."""
        return _total([check.score for check in self.checks])

    @property
    def max_score(self) -> Fraction:
        """What it is worth."""
        return add_points(check.max_score for check in self.checks)


@dataclass(frozen=True)
class ScoreLine:
    """One line of the sum that a score is: what for, and how many points, which may be less than none.

    Args:
        check: the check whose points these are; empty for what is not a check, such as lateness.
    """

    text: str
    points: Fraction
    check: str = ""


@dataclass(frozen=True)
class FinalGrade:
    """What a student gets for an assignment.

    Args:
        student: the submission's id, or the roster's where nothing was handed in, or a member's of a group.
        submission: whose files they are: the student's or the group's.
        attempt: which attempt counts, from 1; 0 where nothing was handed in.
        score: what counts, exactly; None unless all is settled.
        lines: sum up to `score` exactly; while it is None, to what is settled so far.
        lateness: how late it was, in words; empty where it was not.
        submitted_at: in UTC; None where it is not known.
        released_at: when students were allowed to see it; empty where they are not.
        released_score: the score that was shown then.
        flags: what a grader wants a colleague to look at.
        which: which of several attempts counts, in words.
    """

    student: str
    status: GradeStatus
    score: Fraction | None
    max_score: Fraction
    questions: tuple[QuestionGrade, ...] = ()
    lines: tuple[ScoreLine, ...] = ()
    lateness: str = ""
    attempt: int = 1
    submission: str = ""
    digest: str = ""
    submitted_at: datetime | None = None
    released_at: str = ""
    released_score: Fraction | None = None
    flags: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    which: str = ""

    @property
    def checks(self) -> tuple[CheckGrade, ...]:
        """Every check in the rubric's order."""
        return tuple(check for question in self.questions for check in question.checks)

    @property
    def waiting(self) -> tuple[CheckGrade, ...]:
        """What is still to be settled."""
        return tuple(check for check in self.checks if check.waits)

    @property
    def so_far(self) -> Fraction:
        """What all that is settled comes to."""
        return add_points(line.points for line in self.lines)

    @property
    def is_released(self) -> bool:
        """Whether the student may see it."""
        return self.released_at != ""

    @property
    def has_changed_since(self) -> bool:
        """Whether it is no longer what the student was shown."""
        return self.is_released and self.score != self.released_score


def _total(scores: Sequence[Fraction | None]) -> Fraction | None:
    known = [score for score in scores if score is not None]
    return add_points(known) if len(known) == len(scores) else None


def add_points(points: Iterable[Fraction]) -> Fraction:
    """The exact sum; whole numbers are added, and as few fractions as there are denominators.

    >>> str(add_points([Fraction(1, 3), Fraction(1, 2), Fraction(2, 3)]))
    '3/2'
    """
    numerators: dict[int, int] = {}
    for one in points:
        numerators[one.denominator] = numerators.get(one.denominator, 0) + one.numerator
    return sum((Fraction(above, below) for below, above in numerators.items()), Fraction(0))


def points_text(points: Fraction) -> str:
    """Points as people read them: exact where four decimals are, else as a fraction.

    >>> points_text(Fraction(7, 2)), points_text(Fraction(1, 7)), points_text(Fraction(-3))
    ('3.5', '1/7', '-3')
    """
    if 10_000 % points.denominator:
        return str(points)
    return f"{float(points):.4f}".rstrip("0").rstrip(".")


@functools.lru_cache(maxsize=4096)
def round_points(points: Fraction, decimals: int = 2) -> Fraction:
    """Points rounded once, halves away from zero, as people round.

    >>> str(round_points(Fraction("2.675"))), str(round_points(Fraction(-1, 3)))
    ('67/25', '-33/100')
    """
    scaled = abs(points) * 10**decimals
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Fraction(whole if points >= 0 else -whole, 10**decimals)


def rounded_text(points: Fraction) -> str:
    """A total as people read it: rounded once to two decimals."""
    return points_text(round_points(points))
