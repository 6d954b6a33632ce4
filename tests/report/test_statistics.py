"""Statistics of a class: each equals what NumPy makes of the same numbers."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from grader.report.statistics import histogram, statistics_of
from tests.report.classes import RUBRIC, act, check, ledger, random_class, result


@pytest.mark.parametrize("n", [1, 2, 29, 30, 200])
def test_every_number_is_numpys(n):
    """Spread, histogram, difficulty, and discrimination with the item taken out, from 30 students on."""
    results = random_class(n, seed=n)
    found = statistics_of(ledger(results).grades())
    points = np.array([[float(one.score) for one in result.checks] for result in results])
    most = np.array([float(spec.points) for spec in RUBRIC.checks])
    totals = points.sum(axis=1)
    assert found.scores.mean == pytest.approx(totals.mean()) and found.scores.median == pytest.approx(np.median(totals))
    assert (found.scores.least, found.scores.most) == (pytest.approx(totals.min()), pytest.approx(totals.max()))
    assert found.scores.deviation == (pytest.approx(totals.std(ddof=1)) if n > 1 else None)
    assert sum(found.histogram) == n
    for column, one in enumerate(found.checks):
        assert one.difficulty == pytest.approx((points[:, column] / most[column]).mean())
        rest = totals - points[:, column]
        if n < 30:
            assert one.discrimination is None
        else:
            assert one.discrimination == pytest.approx(np.corrcoef(points[:, column], rest)[0, 1])
            assert one.is_against == (one.discrimination < 0)
        assert sum(one.counts.values()) == n
    start = 0
    for question, one in zip(RUBRIC.questions, found.questions, strict=True):
        part = points[:, start : start + len(question.checks)].sum(axis=1)
        assert one.spread.mean == pytest.approx(part.mean()) and one.difficulty == pytest.approx(
            part.mean() / float(question.points)
        )
        start += len(question.checks)


def test_a_check_that_does_not_vary_tells_nobody_apart():
    """No correlation is made up for it."""
    results = [result(f"s{n}", [check(spec, "passed") for spec in RUBRIC.checks]) for n in range(40)]
    assert all(one.discrimination is None for one in statistics_of(ledger(results).grades()).checks)


def test_the_histogram_has_a_place_for_every_score():
    """The full score lies in the last tenth, nothing outside."""
    assert histogram([0, 0.99, 1, 9.99, 10], 10) == (2, 1, 0, 0, 0, 0, 0, 0, 0, 2)
    assert sum(histogram([0.0], 0.0)) == 0 or sum(histogram([0.0], 0.0)) == 1


def test_overrides_in_one_direction_make_a_check_suspect():
    """Where people keep giving more than the machine, it is the check that is looked at."""
    first = RUBRIC.checks[0]
    results = [result(f"s{n}", [check(spec, "failed") for spec in RUBRIC.checks]) for n in range(4)]
    acts = [act(n + 1, "score", f"s{n}", first.id, answer=f"answer-{first.id}", value="2") for n in range(3)]
    found = statistics_of(ledger(results, acts).grades()).checks[0].overrides
    assert (found.n, found.n_up, found.n_down, found.is_suspect) == (3, 3, 0, True)
    assert found.shift == pytest.approx(float(Fraction(2) / first.points))
    mixed = [*acts, act(4, "score", "s3", first.id, answer=f"answer-{first.id}", value="0")]
    assert statistics_of(ledger(results, mixed).grades()).checks[0].overrides.n == 4


def test_misconceptions_are_counted_with_who_has_them():
    """The most frequent first."""
    specs = RUBRIC.checks
    results = [
        result(
            f"s{n}",
            [check(spec, "failed", misconception="flipped" if n < 3 and spec is specs[0] else None) for spec in specs],
        )
        for n in range(5)
    ]
    [one] = statistics_of(ledger(results).grades()).misconceptions
    assert (one.name, one.check, one.students) == ("flipped", specs[0].id, ("s0", "s1", "s2"))


def test_nobody_is_a_class_too():
    """An empty class has no numbers, and no fault."""
    found = statistics_of([])
    assert found.scores.n == 0 and found.checks == ()
