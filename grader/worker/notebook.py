"""A notebook as cells: its code, its Markdown as the write-up, and never its outputs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grader.worker.ipython import python_of

Cell = tuple[str, int, str]
_POINTER = b"version https://git-lfs"
_MAX_DIGITS = 1000
_PYTHONS = ("python", "sage")
_WRITES = ("%%writefile", "%%file")


class NotANotebook(ValueError):
    """The file is not the JSON that a notebook is."""


@dataclass(frozen=True)
class Notebook:
    """Cells in order: (kind, number as Jupyter counts all cells from 1, source).

    Args:
        modules: which it stands for; for every one without a file where none is named.
    """

    path: str
    cells: tuple[Cell, ...]
    modules: tuple[str, ...] = ()

    @classmethod
    def parse(cls, path: str, text: str | bytes) -> Notebook:
        """Read nbformat 4, or an older format with worksheets; a heading cell of those is Markdown.

        Raises:
            NotANotebook: it is neither.
        """
        try:
            content = json.loads(text, parse_int=_integer)
            raw = _raw_cells(content)
            _refuse_language(content)
            cells = tuple(_cell(number, cell) for number, cell in enumerate(raw, start=1))
            modules = tuple(map(str, content.get("grader_modules", ())))
        except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError) as error:
            raise NotANotebook(f"{path} is not a notebook: {_why(text, error)}") from None
        return cls(path, cells, modules)

    def pack(self) -> bytes:
        """The cells alone, as a notebook."""
        cells = [{"cell_type": kind, "source": source} for kind, _, source in self.cells]
        return json.dumps({"cells": cells, "grader_modules": self.modules}).encode()

    @property
    def write_up(self) -> str:
        """The Markdown cells, each a block of its own."""
        return "\n\n".join(source for kind, _, source in self.cells if kind == "markdown")

    @property
    def code_cells(self) -> Iterator[tuple[int, str]]:
        """Number and source of each code cell that holds something."""
        yield from ((number, source) for kind, number, source in self.cells if kind == "code" and source.strip())

    def place(self, number: int) -> str:
        """How a cell is named, as the file of its code too."""
        return f"{self.path}, cell {number}"

    def is_own_frame(self, filename: str) -> bool:
        """Whether a traceback's file name is a cell of this notebook."""
        return filename.startswith(f"{self.path}, cell ")


def book_for(module: str, notebooks: Sequence[Notebook]) -> Notebook | None:
    """The notebook that stands for a module: one that says so, else the first that stands for whatever is wanted."""
    named = (book for book in notebooks if module in book.modules)
    return next(named, next((book for book in notebooks if not book.modules), None))


def python_source(source: str) -> str:
    """A code cell as Python, for who reads it: of one that runs its body under a magic, the body."""
    head, _, body = source.lstrip().partition("\n")
    if head.startswith("%%"):
        return "\n" + python_of(body) if head[2:].split(" ")[0] in RUNS_BODY else ""
    return python_of(source)


# Cell magics that run the rest of their cell as Python in the notebook's own names.
RUNS_BODY = frozenset({"time", "capture", "prun", "memit", "snakeviz", "pyinstrument", "wandb", "debug", "mprun"})


def written_file(source: str) -> tuple[str, str, bool] | None:
    """Path, text and whether it is added to it, of a cell that writes a file."""
    head, _, body = source.lstrip().partition("\n")
    words = head.split()
    if len(words) < 2 or words[0] not in _WRITES:
        return None
    names = [word for word in words[1:] if not word.startswith("-")]
    return (names[0].strip("'\"").removeprefix("./"), body, bool({"-a", "--append"} & set(words))) if names else None


class _Unfit(ValueError):
    """It is JSON, and none of a notebook's."""


def _raw_cells(content: Any) -> list[Any]:
    if type(content) is not dict:
        raise _Unfit("a table with cells is expected")
    raw = content["cells"] if "cells" in content else _of_worksheets(content)
    if type(raw) is not list:
        raise _Unfit("its cells are no list")
    return raw


def _refuse_language(content: Mapping[str, Any]) -> None:
    """Refuse a notebook that says itself that its cells are in another language."""
    about = content.get("metadata") or {}
    said = (about.get("kernelspec", {}).get("language"), about.get("language_info", {}).get("name"))
    language = next((str(name) for name in said if name), "python")
    if not any(word in language.lower() for word in _PYTHONS):
        raise _Unfit(f"it is a notebook of {language[:20]}, and Python is wanted")


def _of_worksheets(content: Mapping[str, Any]) -> list[Any]:
    return [_with_lines(cell) for sheet in content["worksheets"] for cell in sheet["cells"]]


def _with_lines(cell: Any) -> Any:
    """A cell of an old format, some of which keep lines without their ends."""
    if type(cell) is not dict:
        return cell
    return {key: _end_lines(part) if key in ("source", "input") else part for key, part in cell.items()}


def _end_lines(lines: Any) -> Any:
    has_ends = type(lines) is not list or not lines or str(lines[0]).endswith(("\n", "\r"))
    return lines if has_ends else "\n".join(map(str, lines))


def _integer(digits: str) -> int:
    """A number of a notebook's JSON; none that matters is long, and a very long one costs nothing else."""
    return int(digits) if len(digits) <= _MAX_DIGITS else 0


def _cell(number: int, cell: Any) -> Cell:
    """A cell; what is none holds nothing, and keeps its number."""
    if type(cell) is not dict:
        return "raw", number, ""
    kind, source = str(cell.get("cell_type", "raw")).lower(), _join(cell.get("source", cell.get("input", "")))
    source = source.removeprefix("\ufeff")
    if kind == "heading":
        level = cell.get("level", 1)
        return "markdown", number, f"{'#' * (level if level in range(1, 7) else 1)} {source}"
    return ("markdown" if kind == "html" else kind), number, source


def _join(source: Any) -> str:
    return "".join(map(str, source)) if isinstance(source, list) else str(source)


def _why(text: str | bytes, error: Exception) -> str:
    """What it is instead, where that is known."""
    data = text.encode("utf-8", "replace") if isinstance(text, str) else text
    if not data.strip():
        return "it is empty"
    if data.startswith(_POINTER):
        return "it is a pointer of Git's large-file storage; the file itself was not handed in"
    if data.startswith(b"<<<<<<< ") or b"\n<<<<<<< " in data or b"\n>>>>>>> " in data:
        return "it holds the marks of a merge; open it, choose one version and save it"
    if data.lstrip()[:1] == b"<":
        return "it is a web page"
    if isinstance(error, json.JSONDecodeError) and (
        error.msg.startswith("Unterminated") or error.pos >= len(error.doc.rstrip()) - 1
    ):
        return "it ends in the middle"
    return str(error) if isinstance(error, _Unfit) else f"{type(error).__name__}: {str(error)[:100]}"
