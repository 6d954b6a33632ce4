"""What grading again would change: results before and after, per student and check."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

Line = Mapping[str, Any]


@dataclass(frozen=True)
class CheckChange:
    """One check whose status or score differs; None where it is not in the rubric before, or after."""

    id: str
    status: tuple[str | None, str | None]
    score: tuple[float | None, float | None]


@dataclass(frozen=True)
class Change:
    """One submission whose results differ; the score is None where it is not graded."""

    submission: str
    score: tuple[float | None, float | None]
    checks: tuple[CheckChange, ...]

    def to_json(self) -> dict[str, Any]:
        """The change as plain data; pairs are [before, after]."""
        return asdict(self)


def changes(before: Iterable[Line], after: Iterable[Line]) -> list[Change]:
    """The submissions of `after` whose score or any check's status or score differs from `before`, by id."""
    earlier = {line["submission"]: line for line in before}
    found = (_change(earlier.get(line["submission"], {}), line) for line in after)
    return sorted((change for change in found if change is not None), key=lambda change: change.submission)


def _change(before: Line, after: Line) -> Change | None:
    checks = tuple(_check_changes(_entries(before), _entries(after)))
    score = (before.get("score"), after["score"])
    return Change(after["submission"], score, checks) if checks or score[0] != score[1] else None


def _check_changes(before: Mapping[str, Line], after: Mapping[str, Line]) -> Iterator[CheckChange]:
    for name in [*after, *(name for name in before if name not in after)]:
        old, new = before.get(name, {}), after.get(name, {})
        status, score = (old.get("status"), new.get("status")), (old.get("score"), new.get("score"))
        if status[0] != status[1] or score[0] != score[1]:
            yield CheckChange(name, status, score)


def _entries(line: Line) -> dict[str, Line]:
    return {entry["id"]: entry for question in line.get("questions", ()) for entry in question["checks"]}
