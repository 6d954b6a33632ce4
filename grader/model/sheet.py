"""A table as a spreadsheet program writes it, each cell with its place, so that some change and no other byte does."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
DELIMITERS = (",", ";", "\t")
# csv's own reader takes a lone carriage return for the end of a row as well.
_ENDS = re.compile(r"\r\n|\n|\r")


class NotASheet(ValueError):
    """The bytes are no table; the message says at which line and why."""


@dataclass(frozen=True)
class Cell:
    """One cell: what it says, and where it stands in the text with its quotes."""

    text: str
    start: int
    end: int
    line: int


@dataclass(frozen=True)
class Sheet:
    """A table, and how it was written.

    Args:
        mark: the byte order mark that it begins with; empty where it has none.
        notes: what was inferred of it.
    """

    text: str
    encoding: str
    mark: bytes
    delimiter: str
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()

    @classmethod
    def read(cls, data: bytes) -> Sheet:
        """The table in some bytes: UTF-8 or UTF-16 by its mark, else UTF-8, else Windows's western code page.

        Raises:
            NotASheet: it is none.
        """
        mark, encoding = next(((mark, name) for mark, name in _BOMS if data.startswith(mark)), (b"", "utf-8"))
        notes: tuple[str, ...] = ()
        body = data[len(mark) :]
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError as error:
            if mark:
                raise NotASheet(f"its mark says {encoding}, and it is not ({error.reason})") from None
            text, encoding = _western(body)
            notes = (f"it is not UTF-8 and was read as {encoding}: look at names with accents",)
        if "\0" in text[:1000]:
            raise NotASheet("it holds zero bytes: save it as CSV")
        delimiter = _delimiter(text)
        return cls(text, encoding, mark, delimiter, tuple(_rows(text, delimiter)), notes)

    def texts(self, row: int) -> list[str]:
        """What the cells of a row say."""
        return [cell.text for cell in self.rows[row]]

    @property
    def decimal(self) -> str:
        """How a number is written in it: with a comma only where semicolons part the cells."""
        return "," if self.delimiter == ";" else "."

    def with_cells(self, changes: Mapping[tuple[int, int], str]) -> bytes:
        """The bytes with some cells, by row and column, saying something else; every other byte as it was."""
        text = self.text
        for row, column in sorted(changes, reverse=True):
            cell = self.rows[row][column]
            quoted = text[cell.start : cell.start + 1] == '"'
            text = text[: cell.start] + self._write(changes[row, column], quoted) + text[cell.end :]
        return self.mark + text.encode(self.encoding)

    def _write(self, text: str, quoted: bool) -> str:
        if quoted or any(sign in text for sign in (self.delimiter, '"', "\n", "\r")):
            return '"' + text.replace('"', '""') + '"'
        return text


def _western(body: bytes) -> tuple[str, str]:
    try:
        return body.decode("cp1252"), "cp1252"
    except UnicodeDecodeError:
        return body.decode("latin-1"), "latin-1"


def _delimiter(text: str) -> str:
    """What parts the cells, by the first line that has any of them."""
    for line in _ENDS.split(text[:20_000]):
        bare = re.sub(r'"(?:[^"]|"")*"', "", line)
        if counts := {sign: bare.count(sign) for sign in DELIMITERS if sign in bare}:
            return max(counts, key=counts.__getitem__)
    return ","


def _rows(text: str, delimiter: str) -> list[tuple[Cell, ...]]:
    apart = re.escape(delimiter)
    pattern = re.compile(rf'(?:"((?:[^"]|"")*)")?([^{apart}\r\n]*)({apart}|\r\n|\n|\r|\Z)')
    rows: list[tuple[Cell, ...]] = []
    row: list[Cell] = []
    place, line = 0, 1
    while place < len(text) or row:
        found = pattern.match(text, place)
        if found is None or (found[1] is None and found[2].startswith('"')):
            raise NotASheet(f"line {line}: a quote is opened and never closed")
        quoted, bare, end = found[1], found[2], found[3]
        said = bare if quoted is None else quoted.replace('""', '"') + bare
        row.append(Cell(said, place, found.start(3), line))
        line += said.count("\n") + (end not in (delimiter, ""))
        place = found.end()
        if end != delimiter:
            rows.append(tuple(row))
            row = []
        if end == "":
            break
    return rows
