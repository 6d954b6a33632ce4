"""Runs the instructor's own Python: the checks of a rubric and the model answers."""

from __future__ import annotations

import ast
import functools
import importlib
import sys
import traceback
from collections.abc import Mapping
from importlib.util import decode_source
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.course.statements import note_statements
from grader.course.watched import Stopped, watch_course_code
from grader.errors import Fault, RubricError
from grader.rubric.dependencies import Slices
from grader.rubric.files import given_files, given_folder, module_files
from grader.sandbox import Given
from grader.worker.module_names import files_by_module
from grader.worker.scratch.tree import DATA

if TYPE_CHECKING:
    from grader.worker.loading import ModuleSet

# A worker gets them in one message.
MAX_GIVEN_BYTES, MAX_GIVEN_FILES = 32 << 20, 1_000


def load_checks(path: Path) -> dict[str, Any]:
    """What the rubric's Python file defines; nothing where there is none, since a rubric may do without.

    Raises:
        RubricError: it does not run; the line is the one in that file.
    """
    return run_checks(path, path.read_bytes()) if path.exists() else {}


def slices_of(path: Path, *, with_drawing: bool) -> Slices:
    """The rubric's Python file, to be cut by names; see `Slices`.

    Raises:
        RubricError: it is not Python.
    """
    try:
        return Slices(decode_source(path.read_bytes()), with_drawing=with_drawing)
    except (SyntaxError, ValueError) as error:
        raise RubricError([Fault(str(path), getattr(error, "lineno", None) or 1, "", _what(error))]) from None


def run_checks(path: Path, program: bytes | ast.Module) -> dict[str, Any]:
    """What the rubric's Python file defines, or a part of it.

    Raises:
        RubricError: it does not run; the line is the one in that file.
    """
    namespace: dict[str, Any] = {"__name__": f"rubrics.{path.stem}", "__file__": str(path)}
    before = list(sys.path)
    sys.path.insert(0, str(path.parent))
    try:
        with watch_course_code(path.parent):
            note_statements(str(path), program)
            exec(compile(program, str(path), "exec", optimize=0), namespace)
    except Exception as error:
        lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
        line = getattr(error, "lineno", None) if isinstance(error, SyntaxError) else (lines[-1] if lines else 1)
        raise RubricError([Fault(str(path), line or 1, "", _what(error))]) from None
    finally:
        sys.path[:] = before
    return namespace


def _what(error: Exception) -> str:
    return str(error) if isinstance(error, Stopped) else f"{type(error).__name__}: {error}"


def reference_sources(folder: Path) -> dict[str, str | bytes]:
    """The model answer's own modules as they stand in its folder, by path; not those that the course gives to all."""
    provided = given_files(folder, "provided")
    found = {path.relative_to(folder).as_posix(): path for path in module_files(folder)}
    return {name: path.read_bytes() for name, path in found.items() if name not in provided}


def given_to(reference: Path) -> Given:
    """What the course gives to all submissions of an assignment, and to its model answer.

    Raises:
        RubricError: it is too much.
    """
    files = given_files(reference, "provided")
    files |= {f"{DATA}/{name}": path for name, path in given_files(reference, DATA).items()}
    known = tuple((name, path, path.stat().st_mtime_ns, path.stat().st_size) for name, path in files.items())
    total = sum(size for *_, size in known)
    if total > MAX_GIVEN_BYTES or len(files) > MAX_GIVEN_FILES:
        told = f"{len(files)} files of {total / 2**20:.0f} MiB in provided/ and data/"
        most = f"at most {MAX_GIVEN_FILES} of {MAX_GIVEN_BYTES >> 20} MiB: each submission gets them anew"
        raise RubricError([Fault(str(given_folder(reference)), 1, "", f"{told}; expected {most}")])
    return _read_given(known)


@functools.lru_cache(maxsize=4)
def _read_given(files: tuple[tuple[str, Path, int, int], ...]) -> Given:
    content = {name: path.read_bytes() for name, path, _, _ in files}
    modules = {name: data for name, data in content.items() if name.endswith(".py") and not name.startswith(f"{DATA}/")}
    return Given(modules, {name: data for name, data in content.items() if name not in modules})


def load_reference(folder: Path, *, root: str = "") -> ModuleSet:
    """The model answer's modules by name; they may import each other, and leave nothing in `sys.modules`.

    Raises:
        RubricError: one of them does not run.
    """
    return load_modules(reference_sources(folder), folder, root=root)


def load_modules(sources: Mapping[str, str | bytes], folder: Path, *, root: str = "") -> ModuleSet:
    """Fresh modules made of sources by path, by their dotted names; as `load_reference`.

    Args:
        folder: where the paths begin, for messages.
        root: what stands before the paths in tracebacks, and for whoever follows the lines as they run.

    Raises:
        RubricError: one of them does not run.
    """
    from grader.worker.loading import ModuleSet

    given = given_to(folder)
    sources = {**sources, **given.modules}
    modules, files = ModuleSet(sources, given.files, root), files_by_module(sources)
    file = ""
    try:
        with watch_course_code(folder), modules.present():
            for name in modules.names:
                file = files.get(name, "")
                modules[name] = importlib.import_module(name)
        return modules
    except Exception as error:
        frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename in sources]
        if isinstance(error, SyntaxError) and error.filename in sources:
            place = (str(error.filename), error.lineno or 1)
        else:
            place = (frames[-1].filename, frames[-1].lineno or 1) if frames else (file, 1)
        raise RubricError([Fault(str(folder / place[0]), place[1], "", _what(error))]) from None
