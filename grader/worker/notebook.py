"""A notebook as a module and a write-up: code cells run, Markdown cells are the text, outputs are never read."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from types import ModuleType
from typing import Any

# Cell magics after whose first line there is ordinary code.
_CODE_MAGICS = ("%%time", "%%timeit", "%%capture", "%%prun")


class NotANotebook(ValueError):
    """The file is not the JSON that a notebook is."""


@dataclass(frozen=True)
class Notebook:
    """Cells in order: (kind, number as Jupyter counts all cells from 1, source)."""

    path: str
    cells: tuple[tuple[str, int, str], ...]

    @classmethod
    def parse(cls, path: str, text: str | bytes) -> Notebook:
        """Read nbformat 4, or the older format with worksheets.

        Raises:
            NotANotebook: it is neither.
        """
        try:
            content = json.loads(text)
            raw = content["cells"] if "cells" in content else content["worksheets"][0]["cells"]
            cells = [(str(cell["cell_type"]), _joined(cell.get("source", cell.get("input", "")))) for cell in raw]
        except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError) as error:
            raise NotANotebook(f"{path} is not a notebook: {type(error).__name__}: {str(error)[:100]}") from None
        return cls(path, tuple((kind, number, source) for number, (kind, source) in enumerate(cells, start=1)))

    @property
    def write_up(self) -> str:
        """The Markdown cells, each a block of its own."""
        return "\n\n".join(source for kind, _, source in self.cells if kind == "markdown")

    def code(self, source: str) -> str:
        """A code cell as Python; only where it is none are the notebook's own commands taken out."""
        try:
            compile(source, self.path, "exec", dont_inherit=True)
        except SyntaxError:
            return _without_magics(source)
        return source

    def is_own_frame(self, filename: str) -> bool:
        """Whether a traceback's file name is a cell of this notebook."""
        return filename.startswith(f"{self.path}, cell ")

    def run(self, name: str) -> ModuleType:
        """A module in which all code cells have run; one that raises is reported on stderr, and the next runs."""
        module = ModuleType(name)
        module.__file__ = self.path
        sys.modules[name] = module
        for kind, number, source in self.cells:
            if kind == "code" and source.strip():
                self._run_cell(module, number, source)
        return module

    def _run_cell(self, module: ModuleType, number: int, source: str) -> None:
        place = f"{self.path}, cell {number}"
        try:
            exec(compile(self.code(source), place, "exec", dont_inherit=True), module.__dict__)
        except Exception as error:
            print(f"{place}: {type(error).__name__}: {error}", file=sys.stderr)


def _joined(source: Any) -> str:
    return "".join(map(str, source)) if isinstance(source, list) else str(source)


def _without_magics(source: str) -> str:
    lines = source.splitlines()
    if lines and lines[0].startswith("%%"):
        if not lines[0].startswith(_CODE_MAGICS):
            return ""
        lines[0] = ""
    return "\n".join(_blanked(line) for line in lines)


def _blanked(line: str) -> str:
    code = line.lstrip()
    is_command = code[:1] in ("%", "!", "?") or code.rstrip().endswith("?")
    return line[: len(line) - len(code)] + "pass" if is_command else line
