"""Runs the instructor's own Python: the checks of a rubric and the model answers."""

from __future__ import annotations

import importlib
import sys
import traceback
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from grader.errors import Fault, RubricError
from grader.worker.loading import SubmissionImporter, module_name


def load_checks(path: Path) -> dict[str, Any]:
    """What the rubric's Python file defines; nothing where there is none, since a rubric may do without.

    Raises:
        RubricError: it does not run; the line is the one in that file.
    """
    if not path.exists():
        return {}
    namespace: dict[str, Any] = {"__name__": f"rubrics.{path.stem}", "__file__": str(path)}
    before = list(sys.path)
    sys.path.insert(0, str(path.parent))
    try:
        exec(compile(path.read_bytes(), str(path), "exec"), namespace)
    except Exception as error:
        lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
        line = getattr(error, "lineno", None) if isinstance(error, SyntaxError) else (lines[-1] if lines else 1)
        raise RubricError([Fault(str(path), line or 1, "", f"{type(error).__name__}: {error}")]) from None
    finally:
        sys.path[:] = before
    return namespace


def reference_sources(folder: Path) -> dict[str, str | bytes]:
    """The model answer's modules as they stand in its folder."""
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.py"))}


def load_reference(folder: Path) -> dict[str, ModuleType]:
    """The model answer's modules by name; they may import each other, and leave nothing in `sys.modules`.

    Raises:
        RubricError: one of them does not run.
    """
    return load_modules(reference_sources(folder), folder)


def load_modules(sources: Mapping[str, str | bytes], folder: Path) -> dict[str, ModuleType]:
    """Fresh modules made of sources by path, by their dotted names; as `load_reference`.

    Args:
        folder: where the paths begin, for messages.

    Raises:
        RubricError: one of them does not run.
    """
    importer = SubmissionImporter(sources)
    shadowed = _taken(importer.top_level)
    sys.meta_path.insert(0, importer)
    file = ""
    try:
        modules = {}
        for file in sources:
            name, _ = module_name(file)
            modules[name] = importlib.import_module(name)
        return modules
    except (Exception, SystemExit) as error:
        frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename in sources]
        if isinstance(error, SyntaxError) and error.filename in sources:
            place = (str(error.filename), error.lineno or 1)
        else:
            place = (frames[-1].filename, frames[-1].lineno or 1) if frames else (file, 1)
        raise RubricError([Fault(str(folder / place[0]), place[1], "", f"{type(error).__name__}: {error}")]) from None
    finally:
        sys.meta_path.remove(importer)
        _taken(importer.top_level)
        sys.modules.update(shadowed)


def _taken(top_level: frozenset[str]) -> dict[str, ModuleType]:
    """What `sys.modules` holds under these names, taken out of it."""
    names = [name for name in sys.modules if name.partition(".")[0] in top_level]
    return {name: sys.modules.pop(name) for name in names}
