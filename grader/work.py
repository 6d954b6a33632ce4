"""Which submission lies at a path, and what it belongs to; known in a moment, before anything is loaded."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

from grader.course import Course
from grader.errors import UsageError
from grader.rubric import load

# What marks the folder that `grader kit` hands out, and says of which assignment it is.
KIT_MARKER = "grader-kit.yaml"


@dataclass(frozen=True)
class Work:
    """A submission's folder, and where its assignment comes from: a kit or a course."""

    kind: Literal["kit", "course"]
    root: Path
    assignment: str
    submission: Path


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
    if assignment:  # a folder from anywhere, checked against the course that one is in
        course = Course.around(Path.cwd())
        course.rubric(assignment)
        return Work("course", course.root, assignment, start)
    raise UsageError(
        f"{path} lies in no kit and in no course: no folder from it upwards has {KIT_MARKER} or rubrics/; "
        "go to the folder that you were handed out, or name it"
    )


def _of_kit(folder: Path, assignment: str) -> Work:
    name = marker(folder)["assignment"]
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


def marker(folder: Path) -> dict[str, Any]:
    """What a kit says of itself.

    Raises:
        UsageError: it is not readable.
    """
    try:
        content = yaml.safe_load((folder / KIT_MARKER).read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise UsageError(f"{folder / KIT_MARKER} cannot be read: {error}; unpack the kit once more") from None
    if not isinstance(content, dict) or not isinstance(content.get("assignment"), str):
        raise UsageError(f"{folder / KIT_MARKER} does not say of which assignment the kit is; unpack the kit once more")
    return content


def modules_of(work: Work) -> tuple[str, ...]:
    """What a submission may import beside the standard library; known before the assignment is loaded."""
    if work.kind == "kit":
        return tuple(map(str, marker(work.root).get("modules", ())))
    return load(Course(work.root).rubric(work.assignment)).modules
