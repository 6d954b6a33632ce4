"""What strikes so much of a class that it is rather the course's than the students' doing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from fractions import Fraction

from grader.model.record import CheckRecord, ResultRecord, checks_of

# In a smaller class, what strikes everybody may be chance.
_CLASS = 4
_MANY = Fraction(1, 3)
_RAISED = ("error", "crashed", "timeout", "out_of_memory")
_SHOWN = 300


def class_wide(lines: Sequence[ResultRecord]) -> Iterator[str]:
    """A sentence for each exception that strikes many from the same line, and for each check that nobody passes."""
    graded = [line for line in lines if line["status"] != "ungraded"]
    if len(graded) < _CLASS:
        return
    struck: dict[str, set[str]] = defaultdict(set)
    checks: dict[str, list[CheckRecord]] = defaultdict(list)
    for line in graded:
        for check in checks_of(line):
            checks[check["id"]].append(check)
            if check["status"] in _RAISED:
                struck[check["feedback"].partition("\n")[0]].add(line["submission"])
    for told, who in sorted(struck.items(), key=lambda item: (-len(item[1]), item[0])):
        if len(who) > _MANY * len(graded):
            yield f"{len(who)} of {len(graded)} submissions end alike, which smells of the course: {told[:_SHOWN]}"
    for name, of_all in checks.items():
        if len(of_all) == len(graded) and all(check["status"] in ("failed", *_RAISED) for check in of_all):
            told = f"none of {len(graded)} submissions gets anything for {name}"
            yield f"{told}, which smells of the check: {_why(of_all)}"


def _why(checks: Sequence[CheckRecord]) -> str:
    """The first line of the feedback that most of them have."""
    told = [check["feedback"].partition("\n")[0] for check in checks]
    return max(told, key=told.count)[:_SHOWN]
