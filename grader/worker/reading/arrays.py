"""Matrices as numpy writes and prints them, and rows of plain numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from grader.worker.reading.factors import around

Matrix = dict[str, Any]

MAX_ENTRIES = 10_000
_PIECE = re.compile(r"[-+−]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?|[\[\](),;\s]")
_DEEPEST = 4
_NUMBER = re.compile(r"[-+−]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3}|/[1-9]\d{0,8}|%)?\Z")
_NAME = re.compile(r"([A-Za-z\\$_{}][\w\\${}@ .^*]{0,40}?)\s{0,3}(?::=|=|:)\s{0,3}[\w.(\s]{0,20}\Z")
# A row by its index from 0 on: `W[0] = [1, 0]`.
_BY_INDEX = re.compile(r"(?<![\w.\]])([A-Za-z]{1,8})\[([0-7])\] = (?=[\[(][-−\d.])")
_ROW = re.compile(r"\s*[|\[(⎡⎢⎣]*\s*[-+−]?[\d.][-+−\d.eE/%,;&\s]*[|\])⎤⎥⎦,;]*\s*\Z")


def read_brackets(text: str) -> tuple[list[Matrix], str]:
    """The nested lists of numbers in a text, and the text without them."""
    found: list[Matrix] = []
    rest: list[str] = []
    at = 0
    while (start := text.find("[", at)) >= 0:
        rows, end = _read_nested(text, start)
        if rows is None or (len(rows) == 1 and _is_a_cell(text, start, end)):
            rest.append(text[at:end])
        else:
            before, behind = text[:start][-200:], text[end:][:80]
            factor, change = around(before.rpartition("\n")[2], behind.partition("\n")[0])
            rows = [[factor * entry for entry in row] for row in rows]
            found.append({**matrix(rows, name_before(before), text[start:end]), "words": behind, "change": change})
            rest.append(text[at:start] + " \n ")
        at = end
    return found, "".join(rest) + text[at:]


def _is_a_cell(text: str, start: int, end: int) -> bool:
    """Whether a list stands in a column of a printed table, as `[[1, 1, 32, 32]]` does."""
    line_end = text.find("\n", end)
    before = text[text.rfind("\n", 0, start) + 1 : start]
    after = text[end : line_end if line_end >= 0 else len(text)]
    return before.strip() != "" and before.endswith("  ") and after.startswith("  ") and after.strip() != ""


def _read_nested(text: str, start: int) -> tuple[list[list[float]] | None, int]:
    """The rows of a list of lists that begins at `start`, and where reading stopped."""
    rows: list[list[float]] = []
    level, deepest, at = 0, 0, start
    while match := _PIECE.match(text, at):
        at, piece = match.end(), match[0]
        if piece in "[(":
            level += 1
            if level > _DEEPEST:
                return None, _behind_brackets(text, at)
            deepest = max(deepest, level)
            rows.append([])
        elif piece in "])":
            level -= 1
            if level == 0:
                return (_rectangle(rows) if deepest == 2 else None), at
        elif _NUMBER.match(piece):
            rows[-1].append(number(piece))
            if len(rows[-1]) > MAX_ENTRIES:
                break
    return None, max(at, start + 1)


def _behind_brackets(text: str, at: int) -> int:
    """Where a run of opening brackets ends."""
    while text[at : at + 1] in ("[", "(", " "):
        at += 1
    return at


def _rectangle(rows: list[list[float]]) -> list[list[float]] | None:
    filled = [row for row in rows if row]
    return filled if filled and len({len(row) for row in filled}) == 1 else None


def number(text: str) -> float:
    """A number as written, with either minus sign; 1/4 and 25% as well."""
    above, sign, below = text.replace("−", "-").partition("/")
    value = float(above.removesuffix("%")) / (100 if above.endswith("%") else 1)
    return value / float(below) if sign else value


def matrix(rows: Sequence[Sequence[float]], label: str, source: str) -> Matrix:
    """The block for a matrix of numbers."""
    return {"kind": "matrix", "rows": [list(row) for row in rows], "label": label, "source": source.strip()[:400]}


def name_before(text: str) -> str:
    """The name that a text ends by giving: `W = np.array(` is W."""
    line = text.rpartition("\n")[2] or text.rstrip().rpartition("\n")[2]
    first, sign, _ = line.partition("=")
    match = _NAME.search(first + sign) or _NAME.search(line)  # `dW = X.T @ dY = [[…]]` is dW
    if match is None:
        return ""
    return re.sub(r"\\(?:mathbf|boldsymbol|bm|vec|cdot)|[\s${}@*.]", "", match[1])[:40]


def plain_rows(lines: Sequence[str]) -> Iterator[tuple[int, int, list[list[float]]]]:
    """Runs of two or more lines of as many numbers each: first line, line after the last, rows."""
    start = 0
    rows: list[list[float]] = []
    for at, line in enumerate([*lines, ""]):
        row = row_of(line)
        if row is not None and len(row) > 1 and (not rows or len(row) == len(rows[0])):
            start = start if rows else at
            rows.append(row)
            continue
        if len(rows) > 1:
            yield start, at, rows
        start, rows = at, [row] if row is not None and len(row) > 1 else []


def put_names_apart(lines: Sequence[str]) -> list[str]:
    """Lines with `Y =` before the first of several rows of numbers on a line of its own."""
    apart: list[str] = []
    lines = [_BY_INDEX.sub(_name_from_one, line) if "] = [" in line or "] = (" in line else line for line in lines]
    for line, below in zip(lines, [*lines[1:], ""], strict=True):
        name, sign, rest = line.partition("=")
        row, following = (row_of(rest), row_of(below)) if sign and name.strip() else (None, None)
        if row and following and len(row) == len(following) > 1:
            apart += [f"{name}{sign}", rest]
        else:
            apart.append(line)
    return apart


def _name_from_one(found: re.Match[str]) -> str:
    return f"{found[1]}_{int(found[2]) + 1} = "


def row_of(line: str) -> list[float] | None:
    """The numbers of a line that holds nothing else."""
    if len(line) > 20_000 or not _ROW.match(line):
        return None
    parts = re.split(r"[\s,;&|\[\]()⎡⎢⎣⎤⎥⎦]+", line)
    numbers = [part for part in parts if part]
    return [number(part) for part in numbers] if numbers and all(map(_NUMBER.match, numbers)) else None
