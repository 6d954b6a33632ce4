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
from grader.course.folders import Course
from grader.errors import GraderError
from grader.export.gradescope import AGAIN, SubmissionTimes, gradescope
from grader.extra.gradescope.memory import PeakMemory, limit_mib
from grader.grading.one_submission import grade
from grader.intake.reading import read_folder
from grader.intake.submission import Submission, identifier
from grader.model.record import ResultRecord, checks_of
from grader.rubric.titles import titles_of
from grader.sandbox.isolated import ForkedSandbox

# Submissions that fail take somewhat more than the model answer, 1.02 times as much in hw1; see benchmarks.gradescope.
_MARGIN = 1.2
_NOTHING = "No file was handed in: upload the files that the task names, or a zip of them."


def prepare(root: Path) -> bool:
    """Draw all cases once for all submissions, which the image keeps; then grade the model answer as one of them.

    Returns:
        Whether it could be graded; points and memory are printed for whoever reads the log of the build.
    """
    try:
        assignment = _assignment(root)
    except GraderError as error:
        print(f"grader: {error}", file=sys.stderr)
        return False
    reference = Course(root / "source" / "course").reference(assignment.name)
    sandbox = ForkedSandbox(assignment.rubric.modules, "auto")
    with PeakMemory() as peak:
        try:
            line = grade(assignment, replace(read_folder(reference), id="reference"), sandbox).to_json()
        finally:
            sandbox.close()
    if line["score"] is None:
        print("The model answer could not be graded here:", *_faults_of(line), sep="\n", file=sys.stderr)
        return False
    print(f"The model answer earns {line['score']:g} of {line['max_score']:g} points here.")
    print(_memory_sentence(peak.mib, limit_mib()))
    return True


def _memory_sentence(peak: int, limit: int | None) -> str:
    """What the grading took, and which container is large enough for submissions that take more."""
    needed = round(peak * _MARGIN)
    told = f"It took {peak} MiB of memory at most; failing submissions take somewhat more: allow {needed} MiB."
    if limit is not None and needed > limit:
        return f"{told} This container has {limit} MiB: choose a larger one under Container Specifications."
    return f"{told} Choose at least as much under Container Specifications."


def run(root: Path) -> bool:
    """Grade what lies in `submission` and write `results/results.json`; whether there is a score.

    Args:
        root: Gradescope's folder, which is /autograder there.
    """
    try:
        document = _grade(root)
    except GraderError as error:
        print(f"grader: {error}", file=sys.stderr)
        document = {"output": AGAIN}
    except Exception:  # whatever it is, it must not look like a zero
        traceback.print_exc()
        document = {"output": AGAIN}
    return _write(document, root / "results") and "score" in document


def _write(document: Mapping[str, Any], folder: Path) -> bool:
    """Write the document whole or not at all; whether that went."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        fresh = folder / "results.json.new"
        fresh.write_text(json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")
        fresh.replace(folder / "results.json")
    except OSError as error:
        told = error.strerror or str(error)
        print(f"grader: {folder / 'results.json'} cannot be written: {told}. Make room, run it again.", file=sys.stderr)
        return False
    return True


def _grade(root: Path) -> dict[str, Any]:
    metadata = _metadata(root / "submission_metadata.json")
    assignment = _assignment(root)
    sandbox = ForkedSandbox(assignment.rubric.modules, "auto")
    try:
        line = grade(assignment, _submission(root / "submission", metadata), sandbox).to_json()
    finally:
        sandbox.close()
    for told in _faults_of(line):
        print(told, file=sys.stderr)
    return gradescope(line, SubmissionTimes.of(metadata), _titles(root, assignment))


def _assignment(root: Path) -> Assignment:
    source = root / "source"
    return load_assignment(Course(source / "course"), (source / "assignment").read_text(encoding="utf-8").strip())


def _faults_of(line: ResultRecord) -> list[str]:
    """What could not be run, and why."""
    return [f"{check['id']}: {check['feedback']}" for check in checks_of(line) if check["status"] == "ungraded"]


def _titles(root: Path, assignment: Assignment) -> dict[str, str]:
    python = Course(root / "source" / "course").rubric(assignment.name).with_suffix(".py")
    return titles_of(assignment.rubric, python.read_bytes() if python.is_file() else b"")


def _metadata(path: Path) -> Mapping[str, Any]:
    """What Gradescope tells of the submission; nothing where it does not, as in a run by hand."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except OSError:
        return {}
    except (ValueError, RecursionError) as error:
        why = "is no JSON" if isinstance(error, ValueError) else "is nested too deeply"
        print(f"grader: {path} {why}: what it tells of the submission is left out.", file=sys.stderr)
        return {}
    return told if isinstance(told, dict) else {}


def _submission(folder: Path, metadata: Mapping[str, Any]) -> Submission:
    """The files that were uploaded."""
    name = str(metadata.get("id") or "submission").encode("utf-8", "replace").decode()  # half a pair of surrogates
    found = replace(read_folder(folder), id=identifier(name))
    return found if found.files or found.others or found.unread else replace(found, notes=(*found.notes, _NOTHING))
