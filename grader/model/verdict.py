"""What grading concludes: a verdict per check, a result per submission."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property

from grader.model.record import (
    SCHEMA,
    CheckRecord,
    CounterexampleRecord,
    Part,
    ResultRecord,
    ResultStatus,
    Status,
    Visibility,
    status_of,
)


@dataclass(frozen=True)
class Counterexample:
    """The smallest input found that shows a failure: a call to paste, what came out, what should have.

    Args:
        differing: which of the expected numbers were missed, counted row by row; None where it is not about numbers.
    """

    call: str
    actual: str
    expected: str
    differing: tuple[int, ...] | None = None

    @classmethod
    def from_json(cls, entry: CounterexampleRecord) -> Counterexample:
        """The inverse of `to_json`."""
        differing = entry.get("differing")
        return cls(entry["call"], entry["actual"], entry["expected"], None if differing is None else tuple(differing))

    def to_json(self) -> CounterexampleRecord:
        """Its entry in results.jsonl."""
        differing = None if self.differing is None else list(self.differing)
        return {"call": self.call, "actual": self.actual, "expected": self.expected, "differing": differing}


@dataclass(frozen=True)
class KeptReplies:
    """What a submission answered to the calls of a check, so that it can be judged again without its code.

    Args:
        calls: digest of the calls and of all else that the answers rest on beside the submission.
        digest: of the answers.
        data: the answers, compressed; empty where these very answers were handed on before.
    """

    calls: str
    digest: str
    data: bytes = b""


@dataclass(frozen=True)
class Verdict:
    """One check's conclusion about one submission; points are exact fractions.

    Args:
        key: of all that the conclusion rests on beside the submission; empty where it may not be taken over.
        replies: what was concluded from, where it can be kept.
        answer: digest of what the check read of the submission, which a person's word on it is bound to.
        place: file and line of the student's code at which it ended, where a call did not return.
        is_doubtful: another run may come to something else, so it is never taken over.
    """

    id: str
    part: Part
    functions: tuple[str, ...]
    status: Status
    score: Fraction
    max_score: Fraction
    visibility: Visibility = "visible"
    examples: int = 0
    failed_examples: int = 0
    worst_error: float | None = None
    misconception: str | None = None
    feedback: str = ""
    counterexample: Counterexample | None = None
    seconds: float = 0.0
    key: str = field(default="", compare=False)
    replies: KeptReplies | None = field(default=None, compare=False, repr=False)
    answer: str = field(default="", compare=False, repr=False)
    place: tuple[str, int] | None = field(default=None, compare=False, repr=False)
    is_doubtful: bool = field(default=False, compare=False)

    @property
    def credit(self) -> Fraction:
        """The share of the points that was earned."""
        return self.score / self.max_score if self.max_score else Fraction(0)

    def worth(self, points: Fraction, visibility: Visibility) -> Verdict:
        """The same verdict in a rubric that gives the check other points."""
        return replace(self, score=points * self.credit, max_score=points, visibility=visibility)

    def as_ungraded(self, reason: str) -> Verdict:
        """The verdict of the same check where it could not be run through no fault of the student."""
        return Verdict(
            self.id, self.part, self.functions, "ungraded", Fraction(0), self.max_score, self.visibility,
            feedback=reason,
        )  # fmt: skip

    @classmethod
    def from_json(
        cls, entry: CheckRecord, credit: Fraction, key: str, replies: KeptReplies | None = None, answer: str = ""
    ) -> Verdict:
        """The inverse of `to_json`, with the exact share of the points, which JSON does not hold."""
        shown = entry["counterexample"]
        return cls(
            id=entry["id"],
            part=entry["part"],
            functions=tuple(entry["functions"]),
            status=entry["status"],
            score=credit,
            max_score=Fraction(1),
            visibility=entry["visibility"],
            examples=entry["examples"],
            failed_examples=entry["failed_examples"],
            worst_error=entry["worst_error"],
            misconception=entry["misconception"],
            feedback=entry["feedback"],
            counterexample=None if shown is None else Counterexample.from_json(shown),
            seconds=entry["seconds"],
            key=key,
            replies=replies,
            answer=answer,
        )

    def to_json(self) -> CheckRecord:
        """The check's entry in results.jsonl; points become floats here and only here."""
        shown = self.counterexample
        return {
            "id": self.id,
            "part": self.part,
            "functions": list(self.functions),
            "status": self.status,
            "score": None if self.status == "ungraded" else points(self.score),
            "max_score": points(self.max_score),
            "visibility": self.visibility,
            "examples": self.examples,
            "failed_examples": self.failed_examples,
            "worst_error": self.worst_error,
            "misconception": self.misconception,
            "feedback": self.feedback,
            "counterexample": None if shown is None else shown.to_json(),
            "seconds": round(self.seconds, 4),
        }


@dataclass(frozen=True)
class PreviousResult:
    """What an earlier run found out about the very same files.

    Args:
        verdicts: by check, each with its key.
        replies: by check whose verdict no longer holds, where they were kept.
    """

    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    replies: Mapping[str, KeptReplies] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    output: str = ""


@dataclass(frozen=True)
class QuestionResult:
    """All verdicts of one question."""

    id: str
    verdicts: tuple[Verdict, ...]

    @property
    def is_ungraded(self) -> bool:
        """Whether one of its checks could not be judged, so that there is no score."""
        return any(verdict.status == "ungraded" for verdict in self.verdicts)

    @cached_property
    def score(self) -> Fraction:
        """Points earned."""
        return sum((verdict.score for verdict in self.verdicts), Fraction(0))

    @cached_property
    def max_score(self) -> Fraction:
        """Points worth."""
        return sum((verdict.max_score for verdict in self.verdicts), Fraction(0))


@dataclass(frozen=True)
class Result:
    """All verdicts and the score of one submission."""

    assignment: str
    submission: str
    digest: str
    rubric_digest: str
    seed: int
    sandbox: str
    questions: tuple[QuestionResult, ...]
    notes: tuple[str, ...] = ()
    output: str = ""
    seconds: float = field(default=0.0, compare=False)

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """Every verdict in the rubric's order."""
        return tuple(verdict for question in self.questions for verdict in question.verdicts)

    @property
    def status(self) -> ResultStatus:
        """What its checks together make of the submission."""
        return status_of({verdict.status for verdict in self.verdicts})

    @cached_property
    def score(self) -> Fraction:
        """Points earned."""
        return sum((question.score for question in self.questions), Fraction(0))

    @cached_property
    def max_score(self) -> Fraction:
        """Points worth."""
        return sum((question.max_score for question in self.questions), Fraction(0))

    def without_verdicts(self, reason: str) -> Result:
        """The result of the same submission where nothing of what was found can be used, which is nobody's zero."""
        questions = (
            QuestionResult(question.id, tuple(verdict.as_ungraded(reason) for verdict in question.verdicts))
            for question in self.questions
        )
        return replace(self, questions=tuple(questions), notes=(), output="")

    def to_json(self) -> ResultRecord:
        """One line of results.jsonl, schema 1."""
        return {
            "schema": SCHEMA,
            "assignment": self.assignment,
            "submission": self.submission,
            "digest": self.digest,
            "rubric_digest": self.rubric_digest,
            "seed": self.seed,
            "sandbox": self.sandbox,
            "status": self.status,
            "score": None if self.status == "ungraded" else points(self.score),
            "max_score": points(self.max_score),
            "seconds": round(self.seconds, 3),
            "notes": list(self.notes),
            "output": self.output,
            "questions": [
                {
                    "id": question.id,
                    "score": None if question.is_ungraded else points(question.score),
                    "max_score": points(question.max_score),
                    "checks": [verdict.to_json() for verdict in question.verdicts],
                }
                for question in self.questions
            ],
        }


def points(exact: Fraction) -> float:
    """Points as they are written: rounded once, to four decimals."""
    return round(float(exact), 4)
