"""Small arrays as grids: what was got beside what was wanted, cells shaded by value, the differing ones marked."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.style import Style
from rich.text import Text

Rows = list[list[float]]
Marks = list[list[bool]]

GAP = 4
_DIGITS = (4, 6, 10)


def rows_of(text: str) -> Rows | None:
    """The matrix that a text shows, a vector as one row; None where it shows something else."""
    try:
        value = _number_or_list(ast.parse(text.strip(), mode="eval").body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    while isinstance(value, list) and len(value) == 1 and _depth(value) > 2:  # a batch or a channel of one
        value = value[0]
    if not isinstance(value, list) or not value:
        return None
    rows = value if all(isinstance(row, list) for row in value) else [value]
    flat = [cell for row in rows for cell in row]
    is_matrix = len({len(row) for row in rows}) == 1 and flat and not any(isinstance(cell, list) for cell in flat)
    return rows if is_matrix else None


def _number_or_list(node: ast.expr) -> object:
    if isinstance(node, ast.List):
        return [_number_or_list(item) for item in node.elts]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        number = _number_or_list(node.operand)
        return -number if isinstance(number, int | float) else _refuse()
    if isinstance(node, ast.Name) and node.id in ("nan", "inf"):
        return float(node.id)
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return node.value
    return _refuse()


def _refuse() -> object:
    raise ValueError("no number")


def _depth(value: object) -> int:
    return 1 + _depth(value[0]) if isinstance(value, list) and value else 0


def marks_of(actual: Rows, expected: Rows, differing: Sequence[int] | None) -> Marks:
    """Which cells were missed: those counted row by row in `differing`; none, where the shapes differ.

    No cell has its like in another shape, and one that reads alike would be called missed. Where nobody said which,
    those that are not the very same.
    """
    if _shape(actual) != _shape(expected):
        return [[False] * len(row) for row in actual]
    if differing is None:
        return [[not _is_same(*cells) for cells in pair] for pair in _pairs(actual, expected)]
    missed, width = set(differing), len(actual[0])
    return [[row * width + column in missed for column in range(width)] for row in range(len(actual))]


def _pairs(actual: Rows, expected: Rows) -> Iterator[list[tuple[float, float]]]:
    return (list(zip(*pair, strict=True)) for pair in zip(actual, expected, strict=True))


def _is_same(actual: float, expected: float) -> bool:
    return actual == expected or (math.isnan(actual) and math.isnan(expected))


def _shape(rows: Rows) -> tuple[int, int]:
    return len(rows), len(rows[0])


@dataclass(frozen=True)
class _Grid:
    """A matrix with its marks, each cell as text."""

    rows: Rows
    marks: Marks
    cells: list[list[str]]

    @property
    def width(self) -> int:
        """Of a line, brackets included."""
        return len(self.rows[0]) * (self.cell_width + 2) + 3

    @property
    def cell_width(self) -> int:
        """Of the longest number."""
        return max(len(cell) for row in self.cells for cell in row)

    def lines(self, shades: _Shades) -> list[Text]:
        """One line a row: `[  63*   0  ]`."""
        return [self._line(*row, shades) for row in zip(self.rows, self.marks, self.cells, strict=True)]

    def _line(self, values: Sequence[float], marks: Sequence[bool], cells: Sequence[str], shades: _Shades) -> Text:
        line = Text("[")
        for value, mark, cell in zip(values, marks, cells, strict=True):
            style = shades.style(value, mark)
            line.append(" " * (self.cell_width + 1 - len(cell)), Style(bgcolor=style.bgcolor))
            line.append(cell + ("*" if mark else " "), style)
        return line.append(" ]")


@dataclass(frozen=True)
class _Shades:
    """Backgrounds for values: blue below zero, orange above, as strong as they are far from it.

    Sixteen colours are too few for that: there only the marks are set off.
    """

    largest: float
    fine: bool

    def style(self, value: float, mark: bool) -> Style:
        """Of one cell."""
        if not self.fine:
            return Style(reverse=mark)
        if not math.isfinite(value):
            return Style(bgcolor="rgb(120,40,120)", color="white", bold=mark)
        share = min(1.0, abs(value) / self.largest) if self.largest else 0.0
        full = (214, 120, 20) if value > 0 else (40, 100, 214)
        red, green, blue = (round(44 + share * (part - 44)) for part in full)
        return Style(bgcolor=f"rgb({red},{green},{blue})", color="rgb(255,255,255)", bold=mark, underline=mark)


def shape_of(text: str) -> str:
    """The shape of the numbers that a text shows, as numpy writes it."""
    value, sizes = _number_or_list(ast.parse(text.strip(), mode="eval").body), []
    while isinstance(value, list):
        sizes.append(len(value))
        value = value[0] if value else None
    return str(tuple(sizes))


# A row of no more numbers is written out, where it does not fit, rather than drawn as a map.
_SHORT_ROW = 16


def pictures(
    actual: Rows,
    expected: Rows,
    console: Console,
    width: int,
    differing: Sequence[int] | None = None,
    shapes: tuple[str, str] | None = None,
) -> list[Text] | None:
    """Both matrices within `width` columns: side by side, else one above the other, else as a map of the differences.

    None where even the map is too wide, and for one short row: its numbers, broken, say more.

    Args:
        shapes: of the two as numpy writes them, where a vector is drawn as a row.
    """
    marks = marks_of(actual, expected, differing)
    got, wanted = _both(actual, expected, marks)
    finite = [abs(cell) for rows in (actual, expected) for row in rows for cell in row if math.isfinite(cell)]
    shades = _Shades(max(finite, default=0.0), console.color_system in ("256", "truecolor"))
    own = shapes or (str(_shape(actual)), str(_shape(expected)))
    titles = [f"{name} {shape}" for name, shape in zip(("got", "wanted"), own, strict=True)]
    left = max(got.width, len(titles[0]))
    if left + GAP + max(wanted.width, len(titles[1])) <= width:
        return _beside([Text(titles[0]), *got.lines(shades)], [Text(titles[1]), *wanted.lines(shades)], left + GAP)
    if max(got.width, wanted.width) <= width:
        return [Text(titles[0]), *got.lines(shades), Text(titles[1]), *wanted.lines(shades)]
    is_short = len(actual) == len(expected) == 1 and max(len(actual[0]), len(expected[0])) <= _SHORT_ROW
    if not is_short and own[0] != own[1]:  # nothing of it would be marked
        return [Text(", ".join(titles))] if len(", ".join(titles)) <= width else None
    if not is_short and 2 * max(len(actual[0]), len(expected[0])) <= width:
        return _maps(titles, (actual, expected), marks, shades, coloured=shades.fine)
    return None


def _both(actual: Rows, expected: Rows, marks: Marks) -> tuple[_Grid, _Grid]:
    """The grids, with as many digits as it takes to see each marked difference."""
    unmarked = [[False] * len(row) for row in expected]
    for digits in _DIGITS:
        got = _Grid(actual, marks, _texts(actual, digits))
        wanted = _Grid(expected, unmarked, _texts(expected, digits))
        if _shape(actual) != _shape(expected) or not _hides(got, wanted):
            break
    return got, wanted


def _texts(rows: Rows, digits: int) -> list[list[str]]:
    return [[f"{cell:.{digits}g}" if isinstance(cell, float) else str(cell) for cell in row] for row in rows]


def _hides(got: _Grid, wanted: _Grid) -> bool:
    """Whether a marked cell reads like the one that it should have been."""
    return any(
        mark and actual == expected
        for rows in zip(got.marks, got.cells, wanted.cells, strict=True)
        for mark, actual, expected in zip(*rows, strict=True)
    )


def _beside(left: list[Text], right: list[Text], at: int) -> list[Text]:
    lines = []
    for index in range(max(len(left), len(right))):
        line = left[index].copy() if index < len(left) else Text()
        line.append(" " * (at - line.cell_len))
        lines.append(line + right[index] if index < len(right) else line)
    return lines


def _maps(
    titles: Sequence[str], both: tuple[Rows, Rows], marks: Marks, shades: _Shades, *, coloured: bool
) -> list[Text]:
    """Cells as two signs each, `××` where they differ; without colours the wanted one would say nothing."""
    lines = [Text(f"{titles[0]}; ×× is where it differs"), *_map(both[0], marks, shades)]
    if coloured:
        lines += [Text(titles[1]), *_map(both[1], [[False] * len(row) for row in both[1]], shades)]
    return lines


def _map(rows: Rows, marks: Marks, shades: _Shades) -> Iterator[Text]:
    for values, marked in zip(rows, marks, strict=True):
        cells = (
            ("××" if mark else "··", shades.style(value, mark)) for value, mark in zip(values, marked, strict=True)
        )
        yield Text.assemble(*cells)
