"""Adds up again: the verdicts that are kept, with the points and visibilities that the rubric states now."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from grader.model.record import CheckRecord, QuestionRecord, ResultRecord
from grader.model.verdict import points
from grader.results.machine import MachineCheck, machine_result
from grader.results.store import Store
from grader.rubric import CheckSpec, Rubric


def rescore(store: Store, rubric: Rubric) -> list[str]:
    """Rewrite the lines of a store, and return the checks that the rubric has and some line has not.

    A line that lacks a check stays as it is: what was not tried cannot be added up. One of which a check is left out
    is no longer what was graded, and is not taken for it where the rubric has the check again.
    """
    lacking: dict[str, None] = {}
    for line, basis in store.with_bases(marks=False):
        lacks = [spec.id for spec in rubric.checks if spec.id not in _ids(line)]
        lacking |= dict.fromkeys(lacks)
        if not lacks:
            store.amend(rescore_record(line, basis, rubric), is_whole=_ids(line) <= {spec.id for spec in rubric.checks})
    return list(lacking)


def _ids(line: ResultRecord) -> set[str]:
    return {entry["id"] for question in line["questions"] for entry in question["checks"]}


def rescore_record(line: ResultRecord, basis: Mapping[str, Any], rubric: Rubric) -> ResultRecord:
    """A line with the rubric's points; checks that the rubric has no more are left out."""
    known = {check.entry["id"]: check for check in machine_result(line, basis, rubric).checks}
    questions: list[QuestionRecord] = []
    total = Fraction(0)
    for question in rubric.questions:
        earned = [_credit(known[spec.id]) * spec.points for spec in question.checks]
        total += sum(earned, Fraction(0))
        checks = [_entry(known[spec.id], spec, score) for spec, score in zip(question.checks, earned, strict=True)]
        has_all = all(check["score"] is not None for check in checks)
        questions.append({
            "id": question.id,
            "score": points(sum(earned, Fraction(0))) if has_all else None,
            "max_score": points(question.points),
            "checks": checks,
        })  # fmt: skip
    score = None if line["status"] == "ungraded" else points(total)
    return {**line, "score": score, "max_score": points(rubric.points), "questions": questions}


def _credit(check: MachineCheck) -> Fraction:
    return check.earned / check.max_score if check.max_score else Fraction(0)


def _entry(check: MachineCheck, spec: CheckSpec, score: Fraction) -> CheckRecord:
    return {
        **check.entry,
        "score": None if check.entry["status"] == "ungraded" else points(score),
        "max_score": points(spec.points),
        "visibility": spec.visibility,
    }
