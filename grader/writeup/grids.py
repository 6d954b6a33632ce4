"""Judging a table cell by cell: columns are found by their headers, rows by what they hold, in order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any, Literal

import numpy as np

from grader.model.tolerance import Tolerance
from grader.rubric.writeup_keys import Column, Row, TableSpec
from grader.writeup.columns import EMPTY, column_choices, complete, turn
from grader.writeup.evaluation import Evaluation, Unreadable, other_readings
from grader.writeup.finding import Block
from grader.writeup.outcome import NOTHING, WriteupOutcome, join_items, review, score_with
from grader.writeup.words import mentions, words_of

Cell = dict[str, Any]
_Read = tuple[list[float] | None, list[float]]
Verdict = Literal["right", "wrong", "unclear", "absent"]

MAX_TABLES = 20
_NOTHING_WRITTEN = frozenset(
    (
        "",
        "-",
        "--",
        "---",
        "–",
        "—",
        "−",
        "/",
        "none",
        "n/a",
        "na",
        "no",
        "∅",
        "no parameters",
        "nil",
        "zero",
        "null",
        "kein",
        "keine",
        "aucun",
        "aucune",
        "ninguno",
        "nessuno",
        "nenhum",
        "无",
    )
)
_WORTH = {"right": 1.0, "unclear": 0.5, "wrong": 0.0, "absent": 0.0}


@dataclass(frozen=True)
class JudgedCell:
    """What one expected cell turned out to be."""

    verdict: Verdict
    row: str
    column: str
    told: str = ""
    credit: Fraction = NOTHING


class _StudentRow:
    """A row of a student's table; what is read of it is read once, however many rows it is compared with."""

    def __init__(self, cells: Sequence[Cell]) -> None:
        self._cells = cells
        self._values: dict[int, _Read] = {}
        self._mentioned: dict[tuple[str, ...], bool] = {}

    def lacks(self, at: int) -> bool:
        """Whether the row ends before a column."""
        return at >= len(self._cells)

    def cell(self, at: int) -> Cell:
        """A cell, empty beyond the last."""
        return self._cells[at] if at < len(self._cells) else EMPTY

    def values(self, at: int) -> _Read:
        """See `_values`."""
        if at not in self._values:
            self._values[at] = _values(self.cell(at))
        return self._values[at]

    def mentions(self, patterns: tuple[str, ...]) -> bool:
        """Whether any of the patterns matches in its cells."""
        if patterns not in self._mentioned:
            self._mentioned[patterns] = mentions(self._words, patterns)
        return self._mentioned[patterns]

    def holds(self, shape: Any) -> bool:
        """Whether a shape of several sizes stands anywhere in its cells."""
        sizes = list(shape) if isinstance(shape, tuple) else []
        written = re.findall(r"\d+", " ".join(str(cell["text"]) for cell in self._cells))
        places = range(len(written) - len(sizes) + 1) if len(sizes) > 1 else ()
        return any(written[at : at + len(sizes)] == [str(size) for size in sizes] for at in places)

    @cached_property
    def _words(self) -> list[str]:
        return words_of(" ".join(str(cell["text"]) for cell in self._cells))


def judge_table(spec: TableSpec, blocks: Sequence[Block], tolerance: Tolerance) -> WriteupOutcome | None:
    """Judge the tables of blocks; None where none has a column that is graded."""
    grids = [complete(spec.columns, block["rows"]) for block in blocks if block["kind"] == "table"][-MAX_TABLES:]
    best: dict[str, list[JudgedCell]] = {}
    sources: dict[str, int] = {}
    for number, grid in enumerate([*grids, *(turn(grid) for grid in grids)]):
        for name, cells in _align(spec, grid, tolerance).items():
            if name not in best or _worth(cells) >= _worth(best[name]):
                best[name], sources[name] = cells, number
    if not best:
        return review("No table with the columns asked for could be read.") if grids else None
    if len(set(sources.values())) > 1:
        best = {name: _left_out(spec, name, best) for name in best}
    expected = [cell for column in spec.columns for cell in best.get(column.name, _all_absent(spec, column))]
    return _conclude(spec, expected, best)


def _left_out(spec: TableSpec, name: str, best: dict[str, list[JudgedCell]]) -> list[JudgedCell]:
    """A column of a table of its own, where rows that have nothing there are left out."""
    column = next(one for one in spec.columns if one.name == name)
    there = {cell.row for other, cells in best.items() if other != name for cell in cells if cell.verdict != "absent"}
    expected = {row.name: row.cells.get(name) for row in spec.rows}
    return [
        replace(cell, verdict="right", credit=Fraction(1))
        if cell.verdict == "absent" and cell.row in there and column.empty is not None
        and expected[cell.row] == column.empty else cell
        for cell in best[name]
    ]  # fmt: skip


def _worth(cells: Sequence[JudgedCell]) -> float:
    return sum(_WORTH[cell.verdict] for cell in cells)


def _all_absent(spec: TableSpec, column: Column) -> list[JudgedCell]:
    return [JudgedCell("absent", row.name, column.name) for row in spec.rows if column.name in row.cells]


def _conclude(spec: TableSpec, cells: Sequence[JudgedCell], best: dict[str, list[JudgedCell]]) -> WriteupOutcome:
    n_right = sum(cell.verdict == "right" for cell in cells)
    credit = sum((cell.credit for cell in cells), NOTHING) / len(cells)
    told = [f"Read a table with {_columns(best)}; {n_right} of {len(cells)} cells are as expected"]
    told += [f"{cell.row}, {cell.column}: {cell.told}" for cell in cells if cell.told][:12]
    told += [f"not found: {_absent(cells)}"] if any(cell.verdict == "absent" for cell in cells) else []
    feedback = ". ".join(told) + "."
    read = "; ".join(cell.told for cell in cells if cell.told)
    if any(cell.verdict == "unclear" for cell in cells) or (len(best) < len(spec.columns)):
        return review(feedback, read, credit)
    return score_with(credit, feedback, read)


def _columns(best: dict[str, list[JudgedCell]]) -> str:
    return "the column" + ("s " if len(best) > 1 else " ") + join_items(list(best))


def _absent(cells: Sequence[JudgedCell]) -> str:
    return join_items([f"{cell.row} ({cell.column})" for cell in cells if cell.verdict == "absent"], 8)


def _align(spec: TableSpec, grid: Sequence[Sequence[Cell]], tolerance: Tolerance) -> dict[str, list[JudgedCell]]:
    """Each column that the table has; where its headers leave open which is meant, the one with most right cells."""
    found = [_aligned_at(spec, grid, places, n, tolerance) for places, n in column_choices(spec.columns, grid)]
    return max(found, key=lambda one: sum(map(_worth, one.values())), default={})


def _aligned_at(
    spec: TableSpec, grid: Sequence[Sequence[Cell]], places: dict[str, int], n_headers: int, tolerance: Tolerance
) -> dict[str, list[JudgedCell]]:
    """The expected cells judged with the rows aligned to most worth."""
    lines = [_StudentRow(cells) for cells in grid[n_headers:]]
    if not places or not lines:
        return {}
    table = [[_judged_row(spec, row, line, places, tolerance) for line in lines] for row in spec.rows]
    chosen = _best_path(table, [[_likeness(row, line) for line in lines] for row in spec.rows])
    found: dict[str, list[JudgedCell]] = {column.name: [] for column in spec.columns if column.name in places}
    for at, row in enumerate(spec.rows):
        for name in found:
            if name in row.cells:
                match = chosen[at]
                judged = table[at][match] if match is not None else {}
                found[name].append(judged.get(name, JudgedCell("absent", row.name, name)))
    return found


def _likeness(row: Row, line: _StudentRow) -> float:
    """How much a row's words speak for it; less than any cell."""
    return 0.3 if row.words and line.mentions(row.words) else 0.01


def _best_path(
    table: Sequence[Sequence[dict[str, JudgedCell]]], likeness: Sequence[Sequence[float]]
) -> list[int | None]:
    """For each expected row the table's row that it is, in order, so that the sum of worths is largest."""
    n_rows, n_cells = len(table), len(table[0])
    worth = np.zeros((n_rows + 1, n_cells + 1))
    gain = np.array([[_worth(list(cell.values())) + like for cell, like in zip(row, likes, strict=True)]
                     for row, likes in zip(table, likeness, strict=True)])  # fmt: skip
    for i in range(1, n_rows + 1):
        for j in range(1, n_cells + 1):
            worth[i, j] = max(worth[i - 1, j], worth[i, j - 1], worth[i - 1, j - 1] + gain[i - 1, j - 1])
    chosen: list[int | None] = [None] * n_rows
    i, j = n_rows, n_cells
    while i and j:
        if worth[i, j] == worth[i - 1, j - 1] + gain[i - 1, j - 1] and table[i - 1][j - 1]:
            chosen[i - 1] = j - 1
            i, j = i - 1, j - 1
        elif worth[i, j] == worth[i, j - 1]:
            j -= 1
        else:
            i -= 1
    return chosen


def _judged_row(
    spec: TableSpec, row: Row, line: _StudentRow, places: dict[str, int], tolerance: Tolerance
) -> dict[str, JudgedCell]:
    """The cells of one row of the table, as if it were this expected row; none for a row without any content."""
    judged: dict[str, JudgedCell] = {}
    for column in spec.columns:
        at = places.get(column.name)
        if at is None or column.name not in row.cells:
            continue
        expected = row.cells[column.name]
        if column.reads == "shape":
            judged[column.name] = _shape(row, column, line.cell(at), expected)
            if judged[column.name].verdict == "absent" and line.holds(expected):
                judged[column.name] = JudgedCell("unclear", row.name, column.name, "it stands in another column")
            if line.lacks(at):
                judged[column.name] = JudgedCell("unclear", row.name, column.name, "its row has fewer columns")
        else:
            judged[column.name] = _count(row, column, line.cell(at), line.values(at), expected, tolerance)
    return judged


def _is_blank(cell: Cell) -> bool:
    return str(cell["text"]).strip(" .$").lower() in _NOTHING_WRITTEN


def _mistaken(row: Row, column: Column, value: Any, told: str) -> JudgedCell:
    for mistake in row.mistakes:
        if mistake.column == column.name and mistake.value == value:
            return JudgedCell("wrong", row.name, column.name, f"{told}; {mistake.feedback}", mistake.credit)
    return JudgedCell("wrong", row.name, column.name, told)


def _shape(row: Row, column: Column, cell: Cell, expected: Any) -> JudgedCell:
    wanted = [int(size) for size in expected] if isinstance(expected, tuple) else [int(expected)]
    shape = cell["shape"]
    told = f"read {str(cell['text'])[:60]!r}"
    if _is_blank(cell):
        return JudgedCell("absent", row.name, column.name)
    if shape is None:
        return JudgedCell("unclear", row.name, column.name, f"{told} as no shape")
    if shape == wanted or (shape[1:] == wanted and _is_batch(column, shape[0])):
        return JudgedCell("right", row.name, column.name, credit=Fraction(1))
    bare = shape[1:] if shape and _is_batch(column, shape[0]) and len(shape) > 1 else shape
    if any(isinstance(size, str) for size in bare) or _without_ones(bare) == _without_ones(wanted):
        return JudgedCell("unclear", row.name, column.name, told)
    if len(bare) == len(wanted) + 1 and bare[1:] == wanted:
        return JudgedCell("unclear", row.name, column.name, told)
    hint = " (channels come first)" if sorted(bare) == sorted(wanted) and bare != wanted else ""
    return _mistaken(row, column, tuple(bare), told + hint)


def _without_ones(shape: Sequence[int]) -> list[int]:
    return [size for size in shape if size != 1]


def _is_batch(column: Column, size: int | str) -> bool:
    return str(size) in column.batch or (isinstance(size, str) and bool(column.batch))


def _count(
    row: Row, column: Column, cell: Cell, read: _Read, expected: Any,
    tolerance: Tolerance,
) -> JudgedCell:  # fmt: skip
    told = f"read {str(cell['text'])[:60]!r}"
    if _is_blank(cell):
        if column.empty is None:
            return JudgedCell("absent", row.name, column.name)
        if tolerance.tier_of(column.empty, expected):
            return JudgedCell("right", row.name, column.name, credit=Fraction(1))
        return JudgedCell("wrong", row.name, column.name, told)
    values, readings = read
    if values is None or not values:
        return JudgedCell("unclear", row.name, column.name, told)
    hits = [tolerance.tier_of(value, expected) is not None for value in values]
    if all(hits):
        return JudgedCell("right", row.name, column.name, credit=Fraction(1))
    if (any(hits) and len(cell["formulas"]) > 1) or any(tolerance.tier_of(other, expected) for other in readings):
        return JudgedCell("unclear", row.name, column.name, told)
    if any(hits):
        return JudgedCell("wrong", row.name, column.name, f"{told}, whose two sides differ")
    if len(cell["formulas"]) > 1:
        return JudgedCell("unclear", row.name, column.name, told)
    return _mistaken(row, column, values[-1], told)


def _value_sides(sides: Sequence[Any]) -> Sequence[Any]:
    """The sides without the name on the left."""
    is_named = len(sides) > 1 and (sides[0] is None or sides[0][0] in ("sym", "apply"))
    return sides[1:] if is_named else sides


def _values(cell: Cell) -> _Read:
    """The values of all sides in a cell, None where one cannot be read; and other readings of the last."""
    values: list[float] = []
    readings: list[float] = []
    for formula in cell["formulas"]:
        for side in _value_sides(formula["sides"]):
            try:
                values.append(float(Evaluation().of(side)) if side else float("nan"))
            except (Unreadable, TypeError):
                return None, []
            if side and side[0] == "num":
                readings = other_readings(side[1])
    return (None if any(value != value for value in values) else values), readings
