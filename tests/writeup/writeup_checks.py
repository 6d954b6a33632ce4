"""The bundled assignments' write-up checks, read once."""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from grader.rubric import CheckSpec
from grader.rubric.loading import load
from grader.rubric.writeup_keys import Kind
from grader.worker.reading.document import read_writeup
from grader.writeup import WriteupOutcome, judge

RUBRICS = Path(__file__).parents[2] / "rubrics"
# hw3 asks for no write-up; what one over it would ask stands here, and a rubric about numerical facts.
_OF_TESTS = Path(__file__).with_name("rubrics")


@cache
def checks(assignment: str = "hw1") -> dict[str, CheckSpec]:
    """The write-up checks by id."""
    folder = _OF_TESTS if (_OF_TESTS / f"{assignment}.yaml").exists() else RUBRICS
    return {check.id: check for check in load(folder / f"{assignment}.yaml").checks if check.part == "writeup"}


def spec(check: str, assignment: str = "hw1") -> Kind:
    """The kind's own keys of a check."""
    options = checks(assignment)[check].writeup
    assert options is not None
    return options


@lru_cache(maxsize=4)
def document_of(text: str) -> dict[str, Any]:
    """A write-up as the worker reads it."""
    return read_writeup(text)


@cache
def judged(check: str, text: str, assignment: str = "hw1") -> WriteupOutcome:
    """One check's outcome for a write-up."""
    tolerance = checks(assignment)[check].tolerance
    return judge(
        spec(check, assignment), document_of(text), tolerance=tolerance, homework=assignment.removeprefix("hw")
    )


def outcomes(text: str) -> dict[str, WriteupOutcome]:
    """Every check's outcome for a write-up."""
    document = read_writeup(text)
    return {name: judge(spec(name), document, tolerance=check.tolerance) for name, check in checks().items()}


def verdict_of(outcome: WriteupOutcome) -> str:
    """right, wrong, person or missing."""
    names = {"passed": "right", "failed": "wrong", "partial": "wrong", "needs_review": "person"}
    return names.get(outcome.status, outcome.status)
