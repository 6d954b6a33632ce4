"""How far graders are, how strict each is, and where people and machine do not agree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from grader.results.fold import Judgement
from grader.review.desk import Desk

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


def overview_of(desk: Desk) -> Overview:
    """The overview as it is now."""
    shares: dict[str, list[float]] = defaultdict(list)
    pairs: list[tuple[Fraction, Fraction]] = []
    rows = []
    progress, present = desk.progress(), desk.present
    for spec in desk.rubric.checks:
        overruled = judged = 0
        for answer, _ in desk.queue(spec.id):
            given = [word for word in desk.words(answer, present) if word.scores()]
            for word in given:
                shares[word.act.actor].append(float(word.points(spec.points) / spec.points))
            pairs += _twice(given, spec.points)
            if given and answer.machine.score is not None:
                judged += 1
                overruled += given[-1].points(spec.points) != answer.machine.score
        settled, total = progress.get(spec.id, (0, 0))
        if total:
            rows.append(CheckRow(spec.id, settled, total, overruled, judged))
    graders = [
        GraderRow(name, len(found), float(np.mean(found)), float(np.std(found)))
        for name, found in sorted(shares.items())
    ]
    return Overview(graders, rows, len(pairs), cohens_kappa(pairs) if pairs else None)


def _twice(words: Sequence[Judgement], worth: Fraction) -> list[tuple[Fraction, Fraction]]:
    """The points of the first two graders of one answer, where there are two."""
    by_grader: dict[str, Fraction] = {}
    for word in words:
        by_grader[word.act.actor] = word.points(worth) / worth
    return [(a, b) for a, b in [list(by_grader.values())[:2]]] if len(by_grader) > 1 else []


def cohens_kappa(pairs: Sequence[tuple[Fraction, Fraction]]) -> float | None:
    """Agreement beyond chance: (p_o - p_e) / (1 - p_e), Cohen 1960; None where both always gave the same.

    >>> cohens_kappa([(1, 1), (1, 1), (0, 0), (1, 0)])
    0.5
    """
    observed = sum(a == b for a, b in pairs) / len(pairs)
    values = {value for pair in pairs for value in pair}
    chance = sum(
        (sum(a == value for a, _ in pairs) / len(pairs)) * (sum(b == value for _, b in pairs) / len(pairs))
        for value in values
    )
    return None if chance == 1 else round((observed - chance) / (1 - chance), 4)
