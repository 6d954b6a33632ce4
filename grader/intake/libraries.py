"""Which libraries code names, as its text tells: those are worth loading before it runs."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from grader.intake.shadowing import reached_modules
from grader.worker.module_names import files_by_module


def named_libraries(
    files: Mapping[str, bytes], libraries: Iterable[str], modules: Collection[str] = ()
) -> tuple[str, ...]:
    """Those of the libraries that some modules may import, by way of other files too; a notebook counts for any.

    Args:
        modules: those that are called; all that there are where none is named.
    """
    texts = {name: files[path] for name, path in files_by_module(p for p in files if p.endswith(".py")).items()}
    reached = [texts[name] for name in (reached_modules(modules, texts) if modules else texts)]
    reached += [data for path, data in files.items() if path.endswith(".ipynb")]
    return tuple(name for name in libraries if any(_names(text, name) for text in reached))


def _names(text: bytes, library: str) -> bool:
    return re.search(rb"\b%s\b" % re.escape(library.partition(".")[0].encode()), text) is not None
