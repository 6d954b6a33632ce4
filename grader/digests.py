"""What a verdict depends on, as digests: change one part, and only what rests on it is done again."""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from grader.rubric import CheckSpec, Rubric

_VERSIONED = ("hypothesis", "numpy", "torch", "scipy")


def digest(*parts: str | bytes) -> str:
    """sha256 of parts, each with its length, so that no two lists of parts are alike."""
    hashed = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        hashed.update(len(data).to_bytes(8, "big") + data)
    return hashed.hexdigest()


@functools.cache
def versions() -> str:
    """Of Python, of the libraries that compute, and of grader's own files."""
    libraries = [f"{package} {importlib.metadata.version(package)}" for package in _VERSIONED]
    return digest(sys.version, *libraries, python_files(Path(__file__).parent))


def python_files(folder: Path, pattern: str = "**/*.py") -> str:
    """Of the Python files in a folder, with their names."""
    found = sorted(folder.glob(pattern))
    return digest(*(part for path in found for part in (path.relative_to(folder).as_posix(), path.read_bytes())))


def assignment_digest(rubric: Rubric, rubric_file: Path, reference: Path) -> str:
    """Of all that decides a result beside the submission and the seed."""
    return digest(rubric.digest, _shared(rubric_file), python_files(reference), versions())


def foundations(rubric_file: Path, reference: Path) -> dict[str, str]:
    """The parts of `assignment_digest` by name, so that a person can be told which of them changed."""
    ours = [rubric_file, rubric_file.with_suffix(".py"), *_shared_files(rubric_file)]
    files = {f"rubrics/{path.name}": path for path in ours if path.exists()}
    files |= {f"reference/{path.relative_to(reference.parent).as_posix()}": path for path in reference.rglob("*.py")}
    libraries = {package: importlib.metadata.version(package) for package in _VERSIONED}
    own = {"Python": sys.version, **libraries, "grader": digest(python_files(Path(__file__).parent))[:12]}
    return {name: digest(path.read_bytes())[:12] for name, path in sorted(files.items())} | own


def preparation_key(spec: CheckSpec, seed: int, body: str, around: str) -> str:
    """Of all that a check's cases, its calls and the reference's answers depend on.

    Args:
        body: what the check needs of the rubric's Python.
        around: `surroundings`.
    """
    definition = [seed, spec.examples, spec.function, spec.matches_reference, spec.given, repr(spec.tolerance)]
    return digest(around, spec.id, json.dumps(definition, default=repr), body)


def surroundings(rubric_file: Path, reference: Path) -> str:
    """Of what every check of an assignment may rest on."""
    return digest(_shared(rubric_file), python_files(reference, "*.py"), versions())


def _shared(rubric_file: Path) -> str:
    """Of the modules beside the rubrics that a rubric's Python may import."""
    return digest(*(part for path in _shared_files(rubric_file) for part in (path.name, path.read_bytes())))


def _shared_files(rubric_file: Path) -> list[Path]:
    return [path for path in sorted(rubric_file.parent.glob("*.py")) if not path.with_suffix(".yaml").exists()]


def calls_key(calls: bytes, modules: Sequence[str], rubric: Rubric, seed: int) -> str:
    """Of all that a submission's replies to some calls depend on beside the submission."""
    return digest(calls, json.dumps([modules, repr(rubric.limits), rubric.modules, seed]), versions())


def verdict_key(spec: CheckSpec, rubric: Rubric, *rests_on: str | bytes) -> str:
    """Of all that a check's verdict depends on beside the submission; its points and its visibility are no part.

    Args:
        rests_on: for a code check, the bytes of the prepared check and what it needs of the rubric's Python.
    """
    judged = [repr(spec.tolerance), spec.hint, spec.forbids, spec.kind, spec.options]
    around = [repr(rubric.limits), rubric.modules, rubric.write_up]
    return digest(spec.id, json.dumps([judged, around], default=repr), versions(), *rests_on)
