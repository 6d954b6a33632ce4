"""Puts the files that were found where checks and imports look for them."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Sequence

from grader.intake.finding import DECIDES, Finding
from grader.intake.near_names import near_identifiers
from grader.intake.searching import join_names
from grader.intake.shadowing import imported_names
from grader.intake.writeups import name_of
from grader.worker.encodings import decode_source
from grader.worker.files import MAX_FILES, kind_of, without_extra_suffix

_RUNS = re.compile(r"^[ \t]*%run[ \t]+(?:-\w+[ \t]+)*['\"]?([^'\"\n]+?\.ipynb)\b", re.MULTILINE)
_RUN_ONLY = "%run"  # no module's name: such a notebook stands for none


def sources_of(finding: Finding) -> tuple[dict[str, bytes], dict[str, str]]:
    """The files by the places where they are looked for, and where each was handed in, if elsewhere."""
    places: dict[str, str] = {}
    for module, found in finding.found.items():
        path = finding.wanted.files[module]
        is_package = found.path.endswith("/__init__.py")
        places[f"{path.removesuffix('.py')}/__init__.py" if is_package else path] = found.path
    # Last under their own paths, for who imports by the folder that everything lies in.
    roots = dict.fromkeys([*(found.root for found in finding.found.values()), finding.tree.top, ""])
    for root in roots:
        _mount(finding, root, places)
    for root in roots:
        _mount_renamed(finding, root, places)
    for root in roots:
        _mount_package(finding, root, places)
        _mount_added(finding, root, places)
    places = dict(list(places.items())[: MAX_FILES + len(finding.wanted.functions)])
    places |= {name_of(finding, book): book for book in finding.books}
    places = {place: book for book in finding.books for place, book in _run_by(finding, book).items()} | places
    top = finding.tree.top
    origins = {place: finding.display(path) for place, path in places.items() if path != top + place}
    return {place: _content(finding, path) for place, path in places.items()}, origins


def _mount(finding: Finding, root: str, places: dict[str, str]) -> None:
    """Let what lies in a folder be imported by the folder's modules, as Python would."""
    for path in finding.tree.files:
        if not path.startswith(root) or kind_of(path) != "python" or path in finding.unwritten.values():
            continue
        place = _importable(path[len(root) :])
        if place == "__init__.py":  # of a folder that is no package here: what lies in it is at the top
            continue
        other = places.setdefault(place, path)
        if other == path and place != path[len(root) :] and place not in finding.wanted.files.values():
            finding.notes.append(f"{place.rpartition('/')[2]} was read from {finding.display(path)}.")
        if finding.tree.files[other] != finding.tree.files[path] and place not in finding.wanted.files.values():
            _refuse_users(finding, root, place, (other, path))


def _mount_renamed(finding: Finding, root: str, places: dict[str, str]) -> None:
    """Let a helper that no import can name, such as `common-1.py`, stand for the one that is imported and not there.

    A platform hangs a number on every file that is handed in again, on helpers as on what was asked for.
    """
    own = [path for path in finding.tree.files if path.startswith(root) and kind_of(path) == "python"]
    meant: dict[str, list[str]] = {}
    claimed = {*(found.path for found in finding.found.values()), *finding.unwritten.values()}
    for path in sorted(set(own) - claimed):
        folder, _, stem = _importable(path[len(root) :]).removesuffix(".py").rpartition("/")
        for name in () if stem.isidentifier() else near_identifiers(stem):
            meant.setdefault(f"{folder}/{name}.py".lstrip("/"), []).append(path)
    for place, paths in sorted(meant.items()):
        if place in places or f"{place.removesuffix('.py')}/__init__.py" in places:
            continue
        if not any(_speaks_of(place, finding.tree.files[path]) for path in own if path not in paths):
            continue
        if len({finding.tree.files[path] for path in paths}) > 1:
            _refuse_users(finding, root, place, sorted(paths), everywhere=True)
        else:
            places[place] = min(paths)
            finding.notes.append(f"{place.rpartition('/')[2]} was read from {finding.display(min(paths))}.")


def _mount_package(finding: Finding, root: str, places: dict[str, str]) -> None:
    """Let modules be imported by the folder that they lie in, as `from hw1.common` is in `src/hw1/` once installed."""
    above, _, name = root.rstrip("/").rpartition("/")
    own = [data for path, data in finding.tree.files.items() if path.startswith(root) and kind_of(path) == "python"]
    if above and any(name in _heads(data) for data in own if name.encode() in data):
        _mount(finding, f"{above}/", places)


def _mount_added(finding: Finding, root: str, places: dict[str, str]) -> None:
    """Let modules that put a folder on `sys.path` import what lies in one, if it is clear which is meant."""
    own = {path: data for path, data in finding.tree.files.items() if path.startswith(root) and path.endswith(".py")}
    for data in own.values():
        for name in sorted(_heads(data)) if b"sys.path" in data else ():
            place = f"{name}.py"
            if place in places or any(one.startswith(f"{name}/") for one in places):
                continue
            meant = sorted(other for other in own if other.rpartition("/")[2] == place)
            if len({own[other] for other in meant}) > 1:
                _refuse_users(finding, root, place, meant, everywhere=True)
            elif meant:
                finding.notes.append(f"{place} was read from {finding.display(meant[0])}.")
                _mount(finding, meant[0].removesuffix(place), places)


def _heads(text: bytes) -> set[str]:
    """The first parts of the names that a module imports."""
    return {name.partition(".")[0] for name in imported_names(text)}


def _run_by(finding: Finding, book: str) -> dict[str, str]:
    """The notebooks that cells of one run with `%run`, by the path that they are run by."""
    found: dict[str, str] = {}
    todo = [book]
    while todo:
        code = "\n".join(cell["source"] for cell in json.loads(finding.seen[todo.pop()].cells)["cells"])
        for target in _RUNS.findall(code):
            path = posixpath.join(posixpath.dirname(book), target.removeprefix("./"))
            if path in finding.notebooks and path != book and path not in found.values():
                found[target.removeprefix("./")] = path
                finding.run_by_others.add(path)
                todo.append(path)
    return found


def _importable(path: str) -> str:
    """A module's path as imports look for it: with the suffix `.py`, and in small letters where a packer wrote all in
    capitals."""
    stem = without_extra_suffix(path).rpartition(".")[0]
    return (stem.lower() if stem.isupper() else stem) + ".py"


def _speaks_of(place: str, content: bytes) -> bool:
    """Whether a module's text has the name of another in it."""
    stem = place.rpartition("/")[2].removesuffix(".py")
    return re.search(rf"\b{re.escape(stem)}\b".encode(), content) is not None


def _refuse_users(finding: Finding, root: str, place: str, helpers: Sequence[str], *, everywhere: bool = False) -> None:
    """Of two helpers with one name, none is guessed: a module of the folder that speaks of it waits."""
    stem = place.rpartition("/")[2].removesuffix(".py")
    for module, found in finding.found.items():
        is_here = found.root == root and (everywhere or root != finding.tree.top)
        if is_here and _speaks_of(place, finding.tree.files[found.path]):
            named = join_names([finding.display(helper) for helper in helpers])
            finding.waits[module] = (
                f"{finding.display(found.path)} imports {stem}, of which there are {named}. {DECIDES}"
            )


def _content(finding: Finding, path: str) -> bytes:
    if kind_of(path) == "notebook":
        cells, modules = finding.seen[path].cells, finding.books.get(path, [_RUN_ONLY])
        return json.dumps({**json.loads(cells), "grader_modules": modules}).encode() if modules else cells
    content = finding.tree.files[path]
    if encoding := decode_source(content)[1]:
        told = f"{finding.display(path)} was read as {encoding}, which Python does not read: save it as UTF-8."
        finding.notes.append(told)
    return content


def tell_found(finding: Finding) -> None:
    """Note what was found elsewhere than asked for, in one sentence a folder."""
    by_root: dict[str, list[str]] = {}
    for module, found in finding.found.items():
        path = finding.wanted.files[module]
        if found.note and found.path == found.root + path:
            by_root.setdefault(found.root, []).append(path)
        elif found.note:
            finding.notes.append(found.note)
    for root, paths in by_root.items():
        verb = "was" if len(paths) == 1 else "were"
        finding.notes.append(f"{join_names(paths)} {verb} read from {finding.display(root)}.")
    for book in finding.books:
        instead = [
            finding.display(path) for module, path in finding.unwritten.items() if finding.book_of(module) == book
        ]
        if instead:
            finding.notes.append(
                f"{join_names(instead)} stand as handed out: {finding.display(book)} was read instead."
            )
        elif finding.display(book) != finding.wanted.notebook:
            finding.notes.append(f"{finding.display(book)} was read.")
