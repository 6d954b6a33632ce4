"""Two other graders on the same class: otter-grader without a container, and nbgrader, in an environment of their own.

A submission becomes one notebook, with a cell for each of its modules; each check of the rubric becomes one test.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.course import ASSIGNMENT
from benchmarks.measuring import ROOT, run
from grader.course.folders import Course
from grader.rubric.loading import load

PACKAGES = ("otter-grader", "nbgrader", "ipykernel")
_ASSERT = (
    "from benchmarks.equivalent import InNamespace, assert_check\nassert_check({name!r}, InNamespace({variables}))"
)
_OTTER_TEST = """from otter.test_files import test_case

OK_FORMAT = False
name = "{name}"
points = 1


@test_case()
def test_{name}(env):
    {body}
"""


class NotInstallable(Exception):
    """The tools cannot be had here; says why in one line."""


@dataclass(frozen=True)
class Tools:
    """The environment that holds both tools."""

    folder: Path

    @classmethod
    def installed(cls, folder: Path) -> Tools:
        """The tools in `folder`, put there by pip unless they are there.

        Raises:
            NotInstallable: pip does not get them.
        """
        done = folder / ".ready"
        if not done.exists():
            _install(folder)
            done.touch()
        return cls(folder)

    def run(self, *command: str, cwd: Path, course: Path) -> None:
        """Run one of the tools' commands.

        Raises:
            RuntimeError: it failed; a class that was not graded costs nothing, which must not look fast.
        """
        path = f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
        jupyter = {"JUPYTER_PATH": str(self.folder / "share/jupyter"), "JUPYTER_PLATFORM_DIRS": "1"}
        program = str(self.folder / "bin" / command[0])
        done = run([program, *command[1:]], cwd, PATH=path, COURSE=str(course), ASSIGNMENT=ASSIGNMENT, **jupyter)
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)} failed:\n{(done.stderr or done.stdout)[-2000:]}")


def _install(folder: Path) -> None:
    """Both tools by pip; what they only import, as torch, is taken from this environment."""
    python = folder / "bin" / "python"
    steps = (
        [sys.executable, "-m", "venv", str(folder)],
        [str(python), "-m", "pip", "install", "-q", "-c", str(ROOT / "constraints.txt"), *PACKAGES],
    )
    for step in steps:
        done = subprocess.run(step, capture_output=True, text=True, check=False)
        if done.returncode:
            lines = [line for line in done.stderr.splitlines() if line.startswith("ERROR")] or ["pip failed"]
            raise NotInstallable(lines[-1].removeprefix("ERROR: "))
    ours = Path(sysconfig.get_paths()["purelib"])
    theirs = folder / ours.relative_to(sys.prefix)
    (theirs / "ours.pth").write_text(f"{ours}\n", encoding="utf-8")


class Otter:
    """`otter run` on each notebook."""

    def __init__(self, tools: Tools, course: Path, work: Path) -> None:
        self._tools, self._course, self._work = tools, course, work
        tests = work / "tests"
        tests.mkdir(parents=True)
        for name in _checks(course):
            body = _ASSERT.format(name=name, variables="env").replace("\n", "\n    ")
            (tests / f"{name}.py").write_text(_OTTER_TEST.format(name=name, body=body), encoding="utf-8")
        self._tools.run(
            "otter", "generate", "-t", "tests", "--no-requirements", "--no-environment", cwd=work, course=course
        )

    def prepare(self, folders: Sequence[Path]) -> None:
        """Make each submission a notebook."""
        for folder in folders:
            _write(self._work / f"{folder.name}.ipynb", _cells_of(folder))

    def grade(self, folders: Sequence[Path]) -> None:
        """One run per submission, as a script over a class does it."""
        for folder in folders:
            out = self._work / "out" / folder.name
            out.mkdir(parents=True)
            command = ("otter", "run", f"{folder.name}.ipynb", "-a", "autograder.zip", "-o", str(out), "--no-logo")
            self._tools.run(*command, cwd=self._work, course=self._course)

    def passed(self, folder: Path) -> dict[str, bool]:
        """What came out, by check."""
        results = json.loads((self._work / "out" / folder.name / "results.json").read_text())
        told = results["tests"][0]["output"]
        return {name: f"{name} results: All test cases passed!" in told.splitlines() for name in _checks(self._course)}


class Nbgrader:
    """`nbgrader autograde` on all notebooks."""

    def __init__(self, tools: Tools, course: Path, work: Path) -> None:
        self._tools, self._course, self._work = tools, course, work
        work.mkdir(parents=True)
        (work / "nbgrader_config.py").write_text(
            'c = get_config()\nc.CourseDirectory.course_id = "benchmark"\nc.ExecutePreprocessor.timeout = 600\n'
        )
        self._tests = [_test_cell(name) for name in _checks(course)]
        _write(
            work / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", [_solution("raise NotImplementedError"), *self._tests]
        )
        self._tools.run("nbgrader", "generate_assignment", ASSIGNMENT, cwd=work, course=course)

    def prepare(self, folders: Sequence[Path]) -> None:
        """Hand in each submission as a notebook."""
        for folder in folders:
            text = "\n\n".join("".join(cell["source"]) for cell in _cells_of(folder))
            path = self._work / "submitted" / folder.name / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
            _write(path, [_solution(text), *self._tests])

    def grade(self, folders: Sequence[Path]) -> None:
        """One command for all that was handed in."""
        self._tools.run("nbgrader", "autograde", ASSIGNMENT, cwd=self._work, course=self._course)

    def passed(self, folder: Path) -> dict[str, bool]:
        """What came out, by check."""
        path = self._work / "autograded" / folder.name / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        tests = [cell for cell in cells if cell["metadata"].get("nbgrader", {}).get("grade")]
        return {
            cell["metadata"]["nbgrader"]["grade_id"]: all(out["output_type"] != "error" for out in cell["outputs"])
            for cell in tests
        }


def _checks(course: Path) -> list[str]:
    return [spec.id for spec in load(Course(course).rubric(ASSIGNMENT)).checks if spec.part == "code"]


def _cells_of(folder: Path) -> list[dict[str, Any]]:
    return [_cell(path.stem, path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.py"))]


def _solution(text: str) -> dict[str, Any]:
    return _cell("solution", text, grade=False, solution=True, locked=False)


def _test_cell(name: str) -> dict[str, Any]:
    return _cell(
        name, _ASSERT.format(name=name, variables="globals()"), grade=True, solution=False, locked=True, points=1
    )


def _cell(name: str, text: str, **nbgrader: Any) -> dict[str, Any]:
    known = {"grade_id": name, "schema_version": 3, "cell_type": "code", "task": False, **nbgrader}
    metadata = {"nbgrader": known} if nbgrader else {}
    cell = {"cell_type": "code", "id": name[:60], "metadata": metadata, "source": text}
    return {**cell, "execution_count": None, "outputs": []}


def _write(path: Path, cells: list[dict[str, Any]]) -> None:
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    path.parent.mkdir(parents=True, exist_ok=True)
    notebook = {"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(notebook), encoding="utf-8")
