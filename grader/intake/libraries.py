"""Which libraries code imports, as its text tells: those are worth loading before it runs."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from grader.intake.shadowing import imported_names, reached_modules
from grader.worker.module_names import files_by_module


def named_libraries(
    files: Mapping[str, bytes], libraries: Iterable[str], modules: Collection[str] = ()
) -> tuple[str, ...]:
    """Those of the libraries that some modules import, by way of other files too; a notebook counts for any.

    Of a library that is only spoken of, as in a docstring, nothing is wanted.

    Args:
        modules: those that are called; all that there are where none is named.
    """
    texts = {name: files[path] for name, path in files_by_module(p for p in files if p.endswith(".py")).items()}
    reached = reached_modules(modules, texts) if modules else texts
    imported = {name.partition(".")[0] for module in reached for name in imported_names(texts[module])}
    books = [data for path, data in files.items() if path.endswith(".ipynb")]
    return tuple(
        name for name in libraries if name.partition(".")[0] in imported or any(_names(book, name) for book in books)
    )


def _names(book: bytes, library: str) -> bool:
    return re.search(rb"\b%s\b" % re.escape(library.partition(".")[0].encode()), book) is not None
