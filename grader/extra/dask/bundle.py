"""An assignment's files as bytes that are named by their digest, for machines that have no disk in common."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgpack

from grader.assignment import Assignment
from grader.course.folders import Course


def bundle(course: Course, assignment: Assignment) -> bytes:
    """All that `load_assignment` reads: the rubrics, this assignment's reference, and what is prepared of it.

    The same files give the same bytes.
    """
    files = {path for folder in ("rubrics", course.reference(assignment.name)) for path in _files(course.root / folder)}
    packed = [[path.relative_to(course.root).as_posix(), path.read_bytes()] for path in files | assignment.prepared]
    return bytes(msgpack.packb(sorted(packed)))


def digest(bundle: bytes) -> str:
    """The bundle's name."""
    return hashlib.sha256(bundle).hexdigest()


class Unbundled:
    """A bundle's files in a folder that only this user can read, and that goes with this object."""

    def __init__(self, bundle: bytes) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="grader-")
        self.course = Course(Path(self._folder.name))
        for name, content in msgpack.unpackb(bundle):
            path = self.course.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

    def close(self) -> None:
        """Remove the files."""
        self._folder.cleanup()


def _files(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        hidden = any(part == "__pycache__" or part.startswith(".") for part in path.relative_to(folder).parts)
        if path.is_file() and not hidden:
            yield path
