"""results.json: what Gradescope reads, for every status and any text."""

from __future__ import annotations

import json

import jsonschema
import pytest
from hypothesis import given

from grader.export.gradescope import SubmissionTimes, gradescope
from tests.export.conftest import STATUSES, check, line, lines
from tests.export.gradescope_schema import RESULTS

METADATA = {"created_at": "2026-11-23T10:00:00+01:00", "assignment": {"due_date": "2026-11-22T08:00:00Z"}}


def as_graded(line):
    """A line as grading writes it: without a score where a check is ungraded."""
    ungraded = any(check["status"] == "ungraded" for question in line["questions"] for check in question["checks"])
    return {**line, "score": None if ungraded else line["score"]}


@given(line=lines.map(as_graded))
def test_a_document_is_what_the_specification_says(line):
    """Known keys and words only; numbers that JSON has; a score for the whole and each test, or for none."""
    document = json.loads(json.dumps(gradescope(line), allow_nan=False))
    jsonschema.validate(document, RESULTS)
    if line["score"] is None:
        assert "score" not in document
        assert not any("score" in test or "max_score" in test for test in document["tests"])
        return
    judged = [test for test in document["tests"] if "status" in test]
    for test in judged:
        assert 0 <= test["score"] <= test["max_score"]
    if judged == document["tests"]:
        assert sum(test["score"] for test in judged) == pytest.approx(document["score"], abs=1e-2)


@pytest.mark.parametrize("status", [status for status in STATUSES if status != "ungraded"])
def test_every_status_is_folded_into_two(status):
    """Only what passed has passed; what waits for a person is neither green nor red."""
    [test] = gradescope(line([check("a", status)]))["tests"]
    wanted = {"passed": "passed", "needs_review": None}.get(status, "failed")
    assert test.get("status") == wanted
    assert ("score" in test) == (wanted is not None)  # by a score alone Gradescope finds a color
    assert test["output"].startswith(status.replace("_", " "))


def test_nothing_is_said_twice():
    """Where a status is all that there is to say, it stands there once."""
    [test] = gradescope(line([check("a", "passed", feedback="")]))["tests"]
    assert test["output"].splitlines() == ["passed"]


def test_an_ungraded_check_takes_the_score_with_it():
    """Our fault is never a zero: Gradescope is given no number at all."""
    document = gradescope(line([check("a"), check("b", "ungraded")], score=None, status="ungraded"))
    assert "score" not in document
    assert [(test["name"], test.keys() & {"score", "max_score"}) for test in document["tests"]] == [("a", set())]


def test_what_waits_until_the_due_date_has_its_feedback_then():
    """Gradescope keeps the whole test back; a hidden one would be shown to nobody, and says nothing."""
    cases = [check("a", "failed", visibility=seen, feedback="At [0]: got 1.") for seen in ("after_due_date", "hidden")]
    later, never = gradescope(line(cases, output="printed"))["tests"]
    assert "At [0]: got 1." in later["output"]
    assert never["output"] == "failed"


@pytest.mark.parametrize(
    ("users", "late_by_s"),
    [
        ([{"assignment": {"due_date": "2026-11-25T08:00:00Z", "late_due_date": None}}], 0),
        ([{"name": "Ana"}, {"assignment": {"due_date": "2026-11-23T08:00:00Z"}}], 3600),
        ([{"assignment": {"due_date": "2026-11-22T08:00:00Z"}}, {"assignment": None}, "Bo"], 90_000),
        ({"assignment": []}, 90_000),
    ],
)
def test_an_extension_counts(users, late_by_s):
    """A student's own due date is the one that holds; of a group's the latest."""
    lateness = SubmissionTimes.of({**METADATA, "users": users})
    assert gradescope(line([check("a")]), lateness)["extra_data"]["late_by_s"] == late_by_s


@pytest.mark.parametrize(
    ("change", "late_by_s", "said"),
    [
        ({}, 90_000, "Handed in 1 d 1 h 0 min after the due date. No points are taken for it here."),
        ({"late_due_date": "2026-11-22T09:00:00Z"}, 90_000, "after the late due date"),
        ({"due_date": "2026-11-23T09:00:00Z"}, 0, ""),
    ],
)
def test_lateness_is_told_and_takes_nothing(change, late_by_s, said):
    """By when it was handed in, whenever it is graded."""
    lateness = SubmissionTimes.of({**METADATA, "assignment": METADATA["assignment"] | change})
    document = gradescope(line([check("a")]), lateness)
    assert document["extra_data"]["late_by_s"] == late_by_s
    assert said in document["output"]
    assert document["score"] == 2.0


@pytest.mark.parametrize(
    "metadata", [{}, {"assignment": None}, {**METADATA, "created_at": "yesterday"}, {"assignment": []}]
)
def test_without_dates_nobody_is_late(metadata):
    """A run by hand has no metadata."""
    assert SubmissionTimes.of(metadata) is None
