"""Modules that import what was handed in and not read: they wait, since nobody knows what it would have given them."""

from __future__ import annotations

import json
from collections.abc import Mapping

from grader.intake.finding import DECIDES, Finding
from grader.intake.leftovers import describe_unread, unread_code
from grader.intake.near_names import forms, split
from grader.intake.shadowing import imported_names
from grader.worker.files import kind_of


def wait_for_imports(finding: Finding) -> None:
    """Let a person decide about modules that import what was not read, and about those that import such modules."""
    unread = {_stem(path): {path: why} for path, why in unread_code(finding).items()}
    if not unread:
        return
    texts = _texts(finding)
    reached = {name: _reach(name, texts) for name in texts}
    for module in finding.wanted.functions:
        source = finding.source_of(module)
        lacking = sorted(reached.get(source or "", set()) & unread.keys())
        if lacking and module not in finding.waits:
            named = {path: why for stem in lacking for path, why in unread[stem].items()}
            finding.waits[module] = (
                f"{finding.display(source or '')} imports {lacking[0]}. {describe_unread(named)} {DECIDES}"
            )


def _texts(finding: Finding) -> dict[str, bytes]:
    """By path, the code of modules and of the notebooks that are read."""
    texts = {path: data for path, data in finding.tree.files.items() if kind_of(path) == "python"}
    for book in finding.books:
        cells = json.loads(finding.seen[book].cells)["cells"]
        texts[book] = "\n".join(cell["source"] for cell in cells if cell["cell_type"] == "code").encode()
    return texts


def _reach(path: str, texts: Mapping[str, bytes]) -> set[str]:
    """The names that a file imports, itself or by other files, for which there is no file."""
    files: dict[str, list[str]] = {}
    for other in texts:
        files.setdefault(_stem(other), []).append(other)
    todo, seen, absent = [path], set[str](), set[str]()
    while todo:
        current = todo.pop()
        seen.add(current)
        for name in {name.rpartition(".")[2].casefold() for name in imported_names(texts[current])}:
            absent |= set() if name in files else {name}
            todo += [other for other in files.get(name, ()) if other not in seen]
    return absent


def _stem(path: str) -> str:
    """The name by which a file would be imported."""
    return forms(split(path.rpartition("/")[2])[0].partition(".")[0])[-1]
