"""A result as it is written down: one line of results.jsonl, key by key (schema 1)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal, NotRequired, TypedDict

Status = Literal[
    "passed", "partial", "failed", "missing", "error", "timeout", "out_of_memory", "crashed", "blocked",
    "needs_review", "ungraded",
]  # fmt: skip
ResultStatus = Literal["graded", "needs_review", "ungraded"]
Visibility = Literal["visible", "after_due_date", "after_published", "hidden"]
Part = Literal["code", "writeup"]

SCHEMA = 1
# What is said of a function that only raises NotImplementedError begins so.
NOT_WRITTEN = "Not written yet: "


class CounterexampleRecord(TypedDict):
    """The smallest input that shows a failure.

    Args:
        call: Python that makes it, call by call.
        actual: what came out.
        expected: what should have.
        differing: which cells were missed, counted row by row; null where it is not about numbers.
    """

    call: str
    actual: str
    expected: str
    differing: list[int] | None


class SeedRecord(TypedDict):
    """What a check came to under one seed."""

    seed: int
    status: Status
    score: float | None


class CheckRecord(TypedDict):
    """One check's verdict.

    Args:
        part: whether code or the write-up is looked at.
        functions: those of the student's that it calls, as module.function.
        examples: how many cases were tried.
        failed_examples: in how many of them it did not pass in full.
        worst_error: the largest error in units of the first tier's tolerance, where it can be said.
        score: points earned; null where it could not be judged, which is never a 0.
        misconception: the known mistake that the answers are those of.
        feedback: what the student reads.
        seconds: how long it took; the only key that differs from run to run.
        flaky: what it came to under each seed, where that hangs on the seed.
    """

    id: str
    part: Part
    functions: list[str]
    status: Status
    score: float | None
    max_score: float
    visibility: Visibility
    examples: int
    failed_examples: int
    worst_error: float | None
    misconception: str | None
    feedback: str
    counterexample: CounterexampleRecord | None
    seconds: float
    flaky: NotRequired[list[SeedRecord]]


class QuestionRecord(TypedDict):
    """One question's checks, and what they add up to; no score where one of them has none."""

    id: str
    score: float | None
    max_score: float
    checks: list[CheckRecord]


class ResultRecord(TypedDict):
    """One submission's result.

    Args:
        schema: of these keys; it is raised when one changes its meaning.
        submission: whose; the lines are in its order.
        digest: of what was handed in.
        rubric_digest: of all files of the course that the verdicts rest on.
        seed: that the cases were drawn from.
        sandbox: the layers that held.
        status: ungraded where a check could not be run, needs_review where a person must look.
        score: points earned; null where it is ungraded, which is never a 0.
        notes: what was inferred or left out when the hand-in was read.
        output: what the student's code printed.
        hidden_checks: how many checks are not told of, where the line is for students.
    """

    schema: int
    assignment: str
    submission: str
    digest: str
    rubric_digest: str
    seed: int
    sandbox: str
    status: ResultStatus
    score: float | None
    max_score: float
    seconds: float
    notes: list[str]
    output: str
    questions: list[QuestionRecord]
    hidden_checks: NotRequired[int]


# A status that leaves the score open: for a person, or for the next run.
OPEN: frozenset[Status] = frozenset({"needs_review", "ungraded"})


def score_text(score: float | None) -> str:
    """Points as people read them; a dash where there are none."""
    return "–" if score is None else f"{score:g}"


def status_of(verdicts: Collection[Status | ResultStatus]) -> ResultStatus:
    """`ungraded` where a check could not be run, `needs_review` where a person must look."""
    if "ungraded" in verdicts:
        return "ungraded"
    return "needs_review" if "needs_review" in verdicts else "graded"


def checks_of(record: ResultRecord) -> list[CheckRecord]:
    """Every check of a record, in the rubric's order."""
    return [check for question in record["questions"] for check in question["checks"]]
