"""Judging a matrix: which of the matrices written is meant, and which entries differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.tolerance import Tolerance
from grader.writeup.evaluation import Tree, Unreadable, matrix_value
from grader.writeup.finding import Block, is_named, lead_in
from grader.writeup.outcome import NOTHING, Array, WriteupOutcome, excerpt, listed, review, scored, tier_of, within
from grader.writeup.spec import MatrixSpec
from grader.writeup.words import mentions, words_of

MAX_CANDIDATES = 60


@dataclass(frozen=True)
class Candidate:
    """A matrix that was read; `values` is None where it could not be."""

    values: Array | None
    block: Block
    is_named: bool
    is_transposed: bool
    source: str
    agrees: bool = True
    is_factor: bool = False


def judge_matrix(spec: MatrixSpec, blocks: Sequence[Block], tolerance: Tolerance) -> WriteupOutcome | None:
    """Judge the matrix that blocks show; None where they show none that may be meant."""
    chosen, others = _chosen(spec, blocks)
    if chosen is None:
        return None
    if chosen.values is None:
        return review(f"The matrix in '{excerpt(chosen.source)}' could not be read.", chosen.source)
    outcome = _judged(spec, chosen, chosen.values, tolerance)
    if outcome.status == "passed":
        return outcome if chosen.agrees else outcome.for_review("The sides of its equation do not agree.")
    if chosen.is_transposed:
        return outcome.for_review("It is called a transpose.")
    if any(_is_expected(spec, other, tolerance) for other in others):
        return outcome.for_review("Another matrix in this answer is as expected.")
    return outcome


def chosen_matrix(spec: MatrixSpec, blocks: Sequence[Block]) -> Array | None:
    """The matrix that would be judged."""
    chosen, _ = _chosen(spec, blocks)
    return chosen.values if chosen else None


def _chosen(spec: MatrixSpec, blocks: Sequence[Block]) -> tuple[Candidate | None, list[Candidate]]:
    """The named one before the unnamed, the expected shape before others, and of equals the last."""
    found = [candidate for block in blocks for candidate in candidates(block, spec.find.label)][-MAX_CANDIDATES:]
    shapes = _shapes(spec)
    fitting = [one for one in found if one.values is not None and one.values.shape in shapes]
    if fitting:
        best = min(_rank(one, shapes) for one in fitting)
        chosen = [one for one in fitting if _rank(one, shapes) == best][-1]
    else:
        size = len(spec.rows) * len(spec.rows[0])
        alike = [one for one in found if one.is_named and (one.values is None or 2 * one.values.size >= size)]
        alike = alike or [one for one in found if one.values is not None and one.values.size == size]
        alike = alike or [one for one in found if one.values is None and not one.block.get("label")]
        if not alike:
            return None, []
        chosen = alike[-1]
    return chosen, [one for one in found if one is not chosen]


def _shapes(spec: MatrixSpec) -> list[tuple[int, int]]:
    return [(len(spec.rows), len(spec.rows[0])), *spec.shapes]


def _rank(candidate: Candidate, shapes: Sequence[tuple[int, int]]) -> tuple[bool, bool, bool, int]:
    assert candidate.values is not None
    shape = candidate.values.shape
    named_otherwise = bool(candidate.block.get("label")) and not candidate.is_named
    return candidate.is_transposed, not candidate.is_named, named_otherwise, shapes.index((shape[0], shape[1]))


def candidates(block: Block, labels: Sequence[str]) -> Iterator[Candidate]:
    """The matrices of one block: the value of its last side, and every matrix written in it."""
    label = str(block.get("label", ""))
    is_transposed = label.endswith(("^T", ".T", "'")) or mentions(words_of(lead_in(block)), ("transpos*",))
    bare = {**block, "label": label.removesuffix("^T").removesuffix(".T").removesuffix("'")}
    named = is_named(bare, labels)
    if block["kind"] == "matrix":
        yield Candidate(np.array(block["rows"], np.float64), block, named, is_transposed, str(block["source"]))
    elif block["kind"] == "formula" and (any(map(_has_matrix, block["sides"])) or (named and block["error"])):
        yield from _of_formula(block, named, is_transposed)


def _of_formula(block: Block, named: bool, is_transposed: bool) -> Iterator[Candidate]:
    source, last = str(block["source"]), block["sides"][-1] if block["sides"] else None
    for side in block["sides"]:
        for tree in _matrices_within(side) if side and side[0] == "mul" else []:
            values = _value(tree)
            if values is not None:
                yield Candidate(values, {**block, "label": ""}, False, is_transposed, source, is_factor=True)
    value = _value(last) if last else None
    others = [other for side in block["sides"][:-1] if side and (other := _value(side)) is not None]
    agrees = all(value is not None and _same(value, other) for other in others)
    if value is not None or named or not block.get("label"):
        yield Candidate(value, block, named, is_transposed, source, agrees)


def _same(left: Array, right: Array) -> bool:
    return left.size == right.size and bool(np.allclose(left.ravel(), right.ravel()))


def _has_matrix(tree: Any) -> bool:
    return (
        isinstance(tree, list)
        and bool(tree)
        and (tree[0] in ("matrix", "row", "list") or any(_has_matrix(part) for part in tree[1:]))
    )


def _matrices_within(tree: Tree) -> Iterator[Tree]:
    if tree[0] in ("matrix", "row", "list", "transpose"):
        yield tree
    else:
        for part in tree[1:]:
            if isinstance(part, list) and part and isinstance(part[0], str):
                yield from _matrices_within(part)


def _value(tree: Tree) -> Array | None:
    try:
        value = matrix_value(tree)
    except Unreadable:
        return None
    return value if value.ndim == 2 else None


def _is_expected(spec: MatrixSpec, candidate: Candidate, tolerance: Tolerance) -> bool:
    values = candidate.values
    if values is None or values.shape not in _shapes(spec):
        return False
    if candidate.block.get("label") and not candidate.is_named:
        return False
    return tier_of(values.ravel(), np.ravel(spec.rows), tolerance) is not None


def _judged(spec: MatrixSpec, candidate: Candidate, values: Array, tolerance: Tolerance) -> WriteupOutcome:
    read = f"Read {_name(spec)} as {described(values)}"
    expected = np.array(spec.rows, np.float64)
    if values.shape not in _shapes(spec):
        return _misshapen(spec, read, values, expected, candidate.source)
    tier = tier_of(values.ravel(), expected.ravel(), tolerance)
    if tier is not None:
        return scored(tier.credit, f"{read}, as expected. {tier.feedback}".strip(), candidate.source)
    for other in spec.alternatives:
        if np.size(other.rows) == values.size and tier_of(values.ravel(), np.ravel(other.rows), tolerance):
            return scored(other.credit, f"{read}. {other.feedback}", candidate.source)
    differs = ~within(values, expected.reshape(values.shape), tolerance.tiers[0])
    return scored(NOTHING, f"{read}; {_differences(differs)}.", candidate.source)


def _misshapen(spec: MatrixSpec, read: str, values: Array, expected: Array, source: str) -> WriteupOutcome:
    for other in spec.alternatives:
        rows = np.array(other.rows)
        if rows.shape == values.shape and np.allclose(rows, values):
            return scored(other.credit, f"{read}. {other.feedback}", source)
    hint = "; it is the transpose of the expected one" if _same_shape(values.T, expected) else ""
    wanted = f"{expected.shape[0]}×{expected.shape[1]}"
    return scored(NOTHING, f"{read}, expected a {wanted} matrix{hint}.", source)


def _same_shape(left: Array, right: Array) -> bool:
    return left.shape == right.shape and bool(np.allclose(left, right))


def _name(spec: MatrixSpec) -> str:
    return spec.find.label[0] if spec.find.label else "the answer"


def described(values: Array) -> str:
    """`a 2×2 matrix (1 0; 0 1)`, without its entries where they are many."""
    height, width = values.shape
    article = "an" if height in (8, 11, 18) else "a"
    if values.size <= 8:
        rows = "; ".join(" ".join(f"{entry:g}" for entry in row) for row in values)
        return f"{article} {height}×{width} matrix ({rows})"
    return f"{article} {height}×{width} matrix"


def _differences(differs: Any) -> str:
    rows = [row for row in range(differs.shape[0]) if differs[row].any()]
    told = [f"row {row + 1} in column{_columns(differs[row])}" for row in rows[:3]]
    more = f" (and {len(rows) - 3} more rows)" if len(rows) > 3 else ""
    return f"it differs from the expected one in {listed(told)}{more}"


def _columns(row: Any) -> str:
    places = [int(place) + 1 for place in np.flatnonzero(row)]
    return ("s " if len(places) > 1 else " ") + listed(places)
