"""Runs the instructor's own Python: the checks of a rubric and the model answers."""

from __future__ import annotations

import importlib
import sys
import traceback
from pathlib import Path
from types import ModuleType
from typing import Any

from grader.errors import Fault, RubricError
from grader.worker.loading import SubmissionImporter


def load_checks(path: Path) -> dict[str, Any]:
    """What the rubric's Python file defines.

    Raises:
        RubricError: it does not run; the line is the one in that file.
    """
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


def load_reference(folder: Path) -> dict[str, ModuleType]:
    """The model answer's modules by name; they may import each other, and leave nothing in `sys.modules`.

    Raises:
        RubricError: one of them does not run.
    """
    sources: dict[str, str | bytes] = {path.name: path.read_bytes() for path in sorted(folder.glob("*.py"))}
    importer = SubmissionImporter(sources)
    names = sorted(importer.top_level)
    shadowed = {name: sys.modules.pop(name) for name in names if name in sys.modules}
    sys.meta_path.insert(0, importer)
    try:
        return {name: importlib.import_module(name) for name in names}
    except Exception as error:
        frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename in sources]
        file, line = (frames[-1].filename, frames[-1].lineno or 1) if frames else (names[0], 1)
        raise RubricError([Fault(str(folder / file), line, "", f"{type(error).__name__}: {error}")]) from None
    finally:
        sys.meta_path.remove(importer)
        for name in names:
            sys.modules.pop(name, None)
        sys.modules.update(shadowed)
