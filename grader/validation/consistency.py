"""Whether rubric, its Python, handout and model answer say the same, beyond what loading the rubric tells."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from grader.errors import display
from grader.rubric import Rubric

_POINTS = re.compile(r"(\d+(?:\.\d+)?|\d+/\d+)\s*(?:points?|pts?\b|marks?\b)", re.IGNORECASE)
_HEADING = re.compile(r"^(#{1,6})\s+(.*)$", re.MULTILINE)


def disagreements(rubric: Rubric, rubric_file: Path) -> Iterator[str]:
    """One sentence for each thing on which the files differ."""
    yield from unnamed_checks(rubric, rubric_file.with_suffix(".py"))
    handout = rubric_file.parent / rubric.handout
    if rubric.handout and handout.is_file():
        yield from points_told_otherwise(rubric, handout)


def unnamed_checks(rubric: Rubric, file: Path) -> Iterator[str]:
    """Functions that are written as checks and that no entry of the rubric names: they never run."""
    named = {spec.function or spec.id for spec in rubric.checks if spec.matches_reference is None}
    for statement in ast.parse(file.read_bytes()).body if file.is_file() else []:
        if isinstance(statement, ast.FunctionDef) and statement.name not in named and _is_check(statement):
            place = f"{display(file)}:{statement.lineno}"
            yield f"{place}: {statement.name} is written as a check, and the rubric does not name it"


def _is_check(function: ast.FunctionDef) -> bool:
    """Whether it takes both things that only the harness has to give."""
    arguments = {argument.arg for argument in (*function.args.args, *function.args.kwonlyargs)}
    return {"student", "expect"} <= arguments and function.args.args[0].arg in ("student", "expect")


def points_told_otherwise(rubric: Rubric, handout: Path) -> Iterator[str]:
    """Headings of the handout that promise points, where the rubric gives others."""
    text = handout.read_text(encoding="utf-8", errors="replace")
    questions = {question.id: question for question in rubric.questions}
    for heading in _HEADING.finditer(text):
        told = _POINTS.search(heading[2])
        if told is None:
            continue
        question = next((q for name, q in questions.items() if _is_about(heading[2], name, q.title)), None)
        if question is None and len(heading[1]) > 1:
            continue
        actual, what = (question.points, question.id) if question else (rubric.points, "the assignment")
        if Fraction(told[1]) != actual:
            line = text[: heading.start()].count("\n") + 1
            place = f"{display(handout)}:{line}"
            yield f"{place}: {what} is worth {told[1]} points here, and {float(actual):g} in the rubric"


def _is_about(heading: str, question: str, title: str) -> bool:
    number = question.lstrip("abcdefghijklmnopqrstuvwxyz")
    words = re.findall(r"\w+", heading.lower())
    return (
        question in words
        or title.lower() in heading.lower()
        or (f"question {number}" in heading.lower() and bool(number))
    )
