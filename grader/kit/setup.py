"""Whether a student's set-up is right: Python, its libraries, the kit, the student's files, and that they run."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import metadata
from pathlib import Path

from grader import __version__
from grader.assignment import Assignment
from grader.course.workspace import marker
from grader.errors import GraderError, first_of
from grader.kit.loading import load_kit
from grader.kit.making import CONSTRAINTS
from grader.kit.texts import has_write_up
from grader.model.outcome import Failure
from grader.sandbox import Sandbox
from grader.worker.module_names import file_of, files_by_module

OLDEST_PYTHON = (3, 11)
_INSTALL = "python -m pip install -r requirements.txt"
_AGAIN = "unpack the kit once more beside it, and copy what is missing"
_PROBE = {"probe.py": "def probe():\n    return 1\n"}
_MOST_TOLD = 3


@dataclass(frozen=True)
class SetupLine:
    """One part of a set-up, and whether it is as it should be."""

    is_right: bool
    text: str

    def to_json(self) -> dict[str, bool | str]:
        """As `--json` prints it."""
        return {"ok": self.is_right, "text": self.text}


def look_at(root: Path, sandbox_for: Callable[[Sequence[str]], Sandbox]) -> Iterator[SetupLine]:
    """The parts in their order; one that makes the next ones pointless is the last.

    Args:
        root: the kit's folder.
        sandbox_for: what runs code that may import some modules.
    """
    yield _python()
    yield _libraries(root)
    assignment, part = _kit(root)
    yield part
    if assignment is None:
        return
    yield _files(root, assignment)
    yield _runs(sandbox_for(assignment.rubric.modules), assignment)


def _python() -> SetupLine:
    here = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] >= OLDEST_PYTHON:
        return SetupLine(True, f"Python {here}")
    wanted = ".".join(map(str, OLDEST_PYTHON))
    return SetupLine(False, f"Python {here} is too old: install {wanted} or newer, make .venv anew, then `{_INSTALL}`")


def _libraries(root: Path) -> SetupLine:
    """Whether the libraries are those of the machine that grades."""
    pinned = root / CONSTRAINTS
    lines = pinned.read_text(encoding="utf-8").splitlines() if pinned.is_file() else []
    wanted = [line.strip().split("==") for line in lines if "==" in line]
    others = [_difference(name, version) for name, version in wanted]
    if differing := [text for text in others if text]:
        return SetupLine(False, f"{first_of(differing, _MOST_TOLD)}: run `{_INSTALL}`")
    told = ", ".join(f"{name} {version}" for name, version in wanted if name in ("numpy", "torch"))
    return SetupLine(
        True, f"all {len(wanted)} libraries are those that grade: {told}" if wanted else "no versions are asked for"
    )


def _difference(name: str, version: str) -> str:
    try:
        here = metadata.version(name).partition("+")[0]
    except metadata.PackageNotFoundError:
        return f"{name} is missing"
    return "" if here == version else f"{name} is {here}, not {version}"


def _kit(root: Path) -> tuple[Assignment | None, SetupLine]:
    """The kit, if it is whole."""
    told = marker(root)
    asked = [str(file) for file in told.get("files", []) if str(file).startswith("rubrics/")]
    if missing := [file for file in asked if not (root / file).is_file()]:
        return None, SetupLine(False, f"the kit lacks {first_of(missing, _MOST_TOLD)}: {_AGAIN}")
    made_by = str(told.get("grader"))
    if made_by != __version__:
        return None, SetupLine(
            False, f"the kit is of grader {made_by}, and {__version__} is installed: run `{_INSTALL}`"
        )
    try:
        return load_kit(root), SetupLine(True, f"the kit of {told['assignment']} is whole")
    except GraderError as error:
        return None, SetupLine(False, str(error))


def _files(root: Path, assignment: Assignment) -> SetupLine:
    """Whether the files that are graded bear their names."""
    modules = dict.fromkeys(module for check in assignment.checks.values() for module in check.plan.modules)
    own = [module for module in modules if module not in files_by_module(assignment.given.modules)]
    wanted = [*map(file_of, own), *([assignment.rubric.write_up] if has_write_up(assignment.rubric) else [])]
    places = ((file, root / file, (root / file).with_suffix("") / "__init__.py") for file in wanted)
    absent = [file for file, module, package in places if not module.is_file() and not package.is_file()]
    if not absent:
        told = "your file is where it is" if len(wanted) == 1 else f"your {len(wanted)} files are where they are"
        return SetupLine(True, f"{told} looked for")
    names = {path.relative_to(root).as_posix() for path in root.rglob("*") if ".venv" not in path.parts}
    return SetupLine(False, "; ".join(_absence(file, names) for file in absent[:_MOST_TOLD]))


def _absence(file: str, names: set[str]) -> str:
    near = get_close_matches(file.lower(), {name.lower(): name for name in names}, 1, 0.75)
    found = next((name for name in names if near and name.lower() == near[0]), "")
    return f"no {file}" + (f": rename {found}" if found else "")


def _runs(sandbox: Sandbox, assignment: Assignment) -> SetupLine:
    """Whether code can be run here, and where."""
    started = time.monotonic()
    try:
        session = sandbox.open(_PROBE, assignment.budget, 0)
        try:
            outcome = session.load("probe")
        finally:
            session.close()
    except GraderError as error:
        return SetupLine(False, str(error))
    if isinstance(outcome, Failure):
        return SetupLine(False, f"your code does not run here: {outcome.message}")
    place = "in a sandbox" if sandbox.name.startswith("strong") else "in a plain child process"
    return SetupLine(True, f"your code runs here, {place}, which took {time.monotonic() - started:.1f} s to start")
