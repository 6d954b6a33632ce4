"""Classroom 50's result.json, against a restatement of its published schema."""

from __future__ import annotations

import jsonschema
import pytest
from hypothesis import given

from grader.errors import UsageError
from grader.export.classroom50 import classroom50, identity
from tests.export.conftest import check, line, scored_lines

RUNNER = {
    "CLASSROOM": "dl", "ASSIGNMENT": "hw1", "ASSIGNMENT_TYPE": "individual", "OWNER": "ana",
    "SUBMISSION_TAG": "submit/2026-11-23T01-02-03Z-a1b2c3d", "COMMIT_URL": "https://example.org/c",
    "RELEASE_URL": "https://example.org/r", "REVIEW_URL": "https://example.org/v",
}  # fmt: skip
TEXT = {"type": "string", "minLength": 1}
COUNT = {"type": "integer", "minimum": 0}
TIME = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$"}
FIELDS = {
    "schema": {"const": "classroom50/result/v1"}, "classroom": TEXT, "assignment": TEXT,
    "assignment_type": {"enum": ["individual", "group"]}, "owner": TEXT,
    "submission": {"type": "string", "pattern": "^submit/"}, "commit": TEXT, "release": TEXT, "review": TEXT,
    "datetime": TIME, "score": COUNT, "max-score": COUNT,
    "tests": {"type": "array", "items": {
        "type": "object", "required": ["test-name", "passed", "score", "max-score"],
        "properties": {"test-name": TEXT, "passed": {"type": "boolean"}, "score": COUNT, "max-score": COUNT},
    }},
}  # fmt: skip
SCHEMA = {"type": "object", "additionalProperties": False, "required": list(FIELDS), "properties": FIELDS}


@given(scored_lines)
def test_any_result_keeps_the_schema_and_its_sums(result):
    """Whole numbers, none above its most, parts that add up, and the whole right to half a hundredth a check."""
    document = classroom50(result, identity(RUNNER))
    jsonschema.validate(document, SCHEMA)
    tests = document["tests"]
    assert all(test["score"] <= test["max-score"] for test in tests)
    assert document["score"] == sum(test["score"] for test in tests)
    assert document["max-score"] == sum(test["max-score"] for test in tests)
    assert abs(document["max-score"] - 100 * result["max_score"]) <= 0.5 + 0.01 * len(tests)
    assert abs(document["score"] - 100 * result["score"]) <= 1.5 * len(tests) + 0.01


def test_three_thirds_are_one():
    """Rounding each alone would make 99 of a point."""
    document = classroom50(line([check(name, max_score=0.3333) for name in "abc"]), identity(RUNNER))
    assert [test["max-score"] for test in document["tests"]] == [33, 34, 33]
    assert document["score"] == document["max-score"] == 100


def test_numbers_are_hundredths_of_a_point():
    """Of all rubrics alike, so that two students' numbers mean the same."""
    document = classroom50(line([check("f", "partial", 1.25, 2.0, feedback="Nearly.\nMore.")]), identity(RUNNER))
    assert (document["score"], document["max-score"]) == (125, 200)
    assert document["tests"][0]["message"] == "Nearly."
    assert document["tests"][0]["passed"] is False


def test_the_time_is_the_submissions_own():
    """From the tag or the commit's date, in UTC; a regrade has the same."""
    assert identity(RUNNER)["datetime"] == "2026-11-23T01:02:03Z"
    told = identity(RUNNER | {"COMMIT_DATE": "2026-11-23T02:02:03+02:00"})
    assert told["datetime"] == "2026-11-23T00:02:03Z"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"CLASSROOM": "", "COMMIT_URL": ""}, "needs CLASSROOM, COMMIT_URL in the environment"),
        ({"SUBMISSION_TAG": "submit/phase1"}, "set COMMIT_DATE"),
        ({"COMMIT_DATE": "yesterday"}, "'yesterday' is no date"),
        ({"COMMIT_DATE": "2026-11-23T01:02:03"}, "has no time zone"),
        ({"SUBMISSION_TAG": "v1"}, "does not begin with submit/"),
        ({"ASSIGNMENT_TYPE": "duo"}, "'duo' is neither individual nor group"),
        ({"OWNER": ""}, "needs OWNER"),
    ],
)
def test_what_the_runner_did_not_tell_is_asked_for(changed, said):
    """By name, before anything is run; a result without an identity would land in nobody's gradebook."""
    with pytest.raises(UsageError, match=said):
        identity(RUNNER | changed)


@pytest.mark.parametrize(
    ("changed", "owner"),
    [
        ({"USERNAME": "ben"}, "ben"),
        ({"GITHUB_REPOSITORY": "org/DL-hw1-ben-x"}, "ben-x"),
        ({"GITHUB_REPOSITORY": "org/other", "GITHUB_ACTOR": "ben"}, "ben"),
    ],
)
def test_the_owner_is_the_repositorys(changed, owner):
    """Told by the runner, else read from the repository's name, else who pushed."""
    assert identity(RUNNER | {"OWNER": ""} | changed)["owner"] == owner


def test_older_runners_are_understood():
    """MODE for the type, no link to a review."""
    told = identity({**RUNNER, "ASSIGNMENT_TYPE": "", "MODE": "group", "REVIEW_URL": ""})
    assert (told["assignment_type"], told["review"]) == ("group", RUNNER["COMMIT_URL"])
