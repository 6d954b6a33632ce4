"""How far graders are and how they agree, with each other and with the machine."""

from __future__ import annotations

from collections import Counter

import pytest

from grader.review.overview import cohens_kappa, overview_of
from tests.review.conftest import WAITS, Page


def test_the_overview_tells_how_people_and_machine_agree(page, tmp_path):
    """Graders by count and mean; answers graded twice by Cohen's kappa."""
    one, two = (answer for answer, _ in page.desk.queue(WAITS.id)[:2])
    page.save(one, points="1")
    page.save(two, points="0")
    other = Page(tmp_path, "hugo")
    other.save(one, points="1", version="1")
    found = overview_of(page.desk, {})
    assert [(row.name, row.answers) for row in found.graders] == [("greta", 2), ("hugo", 1)]
    assert found.twice == 1
    assert page.client.get("/overview").status_code == 200


@pytest.mark.parametrize(
    ("pairs", "kappa"),
    [
        (
            [(1, 1)] * 20 + [(1, 0)] * 5 + [(0, 1)] * 10 + [(0, 0)] * 15,
            0.4,
        ),  # the example of Cohen's kappa in textbooks
        ([(1, 1), (0, 0)], 1.0),
        ([(1, 0), (0, 1)], -1.0),
        ([(1, 1), (1, 1)], None),
    ],
)
def test_kappa_is_cohens(pairs, kappa):
    """Agreement beyond chance."""
    assert cohens_kappa(Counter(pairs)) == kappa


def test_what_was_counted_before_is_counted_again_once_somebody_does_something(page):
    """The overview keeps what it counted of each check, and is as new after every act."""
    kept = {}
    for points in ("1", "0", "0.5"):
        answer = page.first()
        page.save(answer, points=points, version=str(page.desk.grade(answer).last_act))
        found = overview_of(page.desk, kept)
        assert found == overview_of(page.desk, {})
        assert found.graders[0].name == "greta"
