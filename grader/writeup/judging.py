"""Judges one check of a write-up against the document that the reader sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from pydantic import BaseModel

from grader.tolerance import EXACT, Tolerance
from grader.writeup.finding import Block, Places, places, told
from grader.writeup.functions import judge_formula
from grader.writeup.grids import judge_table
from grader.writeup.matrices import chosen_matrix, judge_matrix
from grader.writeup.numbers import judge_number
from grader.writeup.outcome import NOTHING, WriteupOutcome, review
from grader.writeup.readable import judge_readable
from grader.writeup.relations import judge_relation
from grader.writeup.spec import (
    FormulaSpec,
    Kind,
    MatrixSpec,
    NumberSpec,
    ReadableSpec,
    RelationSpec,
    TableSpec,
    TextSpec,
)
from grader.writeup.texts import judge_text

Judge = Callable[[Sequence[Block]], WriteupOutcome | None]

_ELSEWHERE = "It stands in another part of the answer."
_UNASSIGNED = "It stands under no question."


def judge(spec: BaseModel, document: dict[str, Any], *, tolerance: Tolerance = EXACT) -> WriteupOutcome:
    """Judge one check; a document that is not what the reader sends is for a person.

    Args:
        spec: one of the models of `grader.writeup.spec.SPECS`.
        document: what `read_writeup` returned in the sandbox.
    """
    if not isinstance(spec, Kind):
        raise TypeError(f"expected the spec of a write-up check, got {type(spec).__name__}")
    try:
        return _judged(spec, document, tolerance)
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        return review(
            f"The write-up could not be judged by the program ({type(error).__name__}); a person looks at it."
        )


def _judged(spec: Kind, document: dict[str, Any], tolerance: Tolerance) -> WriteupOutcome:
    found = places(document, spec.find)
    ways = _judge_of(spec, document, tolerance)
    for blocks, doubt in _layers(found):
        outcome = ways(blocks) if blocks else None
        if outcome is not None and (not doubt or outcome.status == "passed"):
            return outcome
        if outcome is not None and outcome.status != "missing":
            return outcome.for_review(doubt)
    return _nothing(found, bool(document["cut"]))


def _layers(found: Places) -> Iterator[tuple[Sequence[Block], str]]:
    yield found.own, ""
    yield found.earlier, ""
    yield found.elsewhere, _ELSEWHERE
    if not found.has_question:
        yield found.unassigned, _UNASSIGNED


def _nothing(found: Places, is_cut: bool) -> WriteupOutcome:
    if found.is_absent and not is_cut:
        return WriteupOutcome("missing", NOTHING, "There is no answer to this part in the write-up.")
    written = told(found.own or found.elsewhere or found.unassigned)
    return review("No answer of the kind asked for could be read; a person looks at it.", written)


def _judge_of(spec: Kind, document: dict[str, Any], tolerance: Tolerance) -> Judge:
    if isinstance(spec, TableSpec):
        return lambda blocks: judge_table(spec, blocks, tolerance)
    if isinstance(spec, NumberSpec):
        formula = places(document, spec.base_from).own if spec.base_from else ()
        return lambda blocks: judge_number(spec, blocks, formula, tolerance)
    if isinstance(spec, MatrixSpec):
        return lambda blocks: judge_matrix(spec, blocks, tolerance)
    if isinstance(spec, FormulaSpec):
        return lambda blocks: judge_formula(spec, blocks, tolerance)
    if isinstance(spec, RelationSpec):
        return lambda blocks: judge_relation(spec, blocks)
    if isinstance(spec, ReadableSpec):
        return lambda blocks: judge_readable(spec, blocks)
    assert isinstance(spec, TextSpec)
    return lambda blocks: judge_text(spec, blocks)


def matrix_of(document: dict[str, Any], spec: BaseModel) -> list[list[float]] | None:
    """The matrix that a matrix check would judge, to compare with what the student's code returns; None without one."""
    if not isinstance(spec, MatrixSpec):
        return None
    try:
        values = chosen_matrix(spec, places(document, spec.find).own)
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
        return None
    return None if values is None else [[float(entry) for entry in row] for row in values]
