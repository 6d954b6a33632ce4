"""What judging a part of a write-up concludes, and how far a number may be off."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

import numpy as np
import numpy.typing as npt

Status = Literal["passed", "partial", "failed", "missing", "needs_review"]
Array = npt.NDArray[np.float64]

NOTHING = Fraction(0)
MAX_EXCERPT = 200


@dataclass(frozen=True)
class WriteupOutcome:
    """One check's conclusion; `credit` is the share of the points, provisional where a person must look.

    Args:
        feedback: what the student reads; it says what was read.
        read: the excerpt that was judged.
    """

    status: Status
    credit: Fraction
    feedback: str
    read: str = ""

    def for_review(self, why: str) -> WriteupOutcome:
        """The same with a person to look at it."""
        return replace(self, status="needs_review", feedback=f"{self.feedback} {why}".strip())


def pass_with(feedback: str, read: str) -> WriteupOutcome:
    """All points."""
    return WriteupOutcome("passed", Fraction(1), feedback, excerpt(read))


def score_with(credit: Fraction, feedback: str, read: str) -> WriteupOutcome:
    """Some, none or all of the points."""
    status: Status = "passed" if credit == 1 else "partial" if credit else "failed"
    return WriteupOutcome(status, credit, feedback, excerpt(read))


def review(feedback: str, read: str = "", credit: Fraction = Fraction(0)) -> WriteupOutcome:
    """A person looks."""
    return WriteupOutcome("needs_review", credit, feedback, excerpt(read))


def excerpt(text: str) -> str:
    """A line of text of bounded length, without control characters."""
    clean = "".join(" " if unicodedata.category(sign)[0] == "C" else sign for sign in text[: 4 * MAX_EXCERPT])
    clean = " ".join(clean.split())
    return clean if len(clean) <= MAX_EXCERPT else clean[: MAX_EXCERPT - 1] + "…"


def join_items(items: Sequence[object], most: int = 6) -> str:
    """`1, 2 and 3`, cut after `most`."""
    words = [str(item) for item in items[:most]]
    if len(items) > most:
        return ", ".join(words) + f" and {len(items) - most} more"
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1] if words else ""
