"""The rubric's `late` and `attempts`: read exactly, refused with their line."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from grader.errors import RubricError
from grader.rubric.loading import load
from tests.conftest import MINI


@pytest.fixture
def stating(tmp_path):
    """Loads the small rubric with more lines at its top."""
    shutil.copytree(MINI.root, tmp_path / "course", ignore=shutil.ignore_patterns("results", ".grader_cache"))
    path = tmp_path / "course" / "rubrics" / "mini.yaml"
    text = path.read_text()

    def loaded(lines):
        path.write_text(f"{lines}\n{text}")
        return load(path)

    return loaded


def test_a_rule_is_read_exactly(stating):
    """Times become UTC by the course's zone, shares stay fractions, lengths have their units."""
    rubric = stating(
        "late: {due: 2026-10-31 23:59, zone: Europe/Berlin, grace: 1 h 15 min, per_day: 12.5 %, of: maximum, until: 5 d,\n"
        "    days: calendar, sections: {A: 2026-11-02T08:00:30, B: 2026-11-03 08:00+02:00}}\n"
        "attempts: best"
    )
    late = rubric.late
    assert late.due == datetime(2026, 10, 31, 22, 59, tzinfo=UTC) and late.zone.key == "Europe/Berlin"
    assert (late.grace, late.until) == (timedelta(hours=1, minutes=15), timedelta(days=5))
    assert (late.per_day, late.of, late.days, rubric.attempts) == (Fraction(1, 8), "maximum", "calendar", "best")
    assert late.sections == {
        "A": datetime(2026, 11, 2, 7, 0, 30, tzinfo=UTC),
        "B": datetime(2026, 11, 3, 6, tzinfo=UTC),
    }


@pytest.mark.parametrize(
    ("written", "share"),
    [("10 %", "1/10"), ("10%", "1/10"), ("0.1", "1/10"), ("1/3", "1/3"), ("100 %", "1"), ("0", "0")],
)
def test_shares_in_each_notation(stating, written, share):
    """As people write them."""
    assert stating(f"late: {{due: 2026-10-31 23:59, per_day: {written}}}").late.per_day == Fraction(share)


def test_nothing_stated_is_nobody_late(stating):
    """And the last attempt counts."""
    rubric = stating("")
    assert rubric.late is None and rubric.attempts == "last"


REFUSED = {
    "late: {per_day: 10 %}": "expected this key",
    "late: {due: soon}": "expected a date and a time",
    "late: {due: 2026-02-30 12:00}": "expected a date and a time",
    "late: {due: 2026-10-31}": "expected a date and a time",
    "late: {due: 2026-10-31 23:59, zone: Berlin}": "expected a time zone",
    "late: {due: 2026-10-31 23:59, grace: 15}": "expected a length of time",
    "late: {due: 2026-10-31 23:59, grace: 15 minuets}": "expected a length of time",
    "late: {due: 2026-10-31 23:59, per_day: 110 %}": "expected a share of points",
    "late: {due: 2026-10-31 23:59, per_day: 2 points}": "expected a share of points",
    "late: {due: 2026-10-31 23:59, per_day: -0.1}": "expected a share of points",
    "late: {due: 2026-10-31 23:59, of: total}": "expected one of earned, maximum",
    "late: {due: 2026-10-31 23:59, days: started24h}": "did you mean 'started_24h'?",
    "late: {due: 2026-10-31 23:59, perday: 10 %}": "did you mean 'per_day'?",
    "late: {due: 2026-10-31 23:59, sections: [A]}": "expected a mapping of sections",
    "attempts: first": "expected one of last, best, average",
}


@pytest.mark.parametrize("written", REFUSED)
def test_what_cannot_be_meant_is_refused_with_its_line(stating, written):
    """Line, what was expected, what was got."""
    with pytest.raises(RubricError) as error:
        stating(written)
    assert REFUSED[written] in str(error.value) and "mini.yaml:1" in str(error.value)
