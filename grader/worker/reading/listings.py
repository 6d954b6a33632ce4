"""Lists that are tables: lines of the same build, such as `- Conv2d: output (6, 28, 28), 156 parameters`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

MIN_LINES = 3
MAX_LINE = 300
MAX_LINES = 1_000
_MARK = re.compile(r"\s*(?:[-*•+](?=\s)|\d{1,2}[.)])?\s*[*_`]{0,3}")
_NAME = re.compile(
    r"(?P<name>[A-Za-z][^:=→|\n(\[]{0,40}?(?:\s?\([^()\n]{1,60}\)(?=\s*[:=→—–]|\s->))?)"
    r"\s*(?::|->|→|=>|⇒|—|–| - |(?=\s[(\[]))\s*"
)
_SLASH = re.compile(r"\s(?:[/|→⇒]|[-=]>)\s|(?<=[)\]])\s+(?=\d)")
_PART = re.compile(r"(?:[^,;(\[]|,(?=\d{3}(?!\d))|[(\[][^)\]]{0,60}[)\]])+")
_SHAPE = re.compile(r"[(\[]|\d+\s?[×xX]")
_CALCULATION = re.compile(r"[\d\s.,+*·×x()=-]+")
_VALUE = re.compile(
    r"[(\[](?:[-\d]|(?:N|n|B|b|None)\s?,)[^()\[\]]{0,40}[)\]]|\d+(?:\s?[×xX]\s?\d+)+|"
    r"\d{1,3}(?:[,' \u202f]\d{3})+(?!\d)|\d+(?:\.\d+)?|\b(?:no|none|zero|keine|aucune?|ninguno|nessuno|nenhum)\b"
)


def listed_tables(lines: Sequence[str]) -> Iterator[tuple[list[list[str]], bool]]:
    """Runs of lines that name something and give the same kinds of values for it, as rows with a header.

    With each whether lines beside it are not built so, and may belong to it.
    """
    lines = lines[:MAX_LINES]
    runs = list(_runs(lines))
    n_items = sum(_VALUE.search(line) is not None for line in lines)
    for rows in runs:
        yield rows, n_items > sum(len(one) - 1 for one in runs)


def _runs(lines: Sequence[str]) -> Iterator[list[list[str]]]:
    header: list[str] = []
    rows: list[list[str]] = []
    for line in [*lines, ""]:
        found = _row(line) if len(line) <= MAX_LINE else None
        if found is not None and (not rows or found[0] == header):
            header = found[0]
            rows.append(found[1])
            continue
        if len(rows) >= MIN_LINES:
            yield [["", *_with_shapes(header, rows)], *rows]
        header, rows = (found[0], [found[1]]) if found is not None else ([], [])


def _row(line: str) -> tuple[list[str], list[str]] | None:
    """The words beside each value, and the cells; None where a line is not so built."""
    mark = _MARK.match(line)
    name = _NAME.match(line, mark.end() if mark else 0)
    if name is None:
        return None
    parts = [part.strip(" .*_`") for part in _PART.findall(_SLASH.sub(", ", line[name.end() :]))]
    cells = [cell for part in parts if (cell := _cell(part))]
    if len(cells) < 2 or len(cells) != len([part for part in parts if part]):
        return None
    return [words for words, _ in cells], [name["name"].strip(" *_`"), *(value for _, value in cells)]


def _with_shapes(header: list[str], rows: list[list[str]]) -> list[str]:
    """The header with names for columns without words: of shapes, and of the one count beside shapes."""
    told = [words or ("shape" if any(_SHAPE.match(row[at]) for row in rows) else "")
            for at, words in enumerate(header, 1)]  # fmt: skip
    return ["parameters" if len(told) == 2 and "shape" in told and not words else words for words in told]


def _cell(part: str) -> tuple[str, str] | None:
    """`156 parameters` as its word and its value; nothing where there is no one value.

    Of `6·(25+1) = 156 parameters` it is what the calculation comes to.
    """
    calculation, sign, result = part.rpartition("=")
    if sign and _CALCULATION.fullmatch(calculation):
        part = result
    values = _VALUE.findall(part)
    if len(values) != 1:
        return None
    words = " ".join(re.sub(r"[^A-Za-zÀ-ÿ# ]", " ", part.replace(values[0], " ", 1)).lower().split())
    words = re.sub(r"\bparam(?:eter)?s?\b", "parameters", words)
    return words, "0" if values[0].isalpha() else values[0]
