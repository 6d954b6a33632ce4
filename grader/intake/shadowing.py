"""Files of a submission that bear the name of a library: Python takes either that or the file, and not both."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from importlib.machinery import BuiltinImporter, FrozenImporter

from grader.worker.module_names import files_by_module

_IMPORT = re.compile(rb"^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import\b|import[ \t]+([\w., \t]+))", re.MULTILINE)
_RELATIVE = re.compile(rb"^[ \t]*from[ \t]+\.+([\w.]*)[ \t]*import[ \t]+([\w., \t]+)", re.MULTILINE)


def shadowed_by(modules: Iterable[str], files: Mapping[str, bytes]) -> list[str]:
    """The files that a submission's modules import by their names, and do not get.

    Args:
        modules: those that are called; what they import of the submission's own is followed.
    """
    paths = files_by_module(path for path in files if path.endswith(".py"))
    taken = {name for name in paths if BuiltinImporter.find_spec(name) or FrozenImporter.find_spec(name)}
    if not taken:
        return []
    texts = {name: files[path] for name, path in paths.items() if name not in taken}
    reached = reached_modules(modules, texts)
    found = {one.partition(".")[0] for name in reached for one in imported_names(texts[name])} & taken
    return sorted(paths[name] for name in found)


def hiding_files(
    feedback: str, place: tuple[str, int] | None, files: Mapping[str, bytes], libraries: Iterable[str]
) -> list[str]:
    """The files that Python takes in a library's place, where an error speaks of that name or comes from the file.

    Args:
        feedback: what is told of the error.
        place: where it was raised.
        libraries: those that are offered, besides Python's own.
    """
    paths = files_by_module(path for path in files if path.endswith(".py"))
    taken = {name for name in paths if name in sys.stdlib_module_names or name in set(libraries)}
    taken = {name for name in taken if not (BuiltinImporter.find_spec(name) or FrozenImporter.find_spec(name))}
    return sorted(
        paths[name]
        for name in taken
        if re.search(rf"'{name}[.']|\b{name}\.\w+ is ", feedback)
        or (place is not None and place[0] == paths[name] and name in imported_names(files[paths[name]]))
    )


def describe_hiding(files: Sequence[str]) -> str:
    """What a student reads of such files."""
    return "\n".join(
        f"Your file {file} hides the library `{file.removesuffix('.py').removesuffix('/__init__')}`: `import` gives "
        "the file. Rename it if the library is meant."
        for file in files
    )


def reached_modules(modules: Iterable[str], texts: Mapping[str, bytes]) -> set[str]:
    """Those of some modules for which there is a text, and those that they import, by way of others too."""
    todo, seen = list(modules), set[str]()
    while todo:
        name = todo.pop()
        if name in seen or name not in texts:
            continue
        seen.add(name)
        imported = imported_names(texts[name]) | _relative(texts[name])
        words = {part for one in imported for part in one.split(".")}
        todo += [other for other in texts if other.rpartition(".")[2] in words]
    return seen


def describe_shadowing(files: Sequence[str]) -> str:
    """What a student reads of such files."""
    names = [file.removesuffix(".py") for file in files]
    return "\n".join(
        f"{name}.py is not what `import {name}` gives, for Python's own {name} has that name: rename the file."
        for name in names
    )


def imported_names(text: bytes) -> set[str]:
    """The dotted names that the import statements of a module name from the top on."""
    names: set[str] = set()
    for source, listed in _IMPORT.findall(text):
        names |= {source.decode()} if source else _name_modules(listed)
    return names


def _relative(text: bytes) -> set[str]:
    """The dotted names that they name from the module's own place on."""
    return {name for source, listed in _RELATIVE.findall(text) for name in {source.decode()} | _name_modules(listed)}


def _name_modules(names: bytes) -> set[str]:
    return {name.split()[0].decode() for name in names.split(b",") if name.split()}
