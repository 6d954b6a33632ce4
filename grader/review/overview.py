"""How far graders are, how strict each is, and where people and machine do not agree."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from grader.results.fold import Present
from grader.review.desk import Desk
from grader.rubric import CheckSpec

# A check of which people overrule so large a share, and so many times, is looked at itself.
SUSPECT_SHARE, SUSPECT_TIMES = 0.3, 3


@dataclass(frozen=True)
class GraderRow:
    """One grader's answers: how many, and the mean and spread of the shares of points given."""

    name: str
    answers: int
    mean: float
    spread: float


@dataclass(frozen=True)
class CheckRow:
    """One check: settled and all, and how often people overruled what the machine had given."""

    check: str
    settled: int
    total: int
    overruled: int
    judged: int

    @property
    def is_suspect(self) -> bool:
        """Whether the check itself is to be looked at."""
        return self.overruled >= SUSPECT_TIMES and self.overruled >= SUSPECT_SHARE * self.judged


@dataclass(frozen=True)
class Overview:
    """All rows, and the agreement on answers that two people graded (Cohen's kappa); None where there are none."""

    graders: Sequence[GraderRow]
    checks: Sequence[CheckRow]
    twice: int
    kappa: float | None


@dataclass(frozen=True)
class Tally:
    """What the overview needs of one check.

    Args:
        state: what the numbers rest on.
        shares: of the points, by who gave them.
        pairs: the shares that the first two graders of one answer gave, where there are two; each with how many.
    """

    state: tuple[int, int]
    row: CheckRow
    shares: Mapping[str, Sequence[float]]
    pairs: Mapping[tuple[str, str], int]


def overview_of(desk: Desk, kept: dict[str, Tally]) -> Overview:
    """The overview as it is now.

    Args:
        kept: what was counted of each check of this desk, which holds until somebody does something to it; added to.
    """
    present = desk.present
    for spec in desk.rubric.checks:
        state = desk.state_of(spec.id)
        if spec.id not in kept or kept[spec.id].state != state:
            kept[spec.id] = _tally(desk, present, spec, state)
    tallies = [kept[spec.id] for spec in desk.rubric.checks]
    shares: dict[str, list[float]] = defaultdict(list)
    pairs: Counter[tuple[str, str]] = Counter()
    for tally in tallies:
        pairs.update(tally.pairs)
        for name, given in tally.shares.items():
            shares[name] += given
    graders = [
        GraderRow(name, len(found), float(np.mean(found)), float(np.std(found)))
        for name, found in sorted(shares.items())
    ]
    rows = [tally.row for tally in tallies if tally.row.total]
    return Overview(graders, rows, pairs.total(), cohens_kappa(pairs) if pairs else None)


def _tally(desk: Desk, present: Present, spec: CheckSpec, state: tuple[int, int]) -> Tally:
    shares: dict[str, list[float]] = defaultdict(list)
    pairs: Counter[tuple[str, str]] = Counter()
    settled = overruled = judged = 0
    queue = desk.queue(spec.id)
    for answer, grade in queue:
        settled += not grade.waits
        given = [(word.act.actor, word.points(spec.points)) for word in desk.words(answer, present) if word.scores()]
        for actor, points in given:
            shares[actor].append(float(points / spec.points))
        first_two = [str(points / spec.points) for points in list(dict(given).values())[:2]]
        if len(first_two) == 2:
            pairs[first_two[0], first_two[1]] += 1
        if given and answer.machine.score is not None:
            judged += 1
            overruled += given[-1][1] != answer.machine.score
    return Tally(state, CheckRow(spec.id, settled, len(queue), overruled, judged), shares, pairs)


def cohens_kappa(pairs: Mapping[tuple[Any, Any], int]) -> float | None:
    """Agreement beyond chance: (p_o - p_e) / (1 - p_e), Cohen 1960; None where both always gave the same.

    Args:
        pairs: what the two said, each with how many times.

    >>> cohens_kappa({(1, 1): 2, (0, 0): 1, (1, 0): 1})
    0.5
    """
    n = sum(pairs.values())
    first: Counter[Any] = Counter()
    second: Counter[Any] = Counter()
    for (a, b), count in pairs.items():
        first[a] += count
        second[b] += count
    observed = Fraction(sum(count for (a, b), count in pairs.items() if a == b), n)
    chance = Fraction(sum(count * second[value] for value, count in first.items()), n * n)
    return None if chance == 1 else round(float((observed - chance) / (1 - chance)), 4)
