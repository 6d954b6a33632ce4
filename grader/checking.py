"""What a student's own check works on: which submission lies at a path, and the visible part of its assignment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

import yaml

from grader.assignment import Assignment, load_assignment
from grader.course import Course
from grader.errors import UsageError
from grader.rubric import Rubric, load

# What marks the folder that `grader kit` hands out, and says of which assignment it is.
KIT_MARKER = "grader-kit.yaml"


@dataclass(frozen=True)
class Work:
    """A submission's folder, and where its assignment comes from: a kit or a course."""

    kind: Literal["kit", "course"]
    root: Path
    assignment: str
    submission: Path


@dataclass(frozen=True)
class LeftOut:
    """Checks of a question that are not run here."""

    checks: int
    points: Fraction


@dataclass(frozen=True)
class Visible:
    """The part of an assignment that its students may run, and how much there is beside it, by question."""

    assignment: Assignment
    left_out: Mapping[str, LeftOut]


def found(path: Path, assignment: str = "") -> Work:
    """The work that `path` lies in: the nearest kit upwards, else a student's folder of a course.

    Args:
        assignment: what the folder is checked against, where its place does not say so.

    Raises:
        UsageError: there is neither, or it is not clear which submission is meant.
    """
    start = path.resolve()
    start = start.parent if start.is_file() else start
    for folder in (start, *start.parents):
        if (folder / KIT_MARKER).is_file():
            return _of_kit(folder, assignment)
        if (folder / "rubrics").is_dir():
            return _of_course(Course(folder), start, path, assignment)
    raise UsageError(
        f"{path} lies in no kit and in no course: no folder from it upwards has {KIT_MARKER} or rubrics/; "
        "go to the folder that you were handed out, or name it"
    )


def _of_kit(folder: Path, assignment: str) -> Work:
    name = str(_marker(folder).get("assignment", ""))
    if assignment not in ("", name):
        raise UsageError(f"the kit in {folder} is of {name}, not of {assignment}: leave --assignment out")
    return Work("kit", folder, name, folder)


def _of_course(course: Course, start: Path, path: Path, assignment: str) -> Work:
    parts = start.relative_to(course.root).parts
    place = parts[1] if len(parts) > 2 and parts[0] == "submissions" else ""
    if assignment:
        course.rubric(assignment)
        inside = place == assignment
        return Work("course", course.root, assignment, course.submissions(place) / parts[2] if inside else start)
    if not place:
        known = course.assignments[0] if course.assignments else "hw1"
        raise UsageError(
            f"{path} lies in the course {course.root}, but not in submissions/ASSIGNMENT/STUDENT/: name such a folder, "
            f"or say what it is checked against: --assignment {known}"
        )
    course.rubric(place)
    return Work("course", course.root, place, course.submissions(place) / parts[2])


def _marker(folder: Path) -> dict[str, Any]:
    """What a kit says of itself.

    Raises:
        UsageError: it is not readable.
    """
    try:
        content = yaml.safe_load((folder / KIT_MARKER).read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise UsageError(f"{folder / KIT_MARKER} cannot be read: {error}; unpack the kit once more") from None
    if not isinstance(content, dict):
        raise UsageError(f"{folder / KIT_MARKER} does not say of which assignment the kit is; unpack the kit once more")
    return content


def modules_of(work: Work) -> tuple[str, ...]:
    """What a submission may import beside the standard library; known before the assignment is loaded."""
    if work.kind == "kit":
        return tuple(map(str, _marker(work.root).get("modules", ())))
    return load(Course(work.root).rubric(work.assignment)).modules


def visible(work: Work, only: frozenset[str], progress: Callable[[int, int], None]) -> Visible:
    """Load the part of an assignment that its students may run.

    Args:
        only: the questions wanted; all where empty.
        progress: told how many checks are ready, of how many.

    Raises:
        UsageError: a question is wanted that there is not.
    """
    whole, counted = _kit(work) if work.kind == "kit" else _course(work, only, progress)
    rubric = _shown(whole.rubric, only)
    wanted = {name: left for name, left in counted.items() if not only or name in only}
    return Visible(replace(whole, rubric=rubric), wanted)


def _kit(work: Work) -> tuple[Assignment, dict[str, LeftOut]]:
    assignment: Assignment = import_module("grader.kit").load_kit(work.root)
    return assignment, _counted(_marker(work.root).get("left_out", {}))


def _course(
    work: Work, only: frozenset[str], progress: Callable[[int, int], None]
) -> tuple[Assignment, dict[str, LeftOut]]:
    assignment = load_assignment(Course(work.root), work.assignment, only=only, progress=progress)
    return assignment, _hidden(assignment.rubric)


def _shown(rubric: Rubric, only: frozenset[str]) -> Rubric:
    known = [question.id for question in rubric.questions]
    if unknown := only - set(known):
        raise UsageError(
            f"--only names {', '.join(sorted(unknown))}; {rubric.assignment} has the questions {', '.join(known)}"
        )
    wanted = [question for question in rubric.questions if not only or question.id in only]
    return replace(rubric, questions=tuple(wanted)).restricted(lambda spec: spec.visibility == "visible")


def _hidden(rubric: Rubric) -> dict[str, LeftOut]:
    hidden = rubric.restricted(lambda spec: spec.visibility != "visible")
    return {question.id: LeftOut(len(question.checks), question.points) for question in hidden.questions}


def _counted(left_out: Mapping[str, Mapping[str, Any]]) -> dict[str, LeftOut]:
    """`{q2: {checks: 2, points: "3"}}` as a kit's marker has it."""
    return {name: LeftOut(int(entry["checks"]), Fraction(str(entry["points"]))) for name, entry in left_out.items()}
