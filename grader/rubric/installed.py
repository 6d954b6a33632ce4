"""Modules by their names: those that an assignment may not call its own, and those that are not installed."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from grader.errors import Fault, RubricError, display
from grader.rubric.cursor import Place
from grader.rubric.files import RubricSurroundings, given_files, module_files
from grader.rubric.yaml_tree import parse, read_bytes


def taken_name_faults(root: Place, course: RubricSurroundings) -> Iterator[Fault]:
    """Look at the files that students are to write, or are given: Python never takes one that has a name of its own."""
    offered = {place.text or "": place.line for place in root.items("modules")}
    files = dict(_at_top(module_files(course.reference_path), course.reference_path))
    for kind in ("provided", "starter"):
        files |= _at_top(given_files(course.reference_path, kind).values(), course.given_path / kind)
    for name, path in files.items():
        if name in sys.stdlib_module_names or name in offered:
            owner = "Python itself has" if name in sys.stdlib_module_names else "`modules` offers"
            message = f"expected a name that is free, got {name}, a module that {owner}: no student's file of that name"
            yield Fault(display(path), 1, "", f"{message} is ever imported; rename it, or put it into a package")


def _at_top(paths: Iterable[Path], folder: Path) -> Iterator[tuple[str, Path]]:
    """The top-level module or package that each Python file makes, with the file."""
    for path in paths:
        if path.suffix == ".py":
            yield path.relative_to(folder).parts[0].removesuffix(".py"), path


def twice_given_faults(course: RubricSurroundings) -> Iterator[Fault]:
    """A file cannot be both handed out as it stays and to be filled in."""
    provided = given_files(course.reference_path, "provided")
    for name, path in given_files(course.reference_path, "starter").items():
        if name in provided:
            both = f"{display(path)} and {display(provided[name])}"
            yield Fault(display(path), 1, "", f"expected a file in one of the two, got {both}; delete one of them")


def refuse_absent_modules(rubric: Path) -> None:
    """Look for the modules that a rubric offers, without importing them.

    Raises:
        RubricError: some are not installed; all of them.
    """
    file = display(rubric)
    mapping, _ = parse(read_bytes(rubric, file), file)
    root = Place(file, mapping, mapping.line)
    faults = [
        place.fault(f"{place.text} is not installed: pip install it for the Python that runs grader, or delete it here")
        for place in root.items("modules")
        if not _is_installed((place.text or "").partition(".")[0])
    ]
    if faults:
        raise RubricError(faults)


def _is_installed(name: str) -> bool:
    try:
        return name in sys.modules or importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        return False
