"""Classroom 50's `result.json` (classroom50/result/v1): whole numbers, in hundredths of a point."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

from grader.errors import UsageError
from grader.export import first_sentence
from grader.model.record import CheckRecord, ResultRecord, checks_of

SCHEMA = "classroom50/result/v1"
# The format has whole numbers only. Parts of points are common (a third, a tier's half), so all are hundredths,
# whatever the rubric: two students' numbers must mean the same.
SCALE = 100
_REQUIRED = ("CLASSROOM", "ASSIGNMENT", "SUBMISSION_TAG", "COMMIT_URL", "RELEASE_URL")
_TAG_TIME = re.compile(r"submit/(\d{4}-\d\d-\d\dT)(\d\d)-?(\d\d)-?(\d\d)Z")


def identity(environment: Mapping[str, str]) -> dict[str, str]:
    """Whose submission it is, from the variables that the runner sets.

    Raises:
        UsageError: a variable is not set, or nothing tells when the commit was made.
    """
    lacking = [name for name in _REQUIRED if not environment.get(name)]
    if lacking:
        raise UsageError(
            f"result.json needs {', '.join(lacking)} in the environment, as Classroom 50's runner sets them"
        )
    if not environment["SUBMISSION_TAG"].startswith("submit/"):
        raise UsageError(f"SUBMISSION_TAG {environment['SUBMISSION_TAG']!r} does not begin with submit/")
    return {
        "classroom": environment["CLASSROOM"],
        "assignment": environment["ASSIGNMENT"],
        "assignment_type": _type(environment),
        "owner": _owner(environment),
        "submission": environment["SUBMISSION_TAG"],
        "commit": environment["COMMIT_URL"],
        "release": environment["RELEASE_URL"],
        "review": environment.get("REVIEW_URL") or environment["COMMIT_URL"],
        "datetime": _commit_time(environment),
    }


def classroom50(line: ResultRecord, identity: Mapping[str, str]) -> dict[str, Any]:
    """The document of a line that has a score."""
    tests = _tests(checks_of(line))
    return {
        "schema": SCHEMA,
        **identity,
        "score": sum(test["score"] for test in tests),
        "max-score": sum(test["max-score"] for test in tests),
        "tests": tests,
    }


def _tests(cases: list[CheckRecord]) -> list[dict[str, Any]]:
    """One entry a check.

    What checks are worth is rounded along their running sum, so that the whole is right; what was earned is rounded
    within that, so that all stays all, nothing stays nothing, and the parts add up to the total.
    """
    tests = []
    worth = Fraction(0)
    for check in cases:
        before, worth = round(worth * SCALE), worth + _exact(check["max_score"])
        most = round(worth * SCALE) - before
        share = Fraction(0) if not check["max_score"] else _exact(check["score"] or 0) / _exact(check["max_score"])
        tests.append(
            {
                "test-name": check["id"],
                "passed": check["status"] == "passed",
                "score": round(share * most),
                "max-score": most,
                "message": "" if check["status"] == "passed" else first_sentence(check),
            }
        )
    return tests


def _exact(points: float) -> Fraction:
    return Fraction(str(points))


def _type(environment: Mapping[str, str]) -> str:
    told = environment.get("ASSIGNMENT_TYPE") or environment.get("MODE") or "individual"
    if told not in ("individual", "group"):
        raise UsageError(f"ASSIGNMENT_TYPE {told!r} is neither individual nor group")
    return told


def _owner(environment: Mapping[str, str]) -> str:
    """The repository's student: told, or the end of `CLASSROOM-ASSIGNMENT-owner`."""
    told = environment.get("OWNER") or environment.get("USERNAME")
    if told:
        return told
    repository = environment.get("GITHUB_REPOSITORY", "").rpartition("/")[2]
    prefix = f"{environment['CLASSROOM']}-{environment['ASSIGNMENT']}-"
    named = repository[len(prefix) :] if repository.lower().startswith(prefix.lower()) else ""
    owner = named or environment.get("GITHUB_ACTOR", "")
    if not owner:
        raise UsageError("result.json needs OWNER in the environment: the GitHub name that the repository belongs to")
    return owner


def _commit_time(environment: Mapping[str, str]) -> str:
    """When the commit was made: COMMIT_DATE, else the time in the tag; never now, which a regrade would change."""
    told = environment.get("COMMIT_DATE", "")
    if not told:
        found = _TAG_TIME.match(environment["SUBMISSION_TAG"])
        if found is None:
            raise UsageError(
                f"SUBMISSION_TAG {environment['SUBMISSION_TAG']!r} tells no time, as submit/2026-11-23T01-02-03Z-… "
                "does: set COMMIT_DATE to the commit's date (`git show --no-patch --format=%cI`)"
            )
        told = f"{found[1]}{found[2]}:{found[3]}:{found[4]}Z"
    try:
        date = datetime.fromisoformat(told)
    except ValueError:
        raise UsageError(f"COMMIT_DATE {told!r} is no date like 2026-11-23T01:02:03Z") from None
    if date.tzinfo is None:
        raise UsageError(f"COMMIT_DATE {told!r} has no time zone; 2026-11-23T01:02:03Z has")
    return date.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
