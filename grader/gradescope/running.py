"""What the autograder does on Gradescope: grades the submission that was uploaded, and writes results.json."""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from grader.assignment import Assignment, load_assignment
from grader.course import Course
from grader.errors import GraderError
from grader.export.gradescope import AGAIN, Lateness, gradescope
from grader.grading import grade
from grader.sandbox.forked import ForkedSandbox
from grader.submission import Submission, identifier, read_folder


def prepare(root: Path) -> None:
    """Draw all cases and run the model answer, once for all submissions: the image keeps them."""
    _assignment(root)


def run(root: Path) -> bool:
    """Grade what lies in `submission` and write `results/results.json`; whether there is a score.

    Args:
        root: Gradescope's folder, which is /autograder there.
    """
    try:
        document = _graded(root)
    except GraderError as error:
        print(f"grader: {error}", file=sys.stderr)
        document = {"output": AGAIN}
    except Exception:  # whatever it is, it must not look like a zero
        traceback.print_exc()
        document = {"output": AGAIN}
    folder = root / "results"
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / "results.json.new"
    fresh.write_text(json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")
    fresh.replace(folder / "results.json")
    return "score" in document


def _graded(root: Path) -> dict[str, Any]:
    metadata = _metadata(root / "submission_metadata.json")
    assignment = _assignment(root)
    sandbox = ForkedSandbox(assignment.rubric.modules, "auto")
    try:
        line = grade(assignment, _submission(root / "submission", metadata), sandbox).to_json()
    finally:
        sandbox.close()
    for check in (check for question in line["questions"] for check in question["checks"]):
        if check["status"] == "ungraded":
            print(f"{check['id']}: {check['feedback']}", file=sys.stderr)
    return gradescope(line, Lateness.of(metadata))


def _assignment(root: Path) -> Assignment:
    source = root / "source"
    return load_assignment(Course(source / "course"), (source / "assignment").read_text(encoding="utf-8").strip())


def _metadata(path: Path) -> Mapping[str, Any]:
    """What Gradescope tells of the submission; nothing where it does not, as in a run by hand."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def _submission(folder: Path, metadata: Mapping[str, Any]) -> Submission:
    """The files that were uploaded, as one folder within it where they came as such."""
    within = [path for path in folder.iterdir() if not path.name.startswith((".", "__MACOSX"))]
    alone = within[0] if len(within) == 1 and within[0].is_dir() and not within[0].is_symlink() else folder
    return replace(read_folder(alone), id=identifier(str(metadata.get("id") or "submission")))
