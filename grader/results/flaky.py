"""Verdicts under several seeds: one that depends on the seed is marked, for a person to settle instead of luck."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from grader.model.record import CheckRecord, QuestionRecord, ResultRecord, status_of

# By check: what its entry in a line of results says instead.
Marks = dict[str, dict[str, Any]]

_NOTICE = (
    "With some of the inputs tried this check passes, with others it does not come out the same. "
    "A person looks at it; what follows is where it comes out worst."
)


def seeds_from(first: int, n: int) -> list[int]:
    """`n` seeds: the first, and others that follow from it."""
    return [first, *(_derive_seed(first, index) for index in range(1, n))]


def _derive_seed(first: int, index: int) -> int:
    return int.from_bytes(hashlib.sha256(f"{first}/{index}".encode()).digest()[:4], "big")


def flaky(runs: Sequence[ResultRecord]) -> Marks:
    """The checks of one submission whose status or score is not the same in all runs; the first one is the record's."""
    by_run = [dict(_entries(line)) for line in runs]
    return {
        name: _mark(runs, [entries[name] for entries in by_run])
        for name, entry in by_run[0].items()
        if entry["status"] != "ungraded"  # not settled at all: it is graded again first
        and any(_outcome(entries[name]) != _outcome(entry) for entries in by_run)
    }


def mark_flaky(line: ResultRecord, marks: Marks) -> ResultRecord:
    """A line of results with its flaky checks marked; its scores are those of its own seed."""
    if not marks:
        return line
    questions = [_marked_question(question, marks) for question in line["questions"]]
    return {**line, "status": status_of([line["status"], "needs_review"]), "questions": questions}


def _marked_question(question: QuestionRecord, marks: Marks) -> QuestionRecord:
    checks = [cast(CheckRecord, {**check, **marks.get(check["id"], {})}) for check in question["checks"]]
    return {**question, "checks": checks}


def _entries(line: ResultRecord) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for question in line["questions"]:
        for entry in question["checks"]:
            yield entry["id"], entry


def _outcome(entry: Mapping[str, Any]) -> tuple[str, float]:
    return entry["status"], entry["score"]


def _mark(runs: Sequence[ResultRecord], entries: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    worst = min(entries, key=lambda entry: entry["score"] or 0.0)
    return {
        "status": "needs_review",
        "feedback": f"{_NOTICE}\n{worst['feedback']}",
        "counterexample": worst["counterexample"],
        "flaky": [
            {"seed": line["seed"], "status": entry["status"], "score": entry["score"]}
            for line, entry in zip(runs, entries, strict=True)
        ],
    }
