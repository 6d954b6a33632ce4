"""What a grader decides on one answer: items, points, a comment."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Ticked:
    """What a grader decides on one answer.

    Args:
        items: ids of rubric items.
        points: beside the items, or alone.
        starts_full: items take away from the full score, instead of adding up from none.
    """

    items: tuple[str, ...] = ()
    points: Fraction | None = None
    comment: str = ""
    starts_full: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing was decided."""
        return not (self.items or self.starts_full) and self.points is None and not self.comment.strip()
