"""A course folder of its own for a benchmark: the rubric as it is or its code checks alone, and a synthetic class."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import yaml

from benchmarks.synthetic import generate
from grader.course.folders import Course
from grader.rubric.loading import load

ROOT = Path(__file__).parent.parent
ASSIGNMENT = "hw1"
CACHE = ".grader_cache"
# The check whose tolerance is changed: a loss, with as many examples as most.
CHANGED = "mse_loss_matches_torch"


def make_course(folder: Path, students: int, *, code_only: bool, hostile: float = 0.0) -> list[Path]:
    """A course in `folder`; its submissions, in order."""
    source = Course(ROOT)
    shutil.copytree(source.reference(ASSIGNMENT), folder / "reference" / ASSIGNMENT)
    (folder / "rubrics").mkdir()
    for path in sorted(source.rubric(ASSIGNMENT).parent.glob(f"{ASSIGNMENT}.*")):
        shutil.copy(path, folder / "rubrics")
    content = _content(folder)
    code = {spec.id for spec in load(source.rubric(ASSIGNMENT)).checks if spec.part == "code"}
    for question in content["questions"] if code_only else ():
        question["checks"] = [
            check for check in question["checks"] if "matches_reference" in check or check["check"] in code
        ]
    _write(folder, content)
    return generate(folder / "submissions" / ASSIGNMENT, students, seed=0, hostile=hostile)


def change_tolerance(folder: Path) -> None:
    """Give one check twice its relative tolerance."""
    content = _content(folder)
    [check] = [one for question in content["questions"] for one in question["checks"] if one.get("check") == CHANGED]
    first, *others = check["tolerance"] if isinstance(check["tolerance"], list) else [check["tolerance"]]
    check["tolerance"] = [{**first, "rtol": 2 * float(first["rtol"])}, *others]
    _write(folder, content)


def forget(folder: Path, *, cases: bool) -> None:
    """Remove what earlier runs left: the results, and on demand the cases that were kept."""
    for name in ("results", CACHE) if cases else ("results",):
        shutil.rmtree(folder / name, ignore_errors=True)


def _rubric(folder: Path) -> Path:
    return folder / "rubrics" / f"{ASSIGNMENT}.yaml"


def _content(folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(_rubric(folder).read_text(encoding="utf-8"))
    return content


def _write(folder: Path, content: dict[str, Any]) -> None:
    _rubric(folder).write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
