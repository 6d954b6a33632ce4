"""The files beside a rubric: `rubrics/<name>.py`, the handout and the model answers in `reference/<name>/`."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from grader.errors import Fault, RubricError, shown
from grader.rubric.names import Definitions, definitions


class Course:
    """What stands around one rubric file; each Python file is read at most once, and none is run."""

    def __init__(self, rubric: Path) -> None:
        self.rubric = rubric.absolute()
        self.file = shown(self.rubric)
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
            path = self.reference_path / f"{name}.py"
            self._modules[name] = self._definitions(_content(path), path)
        return self._modules[name]

    def has_module(self, name: str) -> bool:
        """Whether the reference has the module's file, readable or not."""
        return (self.reference_path / f"{name}.py").is_file()

    @cached_property
    def modules(self) -> list[str]:
        """The names of the reference's modules."""
        return sorted(path.stem for path in self.reference_path.glob("*.py"))

    def _definitions(self, source: bytes | None, path: Path) -> Definitions | None:
        if source is None:
            return None
        try:
            return definitions(source, shown(path))
        except RubricError as error:
            self.faults.extend(error.faults)
            return None


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
