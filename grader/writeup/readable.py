"""Whether an answer can be read: what students may know of their write-up before it is judged."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from grader.rubric.writeup_keys import ReadableSpec
from grader.writeup.finding import Block, is_named, text_of
from grader.writeup.outcome import WriteupOutcome, excerpt, join_items, review
from grader.writeup.words import words_of

LATER = "Whether it is right is judged when it is graded."
_ENOUGH_WORDS = 3


def judge_readable(spec: ReadableSpec, blocks: Sequence[Block]) -> WriteupOutcome | None:
    """Say what was read, for a later judgement; None where blocks show nothing of the kind."""
    found = _READERS[spec.reads](spec, blocks)
    return None if found is None else review(f"{found} {LATER}", text_of(blocks))


def _table(spec: ReadableSpec, blocks: Sequence[Block]) -> str | None:
    from grader.writeup.columns import column_places, turn

    grids = [block["rows"] for block in blocks if block["kind"] == "table"]
    read = [(places, len(grid) - n) for one in grids for grid in (one, turn(one)) if grid
            for places, n in [column_places(spec.columns, grid)] if places]  # fmt: skip
    if not read:
        return "No table with the columns asked for could be read." if grids else None
    places, n_rows = max(read, key=lambda one: len(one[0]))
    lacking = [column.name for column in spec.columns if column.name not in places]
    rest = f", but no column {join_items(lacking)}" if lacking else ""
    return f"Read a table of {n_rows} rows with {join_items(list(places))}{rest}."


def _matrix(spec: ReadableSpec, blocks: Sequence[Block]) -> str | None:
    from grader.writeup.matrices import candidates, describe

    found = [one for block in blocks for one in candidates(block, spec.find.label)]
    found = [one for one in found if one.is_named] or [one for one in found if not one.block.get("label")] or found
    if not found:
        return None
    if found[-1].values is None:
        return f"The matrix in '{excerpt(found[-1].source)}' could not be read."
    return f"Read {_name(spec)} as {describe(found[-1].values)}."


def _number(spec: ReadableSpec, blocks: Sequence[Block]) -> str | None:
    from grader.writeup.numbers import numbers_meant

    found = numbers_meant(spec, blocks)
    if not found:
        return None
    if found[-1].last.value is None:
        return f"The number in '{excerpt(found[-1].source)}' could not be read."
    return f"Read {found[-1].last.value:.6g} from '{excerpt(found[-1].source)}'."


def _formula(spec: ReadableSpec, blocks: Sequence[Block]) -> str | None:
    formulas = [block for block in blocks if block["kind"] == "formula"]
    formulas = [block for block in formulas if is_named(block, spec.find.label)] or formulas
    if not formulas:
        return None
    source, error = excerpt(str(formulas[-1]["source"])), formulas[-1]["error"]
    return f"The formula '{source}' could not be read ({error})." if error else f"Read the formula '{source}'."


def _relation(spec: ReadableSpec, blocks: Sequence[Block]) -> str | None:
    from grader.writeup.relations import claims_of

    claims = claims_of(spec, blocks)
    if not claims:
        return None
    smaller = claims[-1].smaller
    meaning = f"{smaller}'s is the smaller one" if smaller else "neither is smaller"
    return f"Read '{excerpt(claims[-1].source)}': {meaning}."


def _text(_spec: ReadableSpec, blocks: Sequence[Block]) -> str | None:
    text = text_of(blocks)
    n_words = len(words_of(text))
    return f"Read a text of {n_words} words, '{excerpt(text)}'." if n_words >= _ENOUGH_WORDS else None


def _name(spec: ReadableSpec) -> str:
    return spec.find.label[0] if spec.find.label else "the answer"


_READERS: dict[str, Callable[[ReadableSpec, Sequence[Block]], str | None]] = {
    "table": _table,
    "matrix": _matrix,
    "number": _number,
    "formula": _formula,
    "relation": _relation,
    "text": _text,
}
