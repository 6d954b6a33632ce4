"""Which submission lies at a path, and what it belongs to; known in a moment, before anything is loaded."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

from grader.course.folders import Course
from grader.errors import UsageError

# What marks the folder that `grader kit` hands out, and says of which assignment it is.
KIT_MARKER = "grader-kit.yaml"


@dataclass(frozen=True)
class Workspace:
    """A submission's folder, and where its assignment comes from: a kit or a course."""

    kind: Literal["kit", "course"]
    root: Path
    assignment: str
    submission: Path


def locate_workspace(path: Path, assignment: str = "") -> Workspace:
    """The work that `path` lies in, and whose it is to say what it is checked against.

    A course decides over all that lies in its `submissions/`, then the course that the working directory is in: what
    is handed in is never looked at for a rubric. Only where there is no course the nearest kit upwards counts, which
    is a student's own.

    Args:
        assignment: what the folder is checked against, where its place does not say so.

    Raises:
        UsageError: there is neither, or it is not clear which submission is meant.
    """
    start = path.resolve()
    start = start.parent if start.is_file() else start
    holding = [one for one in start.parents if _is_course(one) and start.is_relative_to(one / "submissions")]
    if holding:
        return _in_class(Course(holding[-1]), start, path, assignment)  # a student may have put another one within
    course = _course_around(start)
    if course is not None and assignment:  # a folder from anywhere
        course.rubric(assignment)
        return Workspace("course", course.root, assignment, start)
    kit = next((one for one in (start, *start.parents) if (one / KIT_MARKER).is_file()), None)
    if kit is not None and course is None:
        return _of_kit(kit, assignment)
    if course is not None and (kit is not None or start.is_relative_to(course.root)):
        raise _unplaced_error(course, path)
    if _is_course(start):
        raise _unplaced_error(Course(start), path)
    raise UsageError(
        f"{path} lies in no kit and in no course: no folder from it upwards has {KIT_MARKER} or rubrics/; "
        "go to the folder that you were handed out, or name it"
    )


def is_own_kit(folder: Path) -> bool:
    """Whether a folder is a kit around which there is no course: somebody's own work, and nobody else's to judge."""
    return (folder / KIT_MARKER).is_file() and _course_around(folder) is None


def _course_around(start: Path) -> Course | None:
    """The course that the working directory is in, or else that is around a folder; never one within that folder."""
    here = Path.cwd()
    own = [folder for folder in (here, *here.parents) if not folder.is_relative_to(start)]
    return next((Course(folder) for folder in (*own, *start.parents) if _is_course(folder)), None)


def _is_course(folder: Path) -> bool:
    return (folder / "rubrics").is_dir() and not (folder / KIT_MARKER).is_file()


def _unplaced_error(course: Course, path: Path) -> UsageError:
    known = course.assignments[0] if course.assignments else "hw1"
    return UsageError(
        f"{path} is not in submissions/ASSIGNMENT/STUDENT/ of the course {course.root}, and no rubric within it "
        f"counts: name such a folder, or say in the course what it is checked against: --assignment {known}"
    )


def _of_kit(folder: Path, assignment: str) -> Workspace:
    name = marker(folder)["assignment"]
    if assignment not in ("", name):
        raise UsageError(f"the kit in {folder} is of {name}, not of {assignment}: leave --assignment out")
    return Workspace("kit", folder, name, folder)


def _in_class(course: Course, start: Path, path: Path, assignment: str) -> Workspace:
    parts = start.relative_to(course.root).parts
    place = parts[1] if len(parts) > 2 else ""
    if not (assignment or place):
        raise _unplaced_error(course, path)
    course.rubric(assignment or place)
    is_inside = place and assignment in ("", place)
    return Workspace(
        "course", course.root, assignment or place, course.submissions(place) / parts[2] if is_inside else start
    )


def marker(folder: Path) -> dict[str, Any]:
    """What a kit says of itself.

    Raises:
        UsageError: it is not readable.
    """
    try:
        content = _parse_marker((folder / KIT_MARKER).read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise UsageError(f"{folder / KIT_MARKER} cannot be read: {error}; unpack the kit once more") from None
    if not isinstance(content, dict) or not isinstance(content.get("assignment"), str):
        raise UsageError(f"{folder / KIT_MARKER} does not say of which assignment the kit is; unpack the kit once more")
    return content


@functools.lru_cache(maxsize=8)
def _parse_marker(text: str) -> Any:
    return yaml.safe_load(text)


def called_modules(work: Workspace, questions: Iterable[str]) -> tuple[str, ...]:
    """The submission's modules that the checks of some questions call; none where that is not known beforehand.

    Args:
        questions: all where none is named.
    """
    if work.kind != "kit":
        return ()
    calls = marker(work.root).get("calls")
    if not isinstance(calls, dict):
        return ()
    wanted = list(questions) or list(calls)
    if not all(isinstance(calls.get(question), list) for question in wanted):
        return ()
    return tuple(dict.fromkeys(str(module) for question in wanted for module in calls[question]))


def modules_of(work: Workspace) -> tuple[str, ...]:
    """What a submission may import beside the standard library; known before the assignment is loaded."""
    if work.kind == "kit":
        return tuple(map(str, marker(work.root).get("modules", ())))
    from grader.rubric.loading import load  # which takes a while, and a kit has said it

    return load(Course(work.root).rubric(work.assignment)).modules
