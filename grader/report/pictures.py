"""What was got beside what was wanted, as data for a page: tables shaded by value, and curves."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from grader.export.snippets import snippet
from grader.model.record import CounterexampleRecord
from grader.terminal.grids import marks_of, rows_of

Rows = list[list[float]]
MAX_CELLS = 400
# A vector of so many numbers says more as a curve.
CURVE_FROM = 6
_SHADES = 5
_DIGITS = (4, 6, 10, 17)
_WIDTH, _HEIGHT = 320.0, 120.0


@dataclass(frozen=True)
class PictureCell:
    """One number: its text, its shade (`p3` far above zero, `n1` a little below), whether it differs."""

    text: str
    shade: str
    differs: bool = False


@dataclass(frozen=True)
class Table:
    """A matrix with its title, as a reader of the page hears it too."""

    title: str
    rows: tuple[tuple[PictureCell, ...], ...]


@dataclass(frozen=True)
class Curve:
    """Two lines in a box of 320 × 120: points as SVG takes them, and what they say in words."""

    got: str
    wanted: str
    label: str


@dataclass(frozen=True)
class Picture:
    """A counterexample as a page shows it; `texts` where it is no matrix, or too large a one."""

    tables: tuple[Table, ...] = ()
    curve: Curve | None = None
    texts: tuple[tuple[str, str], ...] = ()
    snippet: str = ""
    call: str = ""


def picture_of(shown: CounterexampleRecord, functions: Sequence[str] = ()) -> Picture:
    """The picture of a counterexample of a check that calls some functions."""
    differing = None if (cells := shown.get("differing")) is None else tuple(cells)
    return _picture(shown["call"], shown["actual"], shown["expected"], differing, tuple(functions))


@functools.lru_cache(maxsize=2_000)  # many students of a class have the same
def _picture(
    calls: str, got: str, wanted: str, differing: tuple[int, ...] | None, functions: tuple[str, ...]
) -> Picture:
    lines = snippet(calls, 100, functions)
    code = "" if lines is None else "\n".join(lines)
    call = calls if lines is None else ""
    actual, expected = rows_of(got), rows_of(wanted)
    texts = (("got", got), ("wanted", wanted))
    if not actual or not expected or max(_n_cells(actual), _n_cells(expected)) > MAX_CELLS:
        return Picture(texts=tuple(one for one in texts if one[1]), snippet=code, call=call)
    shapes = _full_shape(got, actual), _full_shape(wanted, expected)
    if len(shapes[0]) != len(shapes[1]):
        return Picture(_tables_apart(actual, expected, shapes), snippet=code, call=call)
    marks = marks_of(actual, expected, differing)
    return Picture(_tables(actual, expected, marks), _curve(actual, expected), snippet=code, call=call)


def _full_shape(text: str, rows: Rows) -> tuple[int, ...]:
    """The shape of the array in a text whose rows are shown: a batch of one in front of them is not."""
    depth = text[: len(text) - len(text.lstrip("[ \n"))].count("[")
    return (1,) * (depth - 2) + _shape(rows) if depth > 1 else _shape(rows)[1:]


def _tables_apart(actual: Rows, expected: Rows, shapes: Iterable[Sequence[int]]) -> tuple[Table, ...]:
    """Arrays of different dimensions, which may look alike row by row: nothing is subtracted, the shapes are told."""
    names = ("got", actual), ("wanted", expected)
    return tuple(
        replace(_table(name, rows, _no_marks(rows), _DIGITS[0]), title=f"{name}, shape {tuple(shape)}")
        for (name, rows), shape in zip(names, shapes, strict=True)
    )


def _n_cells(rows: Rows) -> int:
    return sum(map(len, rows))


def _tables(actual: Rows, expected: Rows, marks: Sequence[Sequence[bool]]) -> tuple[Table, ...]:
    digits = _digits(actual, expected, marks)
    tables = [_table("got", actual, marks, digits), _table("wanted", expected, _no_marks(expected), digits)]
    if _shape(actual) == _shape(expected) and _n_cells(actual) > 1:
        gap = [list(map(_gap, *rows)) for rows in zip(actual, expected, strict=True)]
        tables.append(_table("got minus wanted", gap, marks, 4))
    return tuple(tables)


def _no_marks(rows: Rows) -> list[list[bool]]:
    return [[False] * len(row) for row in rows]


def _gap(got: float, wanted: float) -> float:
    return got - wanted if math.isfinite(got) and math.isfinite(wanted) else math.nan


def _shape(rows: Rows) -> tuple[int, int]:
    return len(rows), len(rows[0])


def _digits(actual: Rows, expected: Rows, marks: Sequence[Sequence[bool]]) -> int:
    """As many as it takes to see each difference that is marked."""
    if _shape(actual) != _shape(expected):
        return _DIGITS[0]
    for digits in _DIGITS:
        hidden = any(
            mark and _text(got, digits) == _text(want, digits)
            for rows in zip(actual, expected, marks, strict=True)
            for got, want, mark in zip(*rows, strict=True)
        )
        if not hidden:
            return digits
    return _DIGITS[-1]


def _table(title: str, rows: Rows, marks: Sequence[Sequence[bool]], digits: int) -> Table:
    finite = [abs(value) for row in rows for value in row if math.isfinite(value)]
    largest = max(finite, default=0.0)
    cells = tuple(
        tuple(
            PictureCell(_text(value, digits), _shade(value, largest), mark) for value, mark in zip(*pair, strict=True)
        )
        for pair in zip(rows, marks, strict=True)
    )
    return Table(f"{title}, {len(rows)} × {len(rows[0])}", cells)


def _text(value: float, digits: int) -> str:
    text = f"{value:.{digits}g}" if isinstance(value, float) else str(value)
    return text.replace("-", "−")


def _shade(value: float, largest: float) -> str:
    if not math.isfinite(value):
        return "x"
    step = round(_SHADES * abs(value) / largest) if largest else 0
    return "" if step == 0 else f"{'p' if value > 0 else 'n'}{step}"


def _curve(actual: Rows, expected: Rows) -> Curve | None:
    """Both vectors as lines; None where they are none, are short, or hold what is no number."""
    if len(actual) != 1 or len(expected) != 1 or min(len(actual[0]), len(expected[0])) < CURVE_FROM:
        return None
    got, wanted = actual[0], expected[0]
    if not all(map(math.isfinite, [*got, *wanted])):
        return None
    low, high = min(*got, *wanted), max(*got, *wanted)
    n = max(len(got), len(wanted))
    label = (
        f"Two curves of {n} values between {low:.4g} and {high:.4g}: got goes from {got[0]:.4g} to {got[-1]:.4g}, "
        f"wanted from {wanted[0]:.4g} to {wanted[-1]:.4g}; the numbers stand in the tables beside it."
    )
    return Curve(_points(got, n, low, high), _points(wanted, n, low, high), label)


def _points(values: Sequence[float], n: int, low: float, high: float) -> str:
    span = (high - low) or 1.0
    return " ".join(
        f"{8 + (_WIDTH - 16) * index / (n - 1):.1f},{_HEIGHT - 8 - (_HEIGHT - 16) * (value - low) / span:.1f}"
        for index, value in enumerate(values)
    )
