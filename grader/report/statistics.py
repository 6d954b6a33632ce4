"""What a class's grades say of the class and of the checks; every number by the textbook, none of anybody's rank."""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from grader.model.grade import CheckGrade, FinalGrade

# Below this a correlation is an accident of who is in the class.
ENOUGH = 30
# So many overrides in the same direction make a check suspect.
SUSPECT = 3
BINS = 10


@dataclass(frozen=True)
class Spread:
    """Where numbers lie; None where there are none, the deviation also where there is one."""

    n: int
    mean: float | None = None
    median: float | None = None
    deviation: float | None = None
    least: float | None = None
    most: float | None = None

    @classmethod
    def of(cls, numbers: Sequence[float]) -> Spread:
        """Of some numbers; the deviation is the sample's (n − 1)."""
        if not numbers:
            return cls(0)
        deviation = statistics.stdev(numbers) if len(numbers) > 1 else None
        return cls(
            len(numbers), statistics.fmean(numbers), statistics.median(numbers), deviation, min(numbers), max(numbers)
        )


@dataclass(frozen=True)
class Overrides:
    """How people judged where the machine had judged: how many scores, how many up and down, by what share."""

    n: int = 0
    n_up: int = 0
    n_down: int = 0
    shift: float | None = None

    @property
    def is_suspect(self) -> bool:
        """Whether people keep correcting the check in one direction."""
        return max(self.n_up, self.n_down) >= SUSPECT and min(self.n_up, self.n_down) == 0


@dataclass(frozen=True)
class CheckStatistics:
    """One check over the class.

    Args:
        counts: how many concluded so, by status.
        difficulty: the mean share of the points earned, of those whose score is settled.
        discrimination: the correlation of its points with those of all other checks; None with fewer than `ENOUGH`
            students, or where either does not vary.
    """

    id: str
    question: str
    max_score: Fraction
    counts: Mapping[str, int]
    difficulty: float | None
    discrimination: float | None
    overrides: Overrides
    n_waiting: int

    @property
    def is_against(self) -> bool:
        """Whether better students fail it: a reason to look at the check."""
        return self.discrimination is not None and self.discrimination < 0


@dataclass(frozen=True)
class QuestionStatistics:
    """One question over the class."""

    id: str
    title: str
    max_score: Fraction
    spread: Spread
    difficulty: float | None


@dataclass(frozen=True)
class MisconceptionCount:
    """A known wrong way and who went it."""

    name: str
    check: str
    students: tuple[str, ...]


@dataclass(frozen=True)
class ClassStatistics:
    """Everything that the class page tells in numbers."""

    statuses: Mapping[str, int]
    max_score: Fraction
    scores: Spread
    histogram: tuple[int, ...]
    questions: tuple[QuestionStatistics, ...]
    checks: tuple[CheckStatistics, ...]
    misconceptions: tuple[MisconceptionCount, ...]


def statistics_of(grades: Sequence[FinalGrade]) -> ClassStatistics:
    """All statistics of a class."""
    handed_in = [grade for grade in grades if grade.questions]
    max_score = max((grade.max_score for grade in grades), default=Fraction(0))
    scores = [float(grade.score) for grade in handed_in if grade.score is not None]
    return ClassStatistics(
        statuses=Counter(grade.status for grade in grades),
        max_score=max_score,
        scores=Spread.of(scores),
        histogram=histogram(scores, float(max_score)),
        questions=tuple(_questions(handed_in)),
        checks=tuple(_checks(handed_in)),
        misconceptions=tuple(_misconceptions(handed_in)),
    )


def histogram(scores: Iterable[float], most: float) -> tuple[int, ...]:
    """How many lie in each tenth of the points; the last one holds the full score too."""
    counts = Counter(min(BINS - 1, max(0, int(score * BINS / most))) if most else 0 for score in scores)
    return tuple(counts[number] for number in range(BINS))


def _questions(grades: Sequence[FinalGrade]) -> Iterable[QuestionStatistics]:
    for number, question in enumerate(grades[0].questions if grades else ()):
        same = [grade.questions[number] for grade in grades if len(grade.questions) > number]
        scores = [float(one.score) for one in same if one.score is not None]
        spread, worth = Spread.of(scores), float(question.max_score)
        share = None if spread.mean is None or not worth else spread.mean / worth
        yield QuestionStatistics(question.id, question.title, question.max_score, spread, share)


def _checks(grades: Sequence[FinalGrade]) -> Iterable[CheckStatistics]:
    by_check: dict[str, list[CheckGrade]] = defaultdict(list)
    for grade in grades:
        for check in grade.checks:
            by_check[check.id].append(check)
    settled = [_points(grade) for grade in grades if not grade.waiting]
    for name, checks in by_check.items():
        shares = [float(one.score / one.max_score) for one in checks if one.score is not None and one.max_score]
        yield CheckStatistics(
            id=name,
            question=checks[0].question,
            max_score=checks[0].max_score,
            counts=Counter(one.status for one in checks),
            difficulty=statistics.fmean(shares) if shares else None,
            discrimination=discrimination(name, settled),
            overrides=_overrides(checks),
            n_waiting=sum(one.waits for one in checks),
        )


def _points(grade: FinalGrade) -> dict[str, float]:
    return {check.id: float(check.score or 0) for check in grade.checks}


def discrimination(check: str, students: Sequence[Mapping[str, float]]) -> float | None:
    """The correlation of a check's points with the sum of all others."""
    pairs = [(points[check], sum(points.values()) - points[check]) for points in students if check in points]
    if len(pairs) < ENOUGH or any(max(side) - min(side) <= 1e-9 for side in zip(*pairs, strict=True)):
        return None
    return statistics.correlation(*zip(*pairs, strict=True))


def _overrides(checks: Iterable[CheckGrade]) -> Overrides:
    """Of scores that people gave where the machine had given one."""
    shifts = [
        float((one.own_score - one.machine_score) / one.max_score)
        for one in checks
        if one.source == "person" and one.own_score is not None and one.machine_score is not None and one.max_score
    ]
    mean = statistics.fmean(shifts) if shifts else None
    return Overrides(len(shifts), sum(one > 0 for one in shifts), sum(one < 0 for one in shifts), mean)


def _misconceptions(grades: Sequence[FinalGrade]) -> list[MisconceptionCount]:
    who: dict[tuple[str, str], list[str]] = defaultdict(list)
    for grade in grades:
        for check in grade.checks:
            if check.entry and check.entry["misconception"]:
                who[check.entry["misconception"], check.id].append(grade.student)
    found = [MisconceptionCount(name, check, tuple(students)) for (name, check), students in who.items()]
    return sorted(found, key=lambda one: (-len(one.students), one.name, one.check))
