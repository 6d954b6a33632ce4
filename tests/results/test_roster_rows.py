"""A roster without a column `student`, as platforms export it: what it says counts all the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

from grader.intake.records import Attempt, HandInRecord
from grader.intake.roster import Roster
from grader.results.roll import collect
from grader.rubric.late import LateRules
from tests.report.classes import RUBRIC, check, ledger, result

ROSTER = "SIS Login ID,Student,ID,Section,extension\nal,Ada L,101,B,\nbo,Bob B,102,A,2026-03-09 12:00\n"


def test_sections_extensions_and_names_are_found_by_login_and_number(tmp_path):
    """Of who was imported under the login, and of who stands under the platform's number."""
    (tmp_path / "roster.csv").write_text(ROSTER)
    rules = LateRules(
        datetime(2026, 3, 1, 12, tzinfo=UTC), ZoneInfo("UTC"), {"B": datetime(2026, 3, 8, 12, tzinfo=UTC)},
        per_day=Fraction(1, 10),
    )  # fmt: skip
    moment = "2026-03-05T12:00:00+00:00"
    records = {
        "al": HandInRecord("al", "canvas", Attempt(1, "1", "al", moment), login="al"),
        "canvas-102": HandInRecord("canvas-102", "canvas", Attempt(1, "2", "canvas-102", moment), lms_user_id="102"),
        "kim": HandInRecord("kim", "canvas", Attempt(1, "3", "kim", moment), login="kim"),
    }
    found = ledger(
        [result(name, [check(one, "passed") for one in RUBRIC.checks]) for name in records],
        rubric=replace(RUBRIC, late=rules), roster=Roster.read(tmp_path / "roster.csv"), records=records,
    )  # fmt: skip
    told = {one.student: one for one in collect(found).students}
    assert {name: (one.who.name, one.section) for name, one in told.items()} == {
        "al": ("Ada L", "B"), "canvas-102": ("Bob B", "A"), "kim": ("", ""),
    }  # fmt: skip
    assert told["al"].grade.lateness == told["canvas-102"].grade.lateness == "" != told["kim"].grade.lateness
