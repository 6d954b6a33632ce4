"""What grading again would change: results before and after, per student and check."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from grader.model.record import CheckRecord, ResultRecord, checks_of


@dataclass(frozen=True)
class CheckChange:
    """One check whose status or score differs; None where it is not in the rubric before, or after."""

    id: str
    status: tuple[str | None, str | None]
    score: tuple[float | None, float | None]


@dataclass(frozen=True)
class ResultChange:
    """One submission whose results differ; the score is None where it is not graded."""

    submission: str
    score: tuple[float | None, float | None]
    checks: tuple[CheckChange, ...]

    def to_json(self) -> dict[str, Any]:
        """The change as plain data; pairs are [before, after]."""
        return asdict(self)


def changes(before: Iterable[ResultRecord], after: Iterable[ResultRecord]) -> list[ResultChange]:
    """The submissions of `after` whose score or any check's status or score differs from `before`, by id."""
    earlier = {line["submission"]: line for line in before}
    found = (_change(earlier.get(line["submission"]), line) for line in after)
    return sorted((change for change in found if change is not None), key=lambda change: change.submission)


def part_of(line: ResultRecord, questions: Collection[str]) -> ResultRecord:
    """The line as if only some questions had been asked, to be compared with one for which that is so."""
    kept = [question for question in line["questions"] if question["id"] in questions]
    scores = [question["score"] for question in kept if question["score"] is not None]
    return {**line, "questions": kept, "score": round(sum(scores), 4) if len(scores) == len(kept) else None}


def _change(before: ResultRecord | None, after: ResultRecord) -> ResultChange | None:
    checks = tuple(_check_changes(_entries(before), _entries(after)))
    score = (before["score"] if before else None, after["score"])
    return ResultChange(after["submission"], score, checks) if checks or score[0] != score[1] else None


def _check_changes(before: Mapping[str, CheckRecord], after: Mapping[str, CheckRecord]) -> Iterator[CheckChange]:
    for name in [*after, *(name for name in before if name not in after)]:
        old, new = before.get(name), after.get(name)
        status = (old["status"] if old else None), (new["status"] if new else None)
        score = (old["score"] if old else None), (new["score"] if new else None)
        if status[0] != status[1] or score[0] != score[1]:
            yield CheckChange(name, status, score)


def _entries(line: ResultRecord | None) -> dict[str, CheckRecord]:
    return {} if line is None else {check["id"]: check for check in checks_of(line)}
