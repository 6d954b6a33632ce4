"""Finds the modules that an assignment wants: by their names, in notebooks, and by what files define."""

from __future__ import annotations

from collections.abc import Sequence

from grader.intake.finding import DECIDES, Finding
from grader.intake.searching import Found, Unclear, join_names
from grader.worker.files import kind_of


def find_modules(finding: Finding) -> None:
    """Find each module by its name; one that stands as it was handed out is not there yet."""
    for module in finding.wanted.functions:
        found = _by_name(finding, module)
        if isinstance(found, Unclear):
            finding.waits[module] = f"{found.reason} {DECIDES}"
        elif found is not None and finding.is_unwritten(found.path, module):
            finding.unwritten[module] = found.path
        elif found is not None:
            finding.found[module] = found


def _by_name(finding: Finding, module: str) -> Found | Unclear | None:
    path = finding.wanted.files[module]
    package = f"{path.removesuffix('.py')}/__init__.py"
    if finding.tree.holds(package):
        return finding.look_for(package)
    return finding.look_for(path) or finding.look_for(package)


def choose_notebooks(finding: Finding) -> None:
    """Let a notebook stand for the modules that have no file: the one with the assignment's name, else the one that
    defines what is asked for."""
    books, absent = finding.notebooks, finding.absent
    if not absent and finding.look_for(finding.wanted.write_up) is not None:
        return
    named = finding.look_for(finding.wanted.notebook)
    if len(books) == 1:
        finding.books[books[0]] = []
        return
    if isinstance(named, Found) and named.path in books:
        chosen = [named.path]
    else:
        chosen = [book for book in books if absent and all(finding.defines(book, module) == 2 for module in absent)]
    if len(chosen) == 1:
        finding.books[chosen[0]] = []
        finding.choices.append(chosen[0])
        return
    for module in absent:
        _choose_notebook(finding, module, books)


def _choose_notebook(finding: Finding, module: str, books: Sequence[str]) -> None:
    degree = {book: finding.defines(book, module) for book in books}
    best = [book for book in books if degree[book] and degree[book] == max(degree.values())]
    if len({finding.seen[book].cells for book in best}) > 1:
        named = join_names([finding.display(book) for book in best])
        finding.waits[module] = f"{named} define what is asked for in {module}, and one of them counts. {DECIDES}"
    elif best:
        finding.books.setdefault(best[0], []).append(module)
        finding.choices.append(f"{module} {best[0]}")


def search_by_content(finding: Finding) -> None:
    """Find a module under another name by what it defines, where no notebook stands for it."""
    claimed = {found.path for found in finding.found.values()}
    others = [path for path in finding.tree.files if kind_of(path) == "python" and path not in claimed]
    others = [path for path in others if not finding.why_no_source(path)]
    for module in [module for module in finding.absent if finding.book_of(module) is None]:
        degree = {path: finding.defines(path, module) for path in others}
        best = sorted(path for path in others if degree[path] == 2)
        if best and len({finding.tree.files[path] for path in best}) == 1:
            name = f"{finding.display(best[0])}, which defines what is asked for"
            note = f"{finding.wanted.files[module]} was read from {name}."
            finding.found[module] = Found(best[0], best[0][: best[0].rfind("/") + 1], note)
            finding.unwritten.pop(module, None)
        elif any(degree.values()):
            named = join_names([finding.display(path) for path in sorted(others) if degree[path]])
            told = f"There is no {finding.wanted.files[module]}, and what is asked for in it stands in {named}."
            finding.waits[module] = f"{told} {DECIDES}"


def take_unwritten(finding: Finding) -> None:
    """Take modules that stand as they were handed out after all, where nothing else stands for them: each function
    says then that it is not written yet."""
    for module, path in list(finding.unwritten.items()):
        if finding.book_of(module) is None and module not in finding.waits:
            finding.found[module] = Found(path, finding.tree.top)
            del finding.unwritten[module]
