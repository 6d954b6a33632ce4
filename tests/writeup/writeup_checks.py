"""The bundled assignment's write-up checks, read once."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import BaseModel

from grader.rubric import CheckSpec
from grader.rubric.loading import load
from grader.worker.reading import read_writeup
from grader.writeup import WriteupOutcome, judge

RUBRIC = Path(__file__).parents[2] / "rubrics" / "hw1.yaml"


@cache
def checks() -> dict[str, CheckSpec]:
    """The write-up checks by id."""
    return {check.id: check for check in load(RUBRIC).checks if check.part == "writeup"}


def spec(check: str) -> BaseModel:
    """The kind's own keys of a check."""
    options = checks()[check].writeup
    assert options is not None
    return options


def judged(check: str, text: str) -> WriteupOutcome:
    """One check's outcome for a write-up."""
    return judge(spec(check), read_writeup(text), tolerance=checks()[check].tolerance)


def outcomes(text: str) -> dict[str, WriteupOutcome]:
    """Every check's outcome for a write-up."""
    document = read_writeup(text)
    return {name: judge(spec(name), document, tolerance=check.tolerance) for name, check in checks().items()}
