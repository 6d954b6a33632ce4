"""Lateness: what the clock of the course and the rubric's rule make of a time of handing in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from grader.results.lateness import last_moment, lateness
from grader.rubric.late import LateRules, latest_meaning, read_moment
from tests.report.classes import RUBRIC, act, ledger

TENTH = Fraction(1, 10)


def rules(due="2026-06-10 23:59", zone="Europe/Berlin", **rest):
    """A rule that takes 10 % a day."""
    place = ZoneInfo(zone)
    return LateRules(latest_meaning(read_moment(due), place), place, **{"per_day": TENTH, **rest})


def at(text, zone="Europe/Berlin", fold=0):
    """A wall time of a zone in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


NY = "America/New_York"
GRACE, UNTIL = timedelta(minutes=15), timedelta(days=2)
# rule, handed in, days charged, share of the points
TABLE = {
    "a second before": (rules(), at("2026-06-10T23:58:59"), 0, 0),
    "the very moment": (rules(), at("2026-06-10T23:59:00"), 0, 0),
    "a second after": (rules(), at("2026-06-10T23:59:01"), 1, TENTH),
    "a microsecond after": (rules(), at("2026-06-10T23:59:00.000001"), 1, TENTH),
    "a second before the grace ends": (rules(grace=GRACE), at("2026-06-11T00:13:59"), 0, 0),
    "the end of the grace": (rules(grace=GRACE), at("2026-06-11T00:14:00"), 0, 0),
    "a second after the grace": (rules(grace=GRACE), at("2026-06-11T00:14:01"), 1, TENTH),
    "grace moves no day": (rules(grace=GRACE), at("2026-06-12T00:00:00"), 2, 2 * TENTH),
    "a second before a day": (rules(), at("2026-06-11T23:58:59"), 1, TENTH),
    "a whole day": (rules(), at("2026-06-11T23:59:00"), 1, TENTH),
    "a second after a day": (rules(), at("2026-06-11T23:59:01"), 2, 2 * TENTH),
    "a second before the last moment": (rules(until=UNTIL), at("2026-06-12T23:58:59"), 2, 2 * TENTH),
    "the last moment": (rules(until=UNTIL), at("2026-06-12T23:59:00"), 2, 2 * TENTH),
    "a second after the last moment": (rules(until=UNTIL), at("2026-06-12T23:59:01"), 3, 1),
    "never more than all": (rules(), at("2026-07-30T00:00:00"), 50, 1),
    "calendar: the same evening": (rules("2026-06-10 12:00", days="calendar"), at("2026-06-10T23:59:59"), 1, TENTH),
    "calendar: after midnight": (rules("2026-06-10 12:00", days="calendar"), at("2026-06-11T00:00:00"), 1, TENTH),
    "calendar: the second midnight": (rules(days="calendar"), at("2026-06-12T00:00:00"), 2, 2 * TENTH),
    "calendar: just before it": (rules(days="calendar"), at("2026-06-11T23:59:59"), 1, TENTH),
    "calendar: the last day's end": (rules(days="calendar", until=UNTIL), at("2026-06-12T23:59:59"), 2, 2 * TENTH),
    "calendar: a second after": (rules(days="calendar", until=UNTIL), at("2026-06-13T00:00:00"), 3, 1),
    # Clocks go back in New York on 1 November 2026: 24 h 31 min have passed, though the wall shows 23 h 31 min.
    "New York, autumn, by 24 h": (rules("2026-10-31 23:59", NY), at("2026-11-01T23:30:00", NY), 2, 2 * TENTH),
    "New York, autumn, one day": (rules("2026-10-31 23:59", NY), at("2026-11-01T22:59:00", NY), 1, TENTH),
    "New York, autumn, calendar": (
        rules("2026-10-31 23:59", NY, days="calendar"),
        at("2026-11-01T23:30:00", NY),
        1,
        TENTH,
    ),
    # Clocks go forward on 8 March 2026: the day has 23 hours.
    "New York, spring, by 24 h": (rules("2026-03-07 23:59", NY), at("2026-03-09T00:30:00", NY), 1, TENTH),
    "New York, spring, after it": (rules("2026-03-07 23:59", NY), at("2026-03-09T01:00:00", NY), 2, 2 * TENTH),
    "New York, spring, calendar": (
        rules("2026-03-07 23:59", NY, days="calendar"),
        at("2026-03-09T00:30:00", NY),
        2,
        2 * TENTH,
    ),
    "Berlin, autumn, by 24 h": (rules("2026-10-24 12:00"), at("2026-10-25T11:30:00"), 2, 2 * TENTH),
    "Berlin, spring, by 24 h": (rules("2026-03-28 12:00"), at("2026-03-29T13:00:00"), 1, TENTH),
    # 02:30 happens twice on 25 October 2026 in Berlin, and is due the second time.
    "the doubled hour, the first time": (rules("2026-10-25 02:30"), at("2026-10-25T02:45:00", fold=0), 0, 0),
    "the doubled hour, the second time": (rules("2026-10-25 02:30"), at("2026-10-25T02:30:00", fold=1), 0, 0),
    "the doubled hour, after it": (rules("2026-10-25 02:30"), at("2026-10-25T02:30:01", fold=1), 1, TENTH),
    # 02:30 does not happen on 29 March 2026 in Berlin: due at 03:30 of summer.
    "the missing hour, in time": (rules("2026-03-29 02:30"), at("2026-03-29T03:30:00"), 0, 0),
    "the missing hour, late": (rules("2026-03-29 02:30"), at("2026-03-29T03:30:01"), 1, TENTH),
    "the missing hour, New York": (rules("2026-03-08 02:30", NY), at("2026-03-08T03:30:01", NY), 1, TENTH),
    "the doubled hour, New York": (rules("2026-11-01 01:30", NY), at("2026-11-01T01:30:00", NY, fold=1), 0, 0),
    "an offset is what it says": (rules("2026-06-10T23:59+00:00"), at("2026-06-11T01:59:00"), 0, 0),
    "nothing known": (rules(), None, 0, 0),
    "no rule": (None, at("2026-06-11T01:59:00"), 0, 0),
}


@pytest.mark.parametrize("case", TABLE.values(), ids=TABLE)
def test_days_and_their_share(case):
    """Elapsed time is that of UTC, steps of the calendar those of the course's zone."""
    rule, moment, days, share = case
    found = lateness(rule, moment)
    assert (found.days, found.share) == (days, share)


def test_a_time_that_is_not_known_is_not_late_and_is_told():
    """Nobody is charged for what nobody knows."""
    found = lateness(rules(), None)
    assert found.is_unknown and not found.is_late and found.penalty(Fraction(8), Fraction(10)) == 0
    assert not lateness(None, None).is_unknown


EXTENSIONS = {
    "before the new time": ("2026-06-13 12:00", "2026-06-13T11:59:59", 0, False),
    "at the new time": ("2026-06-13 12:00", "2026-06-13T12:00:00", 0, False),
    "after the new time": ("2026-06-13 12:00", "2026-06-13T12:00:01", 1, False),
    "earlier than the due time does not count": ("2026-06-09 12:00", "2026-06-10T23:00:00", 0, True),
    "earlier, and late all the same": ("2026-06-09 12:00", "2026-06-11T12:00:00", 1, True),
}


@pytest.mark.parametrize("case", EXTENSIONS.values(), ids=EXTENSIONS)
def test_an_extension_replaces_the_due_time_where_it_is_later(case):
    """The later of both wins; the other way round is told."""
    end, moment, days, warned = case
    rule = rules()
    found = lateness(rule, at(moment), extended_to=latest_meaning(read_moment(end), rule.zone))
    assert (found.days, bool(found.warnings)) == (days, warned)


def test_what_lateness_takes():
    """Of what was earned, or of the maximum, but never more than there is; all of it after the last moment."""
    eight, ten = Fraction(8), Fraction(10)
    late = at("2026-06-12T12:00:00")
    assert lateness(rules(), late).penalty(eight, ten) == Fraction(16, 10)
    assert lateness(rules(of="maximum"), late).penalty(eight, ten) == 2
    assert lateness(rules(of="maximum"), late).penalty(Fraction(1), ten) == 1
    assert lateness(rules(until=timedelta(days=1)), late).penalty(eight, ten) == eight
    assert lateness(rules(), late, waived="ill").penalty(eight, ten) == 0


def test_sections_have_due_times_of_their_own():
    """The latest, where somebody is in several."""
    rule = rules(sections={"A": at("2026-06-11T12:00:00"), "B": at("2026-06-12T12:00:00")})
    assert lateness(rule, at("2026-06-11T12:00:00"), section="A").days == 0
    assert lateness(rule, at("2026-06-11T12:00:00"), section="C").days == 1
    assert lateness(rule, at("2026-06-12T12:00:00"), section="A and B").days == 0


@pytest.mark.parametrize("text", ["0001-01-01 00:00", "9999-12-31 23:59", "2026-02-30 12:00", "2026-04-25", "soon", ""])
def test_what_is_no_moment_is_refused_in_words(text):
    """A year that another zone would not have is a typing error, not an error of arithmetic."""
    with pytest.raises(ValueError, match=r"no date and time|no year|out of range"):
        read_moment(text)


@pytest.mark.parametrize(
    ("rule", "end"),
    [
        (rules(), "2026-06-10T23:59"),
        (rules(grace=GRACE), "2026-06-11T00:14"),
        (rules(until=UNTIL), "2026-06-12T23:59"),
        (rules("2026-06-10 12:00", until=UNTIL, days="calendar"), "2026-06-13T00:00"),
        (rules("2026-10-24 12:00", until=UNTIL, days="calendar"), "2026-10-27T00:00"),
        (rules(until=GRACE, grace=UNTIL), "2026-06-12T23:59"),
    ],
)
def test_the_last_moment_is_the_last_that_is_taken(rule, end):
    """A second before it work is taken, and a second after it is not."""
    last = last_moment(rule, rule.due)
    assert last == at(end)
    second = timedelta(seconds=1)
    if rule.until:
        assert not lateness(rule, last - second).is_closed and lateness(rule, last + second).is_closed


def test_due_times_are_over_once_the_last_of_all_late_days_is():
    """Of a section that hands in later and of somebody's extension too: until then nobody sees what waits for it."""
    late = rules(sections={"B": at("2026-06-17T23:59")}, until=UNTIL)
    assert not ledger([], rubric=replace(RUBRIC, late=late)).is_past_due(at("2026-06-19T23:58"))
    assert ledger([], rubric=replace(RUBRIC, late=late)).is_past_due(at("2026-06-20T00:00"))
    extension = act(1, "extension", "ana", value=at("2026-06-20T12:00").isoformat())
    extended = ledger([], [extension], rubric=replace(RUBRIC, late=late))
    assert not extended.is_past_due(at("2026-06-22T11:59")) and extended.is_past_due(at("2026-06-22T12:01"))


@pytest.mark.parametrize("written", ["lab b", " Lab  B ", "LAB B, A", "A and lab B", "A; Lab B"])
def test_sections_are_read_as_people_write_them(written):
    """Case and spaces make no other section; one that merely begins alike is another."""
    rule = rules(sections={"Lab B": at("2026-06-12T12:00:00")})
    assert rule.due_for(written) == at("2026-06-12T12:00:00")
    assert rule.due_for("Lab B2") == rule.due_for("A") == rule.due_for("") == rule.due
