"""Judging a matrix: which of the matrices written is meant, and which entries differ."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from grader.model.tolerance import Tolerance, is_same
from grader.rubric.writeup_keys import MatrixSpec
from grader.writeup.evaluation import Evaluation, Tree, Unreadable, matrix_value
from grader.writeup.finding import Block, canonical, is_named, lead_in
from grader.writeup.outcome import NOTHING, Array, WriteupOutcome, excerpt, join_items, review, score_with
from grader.writeup.prose import change_before, change_behind, is_denied
from grader.writeup.words import match_at, mentions, words_of

MAX_CANDIDATES = 60
_ROWS = ("row*", "zeile*", "ligne*", "fila*", "riga", "righe", "linha*", "行")
_ORDINALS = (
    ("first", "erste*", "premi*", "primera", "prima", "primeira"),
    ("second*", "zweite*", "deuxième", "segunda"),
    ("third", "dritte*", "troisième", "tercera", "terza", "terceira"),
    ("fourth", "vierte*", "quatrième", "cuarta"),
)
_COMES_TO = ("so", "thus", "hence", "therefore", "gives", "giving", "yields", "which", "divided", "also", "donc", "por",
             "quindi", "logo", "normal*", "becomes", "→", "⇒")  # fmt: skip
_ROW_LABEL = re.compile(r"(?P<name>[A-Za-z]{1,8})_?(?P<row>[1-9])")
_COLUMNS = ("column*", "spalte*", "colonne*", "columna*", "coluna*", "列")
_EVERY = ("all", "every", "each", "both", "alle", "jeder", "tous", "toutes", "chaque", "todos", "todas", "cada",
          "tutti",
          "tutte", "ogni", "constant", "都")  # fmt: skip
_THROUGHOUT = ("everywhere", "throughout", "in every", "in all", "in each", "überall", "partout", "ovunque")
_COUNTED = {2: ("two",), 3: ("three",), 4: ("four",), 6: ("six",), 8: ("eight",), 9: ("nine",)}
_ENTRIES = ("entr*", "element*", "component*", "value*", "number*", "pixel*", "eintr*", "komponente*", "élément*",
            "composante*", "componente*", "元 素")  # fmt: skip


@dataclass(frozen=True)
class MatrixCandidate:
    """A matrix that was read; `values` is None where it could not be; `row` is the number in its name, 2 of S_2."""

    values: Array | None
    block: Block
    is_named: bool
    is_transposed: bool
    source: str
    agrees: bool = True
    is_factor: bool = False
    row: int = 0


def judge_matrix(spec: MatrixSpec, blocks: Sequence[Block], tolerance: Tolerance) -> WriteupOutcome | None:
    """Judge the matrix that blocks show; None where they show none that may be meant."""
    chosen, others = _choose(spec, blocks)
    if chosen is None:
        return None
    if chosen.values is None:
        return review(f"The matrix in '{excerpt(chosen.source)}' could not be read.", chosen.source)
    outcome = _judge(spec, chosen, chosen.values, tolerance)
    if is_denied(str(chosen.block.get("before", "")), str(chosen.block.get("words", ""))):
        return outcome.for_review("The words around it deny or doubt it.")
    after = str(chosen.block.get("words", ""))
    changed = change_behind(str(chosen.block.get("inside", "")), after) or change_before(lead_in(chosen.block))
    if changed := chosen.block.get("change") or changed:
        return outcome.for_review(f"'{excerpt(changed)}' may change it.")
    if outcome.status == "passed":
        return outcome if chosen.agrees else outcome.for_review("The sides of its equation do not agree.")
    if chosen.is_transposed:
        return outcome.for_review("It is called a transpose.")
    if any(_is_expected(spec, other, tolerance) for other in others):
        return outcome.for_review("Another matrix in this answer is as expected.")
    return outcome


def chosen_matrix(spec: MatrixSpec, blocks: Sequence[Block]) -> Array | None:
    """The matrix that would be judged."""
    chosen, _ = _choose(spec, blocks)
    return chosen.values if chosen else None


def _choose(spec: MatrixSpec, blocks: Sequence[Block]) -> tuple[MatrixCandidate | None, list[MatrixCandidate]]:
    """The named one before the unnamed, the expected shape before others, and of equals the last."""
    found = [one for block in blocks for one in candidates(block, spec.find.label)][-4 * MAX_CANDIDATES :]
    found = [*found, *stack_told_rows(found), *uniform_matrices(spec, blocks)][-MAX_CANDIDATES:]
    shapes = _shapes(spec)
    size = len(spec.rows) * len(spec.rows[0])
    named = _foremost(
        spec, [one for one in found if one.is_named and (one.values is None or 2 * one.values.size >= size)]
    )
    fitting = [one for one in found if one.values is not None and one.values.shape in shapes]
    if fitting and (not named or any(one is other for one in named for other in fitting)):
        best = min(_rank(one, shapes) for one in fitting)
        chosen = [one for one in fitting if _rank(one, shapes) == best][-1]
    else:
        alike = named or [one for one in found if one.values is not None and one.values.size == size]
        alike = alike or [one for one in found if one.values is None and not one.block.get("label")]
        if not alike:
            return None, []
        chosen = alike[-1]
    return chosen, [one for one in found if one is not chosen]


def _foremost(spec: MatrixSpec, named: list[MatrixCandidate]) -> list[MatrixCandidate]:
    """Those that have the foremost of the labels, spelled as it is."""
    ranks = [next((at for at, label in enumerate(spec.find.label) if str(one.block.get("label",
    "")) in (label, canonical(label))),
                  len(spec.find.label)) for one in named]  # fmt: skip
    return [one for one, rank in zip(named, ranks, strict=True) if rank == min(ranks)]


def stack_told_rows(found: Sequence[MatrixCandidate]) -> Iterator[MatrixCandidate]:
    """The matrices whose rows, or columns, are told one by one: `Row 1: (1, 0)`, `the rows (1, 0) and (0, 1)`."""
    run: list[MatrixCandidate] = []
    for one in [*(one for one in found if not one.is_factor), None]:
        line = one is not None and one.values is not None and one.values.shape[0] == 1 \
            and (one.is_named or not one.block.get("label") or one.row)  # fmt: skip
        follows = line and one is not None and one.values is not None and run and run[0].values is not None \
            and one.values.shape == run[0].values.shape and one.is_named == run[0].is_named  # fmt: skip
        if one is not None and line and (_is_a_line(one) if not run else follows):
            run = [*(run[:-1] if _replaces(run, one) else run), one]
            continue
        if len(run) > 1:
            yield _stack(run)
        run = [one] if one is not None and line and _is_a_line(one) else []


def _replaces(run: Sequence[MatrixCandidate], one: MatrixCandidate) -> bool:
    """Whether a row is what the one before it comes to: `1, 1, 2 with sum 4, so (0.25, 0.25, 0.5)`."""
    if not run or not lead_in(one.block).startswith(lead_in(run[-1].block)):
        return False
    between = words_of(lead_in(one.block).removeprefix(lead_in(run[-1].block)))
    return mentions(between, _COMES_TO) and not mentions(between, _ROWS)


def _is_a_line(one: MatrixCandidate) -> bool:
    return one.is_named or one.row > 0 or mentions(words_of(lead_in(one.block)), (*_ROWS, *_COLUMNS))


def _number_of(one: MatrixCandidate) -> int | None:
    """The number by which a row is called: 2 of `the second row is`; the one named last before it counts."""
    if one.row:
        return one.row
    words = words_of(lead_in(one.block))
    found = [place for word in words for place, names in enumerate(_ORDINALS, 1) if mentions((word,), names)]
    return found[-1] if found else None


def _stack(run: Sequence[MatrixCandidate]) -> MatrixCandidate:
    order = [_number_of(one) for one in run]
    if None not in order and len(set(order)) == len(order):
        run = [one for _, one in sorted(zip(order, run, strict=True), key=lambda pair: pair[0] or 0)]
    values = np.vstack([one.values for one in run if one.values is not None])
    is_column = mentions(words_of(lead_in(run[0].block)), _COLUMNS)
    source = " ".join(f"{lead_in(one.block).strip()} {one.source}" for one in run)
    block = {**run[0].block, "label": ""} if run[0].row else run[0].block
    return replace(run[0], values=values.T if is_column else values, source=source, block=block)


def uniform_matrices(spec: MatrixSpec, blocks: Sequence[Block]) -> Iterator[MatrixCandidate]:
    """`All four entries of Wx are -40`: the matrix of that number, where its name is told."""
    for block in blocks:
        if block["kind"] != "formula" or not block["sides"] or block["sides"][-1] is None:
            continue
        lead = lead_in(block)
        if not _fills(spec, block, lead):
            continue
        try:
            value = float(Evaluation().of(block["sides"][-1]))
        except (Unreadable, TypeError):
            continue
        values = np.full((len(spec.rows), len(spec.rows[0])), value)
        yield MatrixCandidate(values, block, True, False, f"{lead.strip()} {block['source']}")


def _fills(spec: MatrixSpec, block: Block, lead: str) -> bool:
    """Whether a number is told to be every entry of what is asked for: before it, `all`, or behind it, `four times`."""
    if _is_chain(spec, block):
        return True
    words, behind = words_of(lead), words_of(str(block["words"]))[:3]
    is_number = block["sides"][-1][0] in ("num", "neg")  # no `2x2`
    is_told = mentions(words, _EVERY) and (mentions(words, _ENTRIES) or (is_number and mentions(words[-1:], _EVERY)))
    size = len(spec.rows) * len(spec.rows[0])
    times = [f"{size} times", *(f"{word} times" for word in _COUNTED.get(size, ()))]
    is_told = is_told or any(match_at(behind, 0, one) for one in (*_THROUGHOUT, *times))
    return is_told and (_names(spec.find.label, lead) or is_named(block, spec.find.label))


def _is_chain(spec: MatrixSpec, block: Block) -> bool:
    """`y_1 = y_2 = y_3 = y_4 = -40`: each entry by its own name."""
    names = [str(side[1]) for side in block["sides"][:-1] if side and side[0] == "sym"]
    own = {name for name in names if is_named({"label": name.partition("_")[0]}, spec.find.label) and "_" in name}
    return len(own) == len(names) == len(spec.rows) * len(spec.rows[0])


def _names(labels: Sequence[str], lead: str) -> bool:
    plain = _without_signs(lead)
    spelled = [re.escape(_without_signs(label)) for label in labels]
    return any(re.search(rf"(?:^|\$|of){one}(?:\$|are|is|:|=|$)", plain) for one in spelled) or any(
        len(label) > 4 and mentions(words_of(lead), (label,)) for label in labels
    )


def _without_signs(name: str) -> str:
    """A product's name without the signs between its factors."""
    return re.sub(r"\\cdot|[\s\\·*@]", "", name)


def _shapes(spec: MatrixSpec) -> list[tuple[int, int]]:
    return [(len(spec.rows), len(spec.rows[0])), *spec.shapes]


def _rank(candidate: MatrixCandidate, shapes: Sequence[tuple[int, int]]) -> tuple[bool, bool, bool, bool, int]:
    assert candidate.values is not None
    shape = candidate.values.shape
    named_otherwise = bool(candidate.block.get("label")) and not candidate.is_named
    at = shapes.index((shape[0], shape[1]))
    return candidate.is_factor, candidate.is_transposed, not candidate.is_named, named_otherwise, at


def candidates(block: Block, labels: Sequence[str]) -> Iterator[MatrixCandidate]:
    """The matrices of one block: the value of its last side, and every matrix written in it."""
    label = str(block.get("label", ""))
    is_transposed = label.endswith(("^T", ".T", "'")) or mentions(words_of(lead_in(block)), ("transpos*",))
    bare = {**block, "label": label.removesuffix("^T").removesuffix(".T").removesuffix("'")}
    named = is_named(bare, labels)
    if block["kind"] == "matrix":
        yield MatrixCandidate(np.array(block["rows"], np.float64), block, named, is_transposed, str(block["source"]))
    elif block["kind"] == "formula" and (any(map(_has_matrix, block["sides"])) or (named and block["error"])):
        row = _row_of_label(bare["label"], labels)
        yield from (replace(one, row=row) for one in _of_formula(block, named, is_transposed))


def _row_of_label(label: str, labels: Sequence[str]) -> int:
    """2 of `S_2` or `row_2`; 0 for any other name."""
    match = _ROW_LABEL.fullmatch(label)
    is_row = match is not None and (match["name"] in ("row", "r") or is_named({"label": match["name"]}, labels))
    return int(match["row"]) if match and is_row else 0


def _of_formula(block: Block, named: bool, is_transposed: bool) -> Iterator[MatrixCandidate]:
    source, last = str(block["source"]), block["sides"][-1] if block["sides"] else None
    for side in block["sides"]:
        for tree in _matrices_within(side) if side and side[0] == "mul" else []:
            values = _value(tree)
            if values is not None:
                yield MatrixCandidate(values, {**block, "label": ""}, False, is_transposed, source, is_factor=True)
    value = _value(last) if last else None
    others = [other for side in block["sides"][:-1] if side and (other := _value(side)) is not None]
    agrees = all(value is not None and _same(value, other) for other in others)
    if value is not None or named or not block.get("label"):
        yield MatrixCandidate(value, block, named, is_transposed, source, agrees)


def _same(left: Array, right: Array) -> bool:
    return is_same(left.ravel(), right.ravel())


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


def _is_expected(spec: MatrixSpec, candidate: MatrixCandidate, tolerance: Tolerance) -> bool:
    values = candidate.values
    if values is None or values.shape not in _shapes(spec):
        return False
    if candidate.block.get("label") and not candidate.is_named:
        return False
    return tolerance.tier_of(values.ravel(), np.ravel(spec.rows)) is not None


def _judge(spec: MatrixSpec, candidate: MatrixCandidate, values: Array, tolerance: Tolerance) -> WriteupOutcome:
    read = f"Read {_name(spec)} as {describe(values)}"
    expected = np.array(spec.rows, np.float64)
    if values.shape not in _shapes(spec):
        return _misshapen(spec, read, values, expected, candidate.source)
    tier = tolerance.tier_of(values.ravel(), expected.ravel())
    if tier is not None:
        return score_with(tier.credit, f"{read}, as expected. {tier.feedback}".strip(), candidate.source)
    for other in spec.alternatives:
        if np.size(other.rows) == values.size and tolerance.tier_of(values.ravel(), np.ravel(other.rows)):
            return score_with(other.credit, f"{read}. {other.feedback}", candidate.source)
    differs = tolerance.compare(values, expected.reshape(values.shape)).differences(0)
    return score_with(NOTHING, f"{read}; {_differences(differs)}.", candidate.source)


def _misshapen(spec: MatrixSpec, read: str, values: Array, expected: Array, source: str) -> WriteupOutcome:
    for other in spec.alternatives:
        rows = np.array(other.rows)
        if is_same(values, rows):
            return score_with(other.credit, f"{read}. {other.feedback}", source)
    if values.shape[1] == expected.shape[1] and is_same(values, expected[: len(values)]):
        return review(f"{read}. It may go on in what follows.", source)
    hint = "; it is the transpose of the expected one" if is_same(values.T, expected) else ""
    wanted = f"{expected.shape[0]}×{expected.shape[1]}"
    return score_with(NOTHING, f"{read}, expected a {wanted} matrix{hint}.", source)


def _name(spec: MatrixSpec) -> str:
    return spec.find.label[0] if spec.find.label else "the answer"


def describe(values: Array) -> str:
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
    return f"it differs from the expected one in {join_items(told)}{more}"


def _columns(row: Any) -> str:
    places = [int(place) + 1 for place in np.flatnonzero(row)]
    return ("s " if len(places) > 1 else " ") + join_items(places)
