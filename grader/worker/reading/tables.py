"""Tables: of Markdown, of LaTeX, with pipes alone, and as programs print them with columns of spaces."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from grader.worker.reading.cells import read_cell

Table = dict[str, Any]

MAX_ROWS = 200
MAX_COLUMNS = 60
_TABULAR = re.compile(
    r"\\begin\s{0,3}\{(?:tabular[x*]?|longtable|array)\}(?:\s{0,3}(?:\[[^\]]{0,20}\]|\{[^{}]{0,80}\})){0,3}"
)
_RULES = re.compile(r"\\(?:hline|toprule|midrule|bottomrule|(?:cline|cmidrule)\{[^{}]{0,20}\})")
_CELL_ENDS = re.compile(r"(?<!\\)&")
_ROW_ENDS = re.compile(r"\\\\(?:\[[^\]]{0,10}\])?|\\tabularnewline")
_MULTICOLUMN = re.compile(r"\\multi(?:column|row)\{[^{}]{0,10}\}\{[^{}]{0,20}\}\{([^{}]{0,200})\}")
_GAP = re.compile(r"\s{2,}|\t+")
_RULE_LINE = re.compile(r"[\s=\-_+|─━═┼├┤]+\Z")
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


def spaced_tables(lines: Sequence[str]) -> Iterator[tuple[int, int, list[list[str]]]]:
    """Runs of lines whose columns are parted by two spaces or a tab; rules of dashes may stand between."""
    start = 0
    rows: list[list[str]] = []
    for at, line in enumerate([*lines, ""]):
        cells = [cell for cell in _GAP.split(line.strip()) if cell]
        if len(cells) >= 2:
            start = start if rows else at
            rows.append(cells)
        elif not (rows and line.strip() and _RULE_LINE.match(line)):
            if len(rows) > 2:
                yield start, at, _evened(rows)
            start, rows = at, []


def _evened(rows: list[list[str]]) -> list[list[str]]:
    """Rows of one length: where a gap was too narrow to be seen, each cell is the whole line, which no one can read."""
    width = max(map(len, rows))
    return [row if len(row) == width else [" ".join(row)] * width for row in rows]
