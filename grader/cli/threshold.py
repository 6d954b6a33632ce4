"""`--min-score`: how many points are enough."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

import click

from grader.model.record import ResultRecord, checks_of

_WRITTEN = re.compile(r"(\d+(?:\.\d+)?)\s*(%?)")


@dataclass(frozen=True)
class Threshold:
    """Points, or a percentage of those that can be had."""

    number: Fraction
    is_percentage: bool

    def needed_points(self, line: ResultRecord) -> Fraction:
        """The points that are enough."""
        most = Fraction(str(line["max_score"]))
        return most * self.number / 100 if self.is_percentage else self.number

    def is_met(self, line: ResultRecord) -> bool:
        """Whether a graded line has enough; what a person has yet to read counts as earned until then."""
        waiting = sum(
            Fraction(str(check["max_score"])) - Fraction(str(check["score"]))
            for check in checks_of(line)
            if check["status"] == "needs_review"
        )
        return Fraction(str(line["score"])) + waiting >= self.needed_points(line)


def read_threshold(ctx: click.Context, option: click.Parameter, value: str | None) -> Threshold | None:
    """What stands on the command line, `80%` or `12.5`; a callback of click's."""
    if value is None:
        return None
    found = _WRITTEN.fullmatch(value.strip())
    if found is None or (found[2] and Fraction(found[1]) > 100):
        raise click.BadParameter(f"{value!r} is neither points, like 12.5, nor a percentage, like 80%", ctx, option)
    return Threshold(Fraction(found[1]), bool(found[2]))
