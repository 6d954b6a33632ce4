"""Tries a rubric's write-up checks on their own answers: every style must pass, none with one value changed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.rubric import CheckSpec, Rubric
from grader.rubric.writeup_keys import Kind, RelationSpec, TableSpec, TextSpec
from grader.validation.writeup_styles import styles_of
from grader.worker.reading.document import read_writeup
from grader.writeup import judge
from grader.writeup.words import mentions, words_of


@dataclass(frozen=True)
class WriteupReport:
    """How one write-up check did.

    Args:
        styles: in how many styles its answer was written.
        lost: the styles in which the right answer does not pass, with what became of it.
        loose: the styles in which the answer passes with one value changed.
        idle: patterns of the rubric that another one covers.
    """

    id: str
    question: str
    styles: int
    lost: tuple[str, ...] = ()
    loose: tuple[str, ...] = ()
    idle: tuple[str, ...] = ()

    @property
    def problems(self) -> Iterator[str]:
        """What is wrong, in sentences."""
        yield from (f"does not pass its own answer written as {style}" for style in self.lost)
        yield from (f"passes with one value changed, written as {style}" for style in self.loose)


def writeup_reports(rubric: Rubric) -> Iterator[WriteupReport]:
    """The reports of all write-up checks that are judged by the program."""
    for question in rubric.questions:
        for spec in question.checks:
            if spec.part == "writeup" and spec.writeup is not None:
                yield _try(spec, spec.writeup, question.id)


def _try(spec: CheckSpec, writeup: Kind, question: str) -> WriteupReport:
    lost, loose = [], []
    styles = list(styles_of(writeup, spec.tolerance))
    for style in styles:
        right = judge(writeup, read_writeup(style.right), tolerance=spec.tolerance)
        wrong = judge(writeup, read_writeup(style.wrong), tolerance=spec.tolerance)
        if right.status != "passed":
            lost.append(f"{style.name} ({right.status}: {right.feedback[:160]})")
        if wrong.status == "passed":
            loose.append(style.name)
    return WriteupReport(spec.id, question, len(styles), tuple(lost), tuple(loose), tuple(_idle(writeup)))


def _idle(writeup: Kind) -> Iterator[str]:
    """Patterns that match nothing that another one of the same list does not match."""
    for where, patterns in _lists(writeup):
        for at, pattern in enumerate(patterns):
            words = words_of(re.sub(r"\*|\.\.\.", "", pattern))
            others = [
                other for number, other in enumerate(patterns) if number != at and (other != pattern or number < at)
            ]
            if words and "..." not in pattern and any(mentions(words, (other,)) for other in others):
                yield f"{where}: {pattern!r}"


def _lists(writeup: Kind) -> Iterator[tuple[str, Sequence[str]]]:
    """The lists of which any one pattern suffices."""
    if isinstance(writeup, TableSpec):
        yield from ((f"header of {column.name}", column.header) for column in writeup.columns)
    elif isinstance(writeup, RelationSpec):
        yield "quantity", writeup.quantity
    elif isinstance(writeup, TextSpec):
        yield from ((f"idea {idea.name}", idea.any) for idea in writeup.ideas)
