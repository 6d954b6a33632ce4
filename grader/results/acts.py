"""What people do to grades: one act each, never changed, with who, when, on which answer and why."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any, Literal, get_args

Kind = Literal[
    "score", "items", "item", "comment", "flag", "resolve", "withdraw", "extension", "waiver", "release", "request",
    "reply",
]  # fmt: skip
KINDS: tuple[str, ...] = get_args(Kind)
# Acts that say something about one answer to one check, and so bind to its digest.
WORDS = frozenset({"score", "items", "comment"})


@dataclass(frozen=True)
class NewAct:
    """An act that is not in the gradebook yet.

    Args:
        student: whom it concerns; empty for the class, or where `members` names several.
        check: the check's id; empty where it concerns the submission.
        answer: digest of what the check read; `files`: digest of all files, which stands for it where they are alike.
        value: exact points as text, or a time in UTC.
        reason: what the student or a colleague reads.
        detail: what only acts of this kind have, as plain data.
        supersedes: the act that this one answers, withdraws or resolves.
    """

    kind: Kind
    actor: str
    student: str = ""
    check: str = ""
    answer: str = ""
    files: str = ""
    value: str = ""
    reason: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)
    supersedes: int | None = None

    @property
    def members(self) -> tuple[Member, ...]:
        """The answers that it is about: of a group, or of one student."""
        return tuple(Member(*one) for one in self.detail.get("members", ())) or (
            Member(self.student, self.answer, self.files),
        )


@dataclass(frozen=True)
class Member:
    """One student's answer among those of a group."""

    student: str
    answer: str
    files: str


@dataclass(frozen=True)
class Act(NewAct):
    """An act as the gradebook holds it."""

    id: int = 0
    at: str = ""

    @property
    def time(self) -> datetime:
        """When it was done."""
        return datetime.fromisoformat(self.at)


def now_text() -> str:
    """The present moment in UTC, as acts hold it."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def fraction_text(points: Fraction | int) -> str:
    """Points as acts hold them.

    >>> fraction_text(Fraction(7, 2)), fraction_text(Fraction(3))
    ('7/2', '3')
    """
    return str(Fraction(points))


def detail_text(detail: Mapping[str, Any]) -> str:
    """The detail of an act as text; the same data give the same text."""
    return json.dumps(dict(detail), ensure_ascii=False, sort_keys=True, allow_nan=False)
