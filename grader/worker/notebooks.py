"""A submission's notebooks where modules are asked for: each runs once, as soon as somebody asks."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Mapping, Sequence
from types import ModuleType

from grader.worker.loading import SubmissionImporter
from grader.worker.notebook import Notebook, book_for
from grader.worker.shell import Shell

MAX_STOPPED = 20


class Notebooks:
    """Stand for the modules that a submission has no file of.

    Args:
        submission: finds the other files, and takes those that cells write.
        wall_s: how long the cells of a notebook may run; 0: as long as they want.
        endless: the places of cells that are known to run for longer.
        run_by_others: path and text of notebooks that stand for nothing, and that cells of others run.
    """

    def __init__(
        self,
        books: Sequence[Notebook],
        submission: SubmissionImporter,
        wall_s: float,
        endless: Sequence[str],
        run_by_others: Mapping[str, str],
    ) -> None:
        self._books = tuple(books)
        self._submission = submission
        self._wall_s, self._endless = wall_s, frozenset(endless)
        self._run_by_others = run_by_others
        self._run: dict[str, tuple[ModuleType, Shell]] = {}

    def is_own_frame(self, filename: str) -> bool:
        """Whether a traceback's file name is a cell of one of them."""
        return any(book.is_own_frame(filename) for book in self._books)

    def run_for(self, name: str) -> None:
        """Run the notebook that stands for a module, unless it has run."""
        book = book_for(name, self._books)
        if book is None or book.path in self._run:
            return
        module = ModuleType("__main__")
        module.__file__, module.__loader__ = book.path, self._submission
        sys.modules["__main__"] = module
        shell = Shell(module, book, self._write, self._text_of, wall_s=self._wall_s, endless=self._endless)
        self._run[book.path] = module, shell
        shell.run_all()

    def module_for(self, name: str) -> ModuleType | None:
        """The notebook's names, where one stands for a module."""
        book = book_for(name, self._books)
        return None if book is None or book.path not in self._run else self._run[book.path][0]

    def lend(self, name: str) -> bool:
        """Let others import the names of the notebook that stands for a module; whether they could not before."""
        if self._submission.defines(name):
            return False
        self.run_for(name)  # its cells may write the file
        module = self.module_for(name)
        if module is not None and not self._submission.defines(name):
            self._submission.lend(name, module)
        return module is not None

    def shell_of(self, module: object) -> Shell | None:
        """What ran the cells of a notebook; None for other modules."""
        return next((shell for ours, shell in self._run.values() if ours is module), None)

    @property
    def stopped(self) -> list[list[str]]:
        """What cells that did not run to their ends say, and the place of one that had no end."""
        found = [cell for _, shell in self._run.values() for cell in shell.stopped]
        return [[str(cell), cell.place if cell.is_endless else ""] for cell in found[:MAX_STOPPED]]

    def stopped_at(self, name: str) -> str:
        """The cells that would have defined a name, had they run to their ends."""
        found = (shell.why_undefined(name) for _, shell in self._run.values())
        return next(filter(None, found), "")

    def _write(self, path: str, text: str, more: bool) -> None:
        with contextlib.suppress(OSError):
            os.makedirs(os.path.dirname(path) or ".", exist_ok=True)  # noqa: PTH103, PTH120 -- those that are patched
            with open(path, "a" if more else "w", encoding="utf-8") as file:  # noqa: PTH123
                file.write(text)
        if path.endswith(".py"):
            self._submission.add(path, text, more=more)
            if "/" in path:  # as what is handed in in a folder is found by those beside it
                self._submission.add(path.rpartition("/")[2], text, more=more)

    def _text_of(self, path: str) -> str | None:
        """The text of a module, or of a notebook that another one runs."""
        return self._submission.text_of(path) or self._run_by_others.get(path)
