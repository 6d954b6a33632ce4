"""An assignment ready to grade: rubric, checks with their cases drawn and planned, reference."""

from __future__ import annotations

import hashlib
import importlib
import importlib.metadata
import sys
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from grader.checks.definition import Check, Reference
from grader.checks.drawing import CheckFunction
from grader.checks.given import matches_reference, parameters_of
from grader.checks.planning import ReferenceFails, planned
from grader.course import Course
from grader.errors import Fault, RubricError
from grader.rubric import CheckSpec, Rubric, load
from grader.sandbox import Budget
from grader.sandbox.local import LocalSession
from grader.worker.loading import SubmissionImporter

# What a verdict depends on beside the files of the course.
_VERSIONED = ("grader", "hypothesis", "numpy", "torch", "scipy")


@dataclass(frozen=True)
class Assignment:
    """Everything that is the same for every submission."""

    rubric: Rubric
    checks: Mapping[str, Check]
    seed: int
    digest: str

    @property
    def name(self) -> str:
        """The assignment's name: `hw1`."""
        return self.rubric.assignment

    @property
    def budget(self) -> Budget:
        """What each submission may use."""
        limits = self.rubric.limits
        return Budget(
            call_wall_s=limits.call_wall_s,
            load_wall_s=limits.load_wall_s,
            submission_wall_s=limits.submission_wall_s,
            submission_cpu_s=limits.submission_cpu_s,
            memory_mib=limits.memory_mib,
            output_kib=limits.output_kib,
        )


def load_assignment(
    course: Course,
    name: str,
    *,
    seed: int | None = None,
    only: frozenset[str] = frozenset(),
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Assignment:
    """Load a rubric, its Python and the reference; draw and plan the cases of every code check.

    Args:
        seed: instead of the rubric's.
        only: the questions wanted; all where empty.
        progress: told how many checks are ready, of how many.

    Raises:
        UsageError: there is no such assignment.
        RubricError: something in the instructor's files is wrong, or the reference does not earn all points.
    """
    path = course.rubric(name)
    rubric = load(path)
    used_seed = rubric.seed if seed is None else seed
    reference_modules = load_reference(course.reference(name))
    named = load_checks(path.with_suffix(".py"))
    session, reference = LocalSession(reference_modules), Reference(LocalSession(reference_modules))
    specs = [
        spec
        for question in rubric.questions
        for spec in question.checks
        if spec.part == "code" and (not only or question.id in only)
    ]
    checks: dict[str, Check] = {}
    faults: list[Fault] = []
    for spec in specs:
        progress(len(checks), len(specs))
        try:
            function = _function(spec, named, reference_modules)
            checks[spec.id] = planned(spec, function, used_seed, session, reference)
        except ReferenceFails as failure:
            faults.append(Fault(str(path), spec.line, f"check {spec.id}", str(failure)))
        except Exception as error:  # the instructor's strategies are ordinary code
            faults.append(Fault(str(path), spec.line, f"check {spec.id}", f"{type(error).__name__}: {error}"))
    if faults:
        raise RubricError(faults)
    progress(len(specs), len(specs))
    return Assignment(rubric, checks, used_seed, _digest(rubric, course.reference(name)))


def _function(spec: CheckSpec, named: Mapping[str, Any], reference: Mapping[str, ModuleType]) -> CheckFunction:
    if spec.matches_reference is None:
        function: CheckFunction = named[spec.function or spec.id]
        return function
    module, function_name = spec.matches_reference.split(".")
    return matches_reference(
        spec.matches_reference, spec.given, named, parameters_of(getattr(reference[module], function_name))
    )


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


def _digest(rubric: Rubric, reference: Path) -> str:
    """Of all that decides a verdict beside the submission and the seed."""
    hashed = hashlib.sha256(rubric.digest.encode())
    for path in sorted(reference.rglob("*.py")):
        hashed.update(path.relative_to(reference).as_posix().encode() + b"\0" + path.read_bytes())
    for package in _VERSIONED:
        hashed.update(f"{package} {importlib.metadata.version(package)}".encode())
    hashed.update(sys.version.encode())
    return hashed.hexdigest()
