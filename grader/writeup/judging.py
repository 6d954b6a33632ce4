"""Judges one check of a write-up against the document that the reader sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from grader.model.tolerance import EXACT, Tolerance
from grader.rubric.writeup_keys import (
    FormulaSpec,
    Kind,
    MatrixSpec,
    NumberSpec,
    ReadableSpec,
    RelationSpec,
    TableSpec,
    TextSpec,
)
from grader.writeup.finding import Block, Places, places, renumber, text_of
from grader.writeup.outcome import NOTHING, WriteupOutcome, excerpt, join_items, review
from grader.writeup.prose import is_correction, retraction, taken_back

Judge = Callable[[Sequence[Block]], WriteupOutcome | None]

_ELSEWHERE = "It stands in another part of the answer."
_UNASSIGNED = "It stands under no question."
_NUMBERED = "Its heading may be numbered by homework and question, or by question and part."


def judge(spec: Kind, document: dict[str, Any], *, tolerance: Tolerance = EXACT, homework: str = "") -> WriteupOutcome:
    """Judge one check; a document that is not what the reader sends is for a person.

    Args:
        spec: one of the models of `grader.rubric.writeup_keys.SPECS`.
        document: what `read_writeup` returned in the sandbox.
        homework: the assignment's number, where it has one: 1 of hw1.
    """
    if not isinstance(spec, Kind):
        raise TypeError(f"expected the spec of a write-up check, got {type(spec).__name__}")
    try:
        return _judge(spec, renumber(document, homework), tolerance)
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        return review(
            f"The write-up could not be judged by the program ({type(error).__name__}); a person looks at it."
        )


def _judge(spec: Kind, document: dict[str, Any], tolerance: Tolerance) -> WriteupOutcome:
    """The outcome; nothing is taken where something that belongs to the answer was not read."""
    found = places(document, spec.find)
    outcome = _outcome(spec, document, found, tolerance)
    if later := _from_correction_on(found.own):
        second = _judge_of(spec, document, tolerance)(later)
        if second is not None and second.status == "passed":
            outcome, found = second, replace(found, own=later)
        elif outcome.status == "passed":
            outcome = outcome.for_review("What follows corrects it.")
    if printed := document.get("printed"):
        return _of_printed(outcome, str(printed[0]), " ".join(map(str, printed[1:])))
    if outcome.status == "passed" and not isinstance(spec, TextSpec):
        written = text_of(found.own)
        if said := taken_back(written) or retraction(written, "" if isinstance(spec, RelationSpec) else outcome.read):
            return outcome.for_review(f"'{excerpt(said)}' may take it back.")
    if outcome.status in ("passed", "needs_review"):
        return outcome
    if pictures := _pictures(found.own):
        return outcome.for_review(f"{join_items(pictures)}, an image, was not read.")
    if document["cut"] or any(block.get("cut") for block in found.own):
        return outcome.for_review("It is longer than what was read.")
    return outcome


def _of_printed(outcome: WriteupOutcome, name: str, taken: str) -> WriteupOutcome:
    """The same for a person, who is told what was read of a document that is made to be printed."""
    if outcome.status == "missing":
        return review(f"No answer to this part was found. {taken} A person looks at it.")
    return outcome.for_review(f"{taken} A person looks at {name}: its pictures and signs may say more.")


def _outcome(spec: Kind, document: dict[str, Any], found: Places, tolerance: Tolerance) -> WriteupOutcome:
    ways = _judge_of(spec, document, tolerance)
    for blocks, doubt in _layers(found):
        outcome = ways(blocks) if blocks else None
        if outcome is None and doubt == "" and (pictures := _pictures(found.own)):
            return review(f"The answer is an image, {join_items(pictures)}; a person looks at it.", text_of(found.own))
        if outcome is not None and (not doubt or (outcome.status == "passed" and doubt != _NUMBERED)):
            return outcome
        if outcome is not None and outcome.status != "missing":
            return outcome.for_review(doubt)
    return _nothing(found, bool(document["cut"]))


def _from_correction_on(blocks: Sequence[Block]) -> Sequence[Block]:
    """What stands from the last correction on; the text that begins as one is left to the judge without that word."""
    at = max((at for at, block in enumerate(blocks) if block["kind"] == "text" and is_correction(str(block["text"]))),
             default=0)  # fmt: skip
    return [{**blocks[at], "text": str(blocks[at]["text"]).partition(":")[2]}, *blocks[at + 1 :]] if at else []


def _pictures(blocks: Sequence[Block]) -> list[str]:
    return [str(block["name"]) for block in blocks if block["kind"] == "image"]


def _layers(found: Places) -> Iterator[tuple[Sequence[Block], str]]:
    yield found.own, ""
    yield found.earlier, ""
    yield found.doubtful, _NUMBERED
    yield found.elsewhere, _ELSEWHERE
    if not found.has_question:
        yield found.unassigned, _UNASSIGNED


def _nothing(found: Places, is_cut: bool) -> WriteupOutcome:
    if found.is_absent and not is_cut:
        return WriteupOutcome("missing", NOTHING, "There is no answer to this part in the write-up.")
    written = text_of(found.own or found.doubtful or found.elsewhere or found.unassigned)
    shown = f" Read '{excerpt(written)}'." if written.strip() else ""
    return review(f"No answer of the kind asked for could be read; a person looks at it.{shown}", written)


def _judge_of(spec: Kind, document: dict[str, Any], tolerance: Tolerance) -> Judge:
    """What judges blocks: each kind of answer is a grammar of its own, loaded where one is asked for."""
    if isinstance(spec, TableSpec):
        from grader.writeup.grids import judge_table

        return lambda blocks: judge_table(spec, blocks, tolerance)
    if isinstance(spec, NumberSpec):
        from grader.writeup.numbers import judge_number

        formula = places(document, spec.base_from).own if spec.base_from else ()
        return lambda blocks: judge_number(spec, blocks, formula, tolerance)
    if isinstance(spec, MatrixSpec):
        from grader.writeup.matrices import judge_matrix

        return lambda blocks: judge_matrix(spec, blocks, tolerance)
    if isinstance(spec, FormulaSpec):
        from grader.writeup.functions import judge_formula

        return lambda blocks: judge_formula(spec, blocks, tolerance)
    if isinstance(spec, RelationSpec):
        from grader.writeup.relations import judge_relation

        return lambda blocks: judge_relation(spec, blocks)
    if isinstance(spec, ReadableSpec):
        from grader.writeup.readable import judge_readable

        return lambda blocks: judge_readable(spec, blocks)
    assert isinstance(spec, TextSpec)
    from grader.writeup.texts import judge_text

    return lambda blocks: judge_text(spec, blocks)


def matrix_of(document: dict[str, Any], spec: Kind) -> list[list[float]] | None:
    """The matrix that a matrix check would judge, to compare with what the student's code returns; None without one."""
    if not isinstance(spec, MatrixSpec):
        return None
    from grader.writeup.matrices import chosen_matrix

    try:
        values = chosen_matrix(spec, places(document, spec.find).own)
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
        return None
    return None if values is None else [[float(entry) for entry in row] for row in values]
