"""Which column of a student's table is meant: by the words of its header, by what it holds, never what goes in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

from grader.rubric.writeup_keys import Column
from grader.writeup.totals import OTHER_COLUMNS
from grader.writeup.words import mentions, words_of

Cell = dict[str, Any]
Grid = Sequence[Sequence[Cell]]

MAX_CHOICES = 6
EMPTY: Cell = {"text": "", "shape": None, "formulas": []}
_IN = ("in", "input*", "before", "from", "previous", "prior", "eingabe*", "eingang*", "vorher", "entrée*", "avant",
       "entrada*",
       "ingresso", "antes", "prima", "kernel*", "filter*", "stride*", "padding", "pool", "window", "输入")  # fmt: skip
_OUT = ("out", "output*", "after", "result*", "ausgabe*", "ausgang*", "nachher", "sortie*", "après", "salida*",
        "saída*", "uscita",
        "depois", "dopo", "activation*", "输出")  # fmt: skip
_ALL = ("total*", "sum", "all", "overall", "gesamt*", "summe", "somme", "suma", "totale", "soma", "together", "Σ", "总")
_WEIGHTS = ("weight*", "gewicht*", "poids", "peso*", "pesi", "w", "权")
_BIASES = ("bias*", "biais", "offset*", "b", "偏")
_NOT_COUNTS = tuple(word for word in OTHER_COLUMNS if word not in ("size*", "trainable", "frozen"))
_PARTLY = ("trainable", "frozen", "non", "of which", "of these", "thereof", "davon", "dont")
_POINTED = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+")


def column_places(columns: Sequence[Column], grid: Grid) -> tuple[dict[str, int], int]:
    """Where each column stands, by its header, else by what its cells hold; and how many rows are headers."""
    choices = column_choices(columns, grid)
    return choices[0] if choices else ({}, 0)


def column_choices(columns: Sequence[Column], grid: Grid) -> list[tuple[dict[str, int], int]]:
    """The ways in which the columns can be told; more than one where the headers leave it open."""
    found: list[tuple[dict[str, int], int]] = [({}, 0)]
    for column in columns:
        found = [
            ({**places, column.name: at}, max(n_headers, number + 1))
            for places, n_headers in found
            for number, at in _places_of_header(column, grid, set(places.values())) or [(-1, -1)]
        ][:MAX_CHOICES]
    told = [({name: at for name, at in places.items() if at >= 0}, n_headers) for places, n_headers in found]
    if not any(places for places, _ in told):
        return [(places, 0)] if (places := _by_content(columns, grid, {}, 0)) else []
    return [({**_by_content(columns, grid, places, n), **places}, n) for places, n in told]


def _places_of_header(column: Column, grid: Grid, taken: set[int]) -> list[tuple[int, int]]:
    """The row and place of the headers that the column may have; of several the one that is meant."""
    for number, row in enumerate(grid[:3]):
        free = [at for at, cell in enumerate(row) if at not in taken and not _holds(column, cell)]
        words = {at: _header_words(str(row[at]["text"])) for at in free}
        named = [at for pattern in column.header for at in free if mentions(words[at], (pattern,))]
        if column.reads == "count":
            named += [at for at in free if mentions(words[at], _ALL) and _is_filled(column, grid, number, at)]
        meant = _places_meant(column, list(dict.fromkeys(named)), words)
        if meant:
            return [(number, at) for at in meant]
    return []


def _header_words(text: str) -> list[str]:
    """The words of a header, and behind them the same without accents: `Parámetros` is a `param*` as well."""
    plain = "".join(sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign))
    return words_of(text) if plain == text else [*words_of(text), *words_of(plain)]


def _places_meant(column: Column, named: list[int], words: dict[int, list[str]]) -> list[int]:
    if column.reads == "shape":
        out = [at for at in named if mentions(words[at], _OUT)]
        return out or [at for at in named if not mentions(words[at], _IN)]
    if column.reads == "count":
        counts = [at for at in named if not mentions(words[at], _NOT_COUNTS)]
        whole = [at for at in counts if mentions(words[at], _ALL)]
        parts = [
            at for at in counts if mentions(words[at], (*_WEIGHTS, *_BIASES, *_PARTLY)) and "with" not in words[at]
        ]
        return whole[:1] or [at for at in counts if at not in parts][:1] or counts[:1]
    return named[:1]


def _is_filled(column: Column, grid: Grid, number: int, at: int) -> bool:
    below = [row[at] for row in grid[number + 1 :] if at < len(row)]
    return 2 * sum(_holds(column, cell) for cell in below) > len(below)


def _by_content(columns: Sequence[Column], grid: Grid, known: dict[str, int], n_headers: int) -> dict[str, int]:
    """The places of columns that no header names, by what most of their cells hold."""
    places: dict[str, int] = dict(known)
    width = max(map(len, grid), default=0)
    body = grid[n_headers:]
    headers = [
        words_of(" ".join(str(row[at]["text"]) for row in grid[:n_headers] if at < len(row))) for at in range(width)
    ]
    for column in columns:
        if column.name in places:
            continue
        counts = [sum(at < len(row) and _holds(column, row[at]) for row in body) for at in range(width)]
        others = (*_IN, *OTHER_COLUMNS) if n_headers else ()
        free = [at for at in range(width) if at not in places.values() and 2 * counts[at] > len(body)
                and not _numbers_rows(body, at) and not mentions(headers[at], others)]  # fmt: skip
        if free:
            places[column.name] = max(free, key=lambda at: counts[at])
    return places


def _numbers_rows(body: Grid, at: int) -> bool:
    """Whether a column holds the numbers of the rows: 1, 2, 3 or 0, 1, 2."""
    texts = [str(row[at]["text"]).strip(" .)#*") for row in body if at < len(row)]
    filled = [int(text) for text in texts if text.isdecimal() and len(text) < 5]
    first = filled[0] if filled else 2
    return len(filled) > 2 and first < 2 and filled == list(range(first, first + len(filled)))


def _holds(column: Column, cell: Cell) -> bool:
    if column.reads == "shape":
        return cell["shape"] is not None and len(cell["shape"]) > 1
    return bool(cell["formulas"]) and (cell["shape"] is None or len(cell["shape"]) == 1)


def complete(columns: Sequence[Column], grid: Grid) -> Grid:
    """The table with a column of sums where it parts a count into weights and biases only, and thousands at points."""
    for column in columns:
        if column.reads == "count":
            grid = _with_sums(column, grid)
    return _with_thousands(grid)


def _with_sums(column: Column, grid: Grid) -> Grid:
    if not grid:
        return grid
    header = [words_of(str(cell["text"])) for cell in grid[0]]
    weights = [at for at, words in enumerate(header) if mentions(words, _WEIGHTS) and not mentions(words, _BIASES)]
    biases = [at for at, words in enumerate(header) if mentions(words, _BIASES) and not mentions(words, _WEIGHTS)]
    others = [at for at, words in enumerate(header) if at not in (*weights, *biases)
              and mentions(words, (*column.header, *_ALL)) and _is_filled(column, grid, 0, at)]  # fmt: skip
    if len(weights) != 1 or len(biases) != 1 or others or not _is_filled(column, grid, 0, weights[0]):
        return grid
    first = [*grid[0], {**EMPTY, "text": "total, the sum of both"}]
    width = max(map(len, grid))
    rows = [[*row, *[EMPTY] * (width - len(row)), _sum(row, weights[0], biases[0])] for row in grid[1:]]
    return [[*grid[0], *[EMPTY] * (width - len(grid[0])), first[-1]], *rows]


def _sum(row: Sequence[Cell], left: int, right: int) -> Cell:
    cells = [row[at] for at in (left, right) if at < len(row)]
    trees = [cell["formulas"][-1]["sides"][-1] for cell in cells if cell["formulas"] and cell["formulas"][-1]["sides"]]
    if not trees or any(tree is None for tree in trees):
        return EMPTY
    text = " + ".join(str(cell["text"]) for cell in cells)
    return {"text": text, "shape": None, "formulas": [{"sides": [["add", *trees] if len(trees) > 1 else trees[0]]}]}


def _with_thousands(grid: Grid) -> Grid:
    """Points between thousands, where several cells of a column are written so and none otherwise."""
    width = max(map(len, grid), default=0)
    for at in range(width):
        texts = [str(row[at]["text"]).strip(" $*") for row in grid if at < len(row)]
        pointed = [text for text in texts if _POINTED.fullmatch(text)]
        others = [text for text in texts if re.fullmatch(r"\d+[.,]\d+", text) and text not in pointed]
        if len(pointed) > 1 and not others:
            grid = [list(_replace(row, at)) for row in grid]
    return grid


def _replace(row: Sequence[Cell], at: int) -> Iterator[Cell]:
    for place, cell in enumerate(row):
        text = str(cell["text"]).strip(" $*")
        if place == at and _POINTED.fullmatch(text):
            yield {**cell, "formulas": [{"sides": [["num", text.replace(".", "")]]}]}
        else:
            yield cell


def turn(grid: Sequence[Sequence[Cell]]) -> list[list[Cell]]:
    """A table whose layers stand side by side, turned."""
    width = max(map(len, grid), default=0)
    if width < len(grid):
        return []
    return [[row[at] if at < len(row) else EMPTY for row in grid] for at in range(width)]
