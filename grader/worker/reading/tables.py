"""Tables: of Markdown, of LaTeX, with pipes alone, and as programs print them with columns of spaces."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from grader.worker.reading.cells import read_cell

Table = dict[str, Any]

MAX_ROWS = 200
MAX_COLUMNS = 60
MAX_LINE = 300
MIN_ROWS = 3
_TABULAR = re.compile(
    r"\\begin\s{0,3}\{(?:tabular[x*]?|longtable|array)\}(?:\s{0,3}(?:\[[^\]]{0,20}\]|\{[^{}]{0,80}\})){0,3}"
)
_RULES = re.compile(r"\\(?:hline|toprule|midrule|bottomrule|(?:cline|cmidrule)\{[^{}]{0,20}\})")
_CELL_ENDS = re.compile(r"(?<!\\)&")
_ROW_ENDS = re.compile(r"\\\\(?:\[[^\]]{0,10}\])?|\\tabularnewline")
_MULTICOLUMN = re.compile(r"\\multi(?:column|row)\{[^{}]{0,10}\}\{[^{}]{0,20}\}\{([^{}]{0,200})\}")
# A name that is cut touches the shape behind it: `max_pooling2d (MaxPooling2D)(None, 6, 14, 14)`.
_GAP = re.compile(r"\s{2,}|\t+|(?<=\))(?=\((?:None|-1|N|\d+),)|(?<=[\w)])(?=\[-1,)|(?<=\w)\s(?=\((?:None|-1), )")
_RULE_LINE = re.compile(r"[\s=\-_+|─━═┼├┤]+\Z")
_IS_COUNT = re.compile(r"\d[\d.' ]*").fullmatch
_HAS_DIGIT = re.compile(r"\d").search
_SEPARATOR_ROW = re.compile(r"[\s|:\-+]+\Z")


def table(rows: Sequence[Sequence[str]]) -> Table | None:
    """The block for rows of cells; None where it is no table."""
    kept = [list(row[:MAX_COLUMNS]) for row in rows[:MAX_ROWS] if any(cell.strip() for cell in row)]
    if not kept or max(map(len, kept)) < 2:
        return None
    return {"kind": "table", "rows": [[read_cell(cell) for cell in row] for row in kept], "cut": len(rows) > MAX_ROWS}


def latex_tables(source: str) -> Iterator[Table]:
    """The tables of a piece of LaTeX that have words or formulas in their cells."""
    for begin in _TABULAR.finditer(source[:100_000]):
        end = source.find("\\end", begin.end())
        body = _RULES.sub(" ", source[begin.end() : end if end >= 0 else len(source)])
        body = _MULTICOLUMN.sub(r"\1", body)
        rows = [_CELL_ENDS.split(row) for row in _ROW_ENDS.split(body)]
        if found := table([[cell.strip() for cell in row] for row in rows]):
            yield found


def pipe_tables(lines: Sequence[str]) -> Iterator[tuple[int, int, list[list[str]]]]:
    """Runs of two or more lines with pipes: first line, line after the last, cells."""
    start = 0
    rows: list[list[str]] = []
    for at, line in enumerate([*lines, ""]):
        if line.count("|") >= 2 or (rows and "|" in line) or _opens_pipes(lines, at):
            start = start if rows else at
            if not _SEPARATOR_ROW.match(line):
                rows.append(split_pipes(line))
            continue
        if len(rows) > 1:
            yield start, at, rows
        start, rows = at, []


def comma_tables(lines: Sequence[str]) -> Iterator[tuple[int, int, list[list[str]]]]:
    """Runs of lines with as many commas or semicolons each, the first of words, all others with numbers."""
    for sign in (";", ","):
        start = 0
        rows: list[list[str]] = []
        for at, line in enumerate([*lines, ""]):
            cells = [cell.strip() for cell in line.split(sign)] if len(line) <= MAX_LINE else []
            is_row = len(cells) > 1 and (bool(rows) and len(cells) == len(rows[0])) and any(map(_IS_COUNT, cells))
            if is_row:
                rows.append(cells)
                continue
            if len(rows) > MIN_ROWS:
                yield start, at, rows
            is_header = len(cells) > 1 and all(cell and not _HAS_DIGIT(cell) for cell in cells)
            start, rows = at, [cells] if is_header else []


def _opens_pipes(lines: Sequence[str], at: int) -> bool:
    """A first line with one pipe, where the next has one as well: a table of two columns without outer pipes."""
    return at + 1 < len(lines) and "|" in lines[at] and "|" in lines[at + 1]


def split_pipes(line: str) -> list[str]:
    """The cells of a line with pipes."""
    cells = line.strip().replace("\\|", "\0").split("|")
    if cells and not cells[0].strip():
        cells = cells[1:]
    if cells and not cells[-1].strip():
        cells = cells[:-1]
    return [cell.strip().replace("\0", "|") for cell in cells]


_Placed = list[tuple[int, int, str]]


def spaced_tables(lines: Sequence[str]) -> Iterator[tuple[int, int, list[list[str]]]]:
    """Runs of lines whose columns are parted by two spaces or a tab; rules and single blank lines may stand between."""
    start = 0
    rows: list[_Placed] = []
    for at, line in enumerate([*lines, ""]):
        cells = _place(line)
        if len(cells) >= 2:
            start = start if rows else at
            rows.append(cells)
        elif rows and not line.strip() and at + 1 < len(lines) and len(_place(lines[at + 1])) == len(rows[-1]) > 2:
            continue
        elif not (rows and line.strip() and _RULE_LINE.match(line)):
            if len(rows) > 2:
                yield start, at, _even_out(rows)
            start, rows = at, []


def _place(line: str) -> _Placed:
    """The cells of a line, each with where it begins and ends."""
    found: _Placed = []
    at = 0
    for part in _GAP.split(line):
        if part.strip():
            at = line.find(part, at)
            found.append((at, at + len(part), part.strip()))
            at += len(part)
    return found


def _even_out(rows: list[_Placed]) -> list[list[str]]:
    """Rows of one length: a short one's cells stand in the columns that they overlap with."""
    width = max(map(len, rows))
    full = [row for row in rows if len(row) == width]
    spans = [(min(row[at][0] for row in full), max(row[at][1] for row in full)) for at in range(width)]
    return [[cell for _, _, cell in row] if len(row) == width else _spread(row, spans) for row in rows]


def _spread(row: _Placed, spans: Sequence[tuple[int, int]]) -> list[str]:
    cells = [""] * len(spans)
    for start, end, cell in row:
        overlaps = [min(end, stop) - max(start, begin) for begin, stop in spans]
        best = max(range(len(spans)), key=overlaps.__getitem__)
        if overlaps[best] <= 0 or cells[best]:
            return [" ".join(cell for _, _, cell in row)] * len(spans)  # which no one can read
        cells[best] = cell
    return cells


def grid_tables(lines: Sequence[str]) -> Iterator[tuple[int, int, list[list[str]]]]:
    """Tables in boxes, of + - | or of the signs for boxes; a row may take several lines where rules part all rows."""
    plain = [line.translate(_BOX) for line in lines]
    start = -1
    groups: list[list[list[str]]] = []
    for at, line in enumerate([*plain, ""]):
        if _BOX_RULE.fullmatch(line):
            start = at if start < 0 else start
            groups.append([])
        elif start >= 0 and line.count("|") >= 2:
            groups[-1].append(split_pipes(line))
        elif start >= 0:
            if rows := _box(groups):
                yield start, at, rows
            start, groups = -1, []


_BOX = str.maketrans("│┃║┆┊─━═┄┈╌┌┏╔╒╓┐┓╗╕╖└┗╚╘╙┘┛╝╛╜├┣╠╞╟┝┠┡┤┫╣╡╢┥┨┩┬┳╦╤╥┴┻╩╧╨┼╋╬╪╫╇╈╂┿",
                     "|" * 5 + "-" * 6 + "+" * 55)  # fmt: skip
_BOX_RULE = re.compile(r"\s*[+|][-+=:| ]*[-=][-+=:| ]*[+|]\s*")


def _box(groups: Sequence[list[list[str]]]) -> list[list[str]]:
    filled = [group for group in groups if group]
    if len(filled) <= 2:
        return [row for group in filled for row in group]
    width = max(len(row) for group in filled for row in group)
    joined = [
        [" ".join(row[at] for row in group if at < len(row) and row[at]) for at in range(width)] for group in filled
    ]
    is_lined = all(len(group) <= 4 for group in filled[1:])
    return joined if is_lined else [row for group in filled for row in group]
