"""The files beside a rubric: `rubrics/<name>.py`, the handout and the model answers in `reference/<name>/`."""

from __future__ import annotations

import errno
import os
import stat
from functools import cached_property
from pathlib import Path

from grader.errors import Fault, RubricError, display
from grader.rubric.names import Definitions, definitions
from grader.worker.files import SKIPPED, is_wanted
from grader.worker.module_names import files_by_module

# The folder in a reference that holds known wrong answers, which are no part of it.
MISCONCEPTIONS = "misconceptions"
# What student code and reference run with: the course's own modules, and files to read.
GIVEN = ("provided", "data")

_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISSOCK, "a socket"),
)


class RubricSurroundings:
    """What stands around one rubric file; each Python file is read at most once, and none is run."""

    def __init__(self, rubric: Path) -> None:
        self.rubric = rubric.absolute()
        self.file = display(self.rubric)
        self.python_path = self.rubric.with_suffix(".py")
        self.reference_path = self.rubric.parent.parent / "reference" / self.rubric.stem
        self.faults: list[Fault] = []
        self._modules: dict[str, Definitions | None] = {}

    @cached_property
    def python_source(self) -> bytes | None:
        """The bytes of the sibling Python file, where there is one."""
        return _content(self.python_path)

    @cached_property
    def python(self) -> Definitions | None:
        """What the sibling Python file defines; None where it is absent or, with a fault, not Python."""
        return self._definitions(self.python_source, self.python_path)

    def module(self, name: str) -> Definitions | None:
        """What a module of the reference defines; None where it is absent or, with a fault, not Python."""
        if name not in self._modules:
            path = self._paths.get(name)
            self._modules[name] = None if path is None else self._definitions(_content(path), path)
        return self._modules[name]

    def has_module(self, name: str) -> bool:
        """Whether the reference has the module's file, readable or not."""
        return name in self._paths

    @property
    def modules(self) -> list[str]:
        """The names of the reference's modules."""
        return sorted(self._paths)

    @property
    def given_path(self) -> Path:
        """The folder with what the course gives."""
        return given_folder(self.reference_path)

    def target(self, dotted: str) -> tuple[str, str]:
        """Module and function of what `matches_reference` names: of two ways to read it, the one that leads there.

        `bake.bake.bake` is the function in the module `bake.bake`; so is `bake.bake` where the package has none.
        """
        module, _, function = dotted.rpartition(".")
        found = self.module(module)
        if (found is None or not found.bears(function)) and self.has_module(dotted):
            return dotted, function
        return module, function

    @cached_property
    def _paths(self) -> dict[str, Path]:
        """The file of each module of the reference, by dotted name."""
        files = {path.relative_to(self.reference_path).as_posix(): path for path in module_files(self.reference_path)}
        return {name: files[path] for name, path in files_by_module(files).items()}

    def _definitions(self, source: bytes | None, path: Path) -> Definitions | None:
        if source is None:
            return None
        try:
            return definitions(source, display(path))
        except RubricError as error:
            self.faults.extend(error.faults)
            return None


def given_folder(reference: Path) -> Path:
    """The folder beside the rubric with what the course gives: `provided/`, `starter/` and `data/`."""
    reference = reference.absolute()
    return reference.parent.parent / "rubrics" / reference.name


def given_files(reference: Path, kind: str) -> dict[str, Path]:
    """The files of one kind that the course gives, by their paths within that folder."""
    folder = given_folder(reference) / kind
    found = (path for path in sorted(folder.rglob("*")) if path.is_file())
    inside = ((path.relative_to(folder), path) for path in found)
    return {
        relative.as_posix(): path
        for relative, path in inside
        if SKIPPED.isdisjoint(relative.parts) and not any(part.startswith(".") for part in relative.parts)
    }


def module_files(reference: Path) -> list[Path]:
    """The Python files of a folder of model answers, in its packages too; not its misconceptions."""

    def is_module(path: Path) -> bool:
        parts = path.relative_to(reference).parts
        return parts[0] != MISCONCEPTIONS and is_wanted("/".join(parts)) and path.is_file()

    return sorted(path for path in reference.rglob("*.py") if is_module(path))


def read_regular(path: Path) -> bytes:
    """The bytes of a file; of nothing that would never end, as a pipe or a device.

    Raises:
        OSError: it cannot be read.
    """
    mode = path.stat().st_mode
    if not stat.S_ISREG(mode):
        kind = next((kind for is_kind, kind in _KINDS if is_kind(mode)), "something else")
        raise OSError(errno.EINVAL, f"it is {kind}, not a file", str(path))
    return path.read_bytes()


def _content(path: Path) -> bytes | None:
    """The bytes of a file of the course; None where there is none.

    Raises:
        RubricError: it is there, and cannot be read.
    """
    if not os.path.lexists(path):
        return None
    try:
        return read_regular(path)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        message = f"cannot be read ({reason}): put a file there that you may read, or take it away"
        raise RubricError([Fault(display(path), 1, "", message)]) from None
