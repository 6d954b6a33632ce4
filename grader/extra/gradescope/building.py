"""Makes autograder.zip: the course's part for one assignment, grader itself, and the two scripts that are run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import resources
from pathlib import Path

from grader.course.folders import Course
from grader.kit.cases import zip_of
from grader.kit.wheel import CPU_TORCH, pins, wheel
from grader.rubric.files import given_folder
from grader.rubric.loading import load
from grader.worker.files import SKIPPED

SCRIPTS = frozenset(("setup.sh", "run_autograder"))


def autograder(course: Course, assignment: str, pip_options: Sequence[str] = ()) -> bytes:
    """The bytes of autograder.zip; the same course gives the same bytes.

    Args:
        pip_options: lines such as `--extra-index-url URL` for the requirements file.

    Raises:
        RubricError: the rubric is at fault.
    """
    load(course.rubric(assignment))
    wheel_name, content = wheel()
    has_index = any("index-url" in line for line in pip_options)
    torch = [] if has_index else [f"--extra-index-url {CPU_TORCH}"]
    requirements = [*torch, *pip_options, "--constraint constraints.txt", f"./{wheel_name}"]
    files = {
        **{name: _script(name) for name in SCRIPTS},
        wheel_name: content,
        "assignment": f"{assignment}\n".encode(),
        "requirements.txt": "".join(f"{line}\n" for line in requirements).encode(),
        "constraints.txt": "".join(f"{line}\n" for line in pins()).encode(),
        **{f"course/{path}": content for path, content in _course_files(course, assignment)},
    }
    return zip_of(files, executable=SCRIPTS)


def _script(name: str) -> bytes:
    return resources.files("grader.extra.gradescope").joinpath("zip", name).read_bytes()


def _course_files(course: Course, assignment: str) -> Iterator[tuple[str, bytes]]:
    """What grading an assignment reads: its rubric, what lies beside it and what it gives, and the model answer."""
    rubric = course.rubric(assignment)
    handout = load(rubric).handout
    own = [rubric, rubric.with_suffix(".py"), *([rubric.parent / handout] if handout else [])]
    folders = (given_folder(course.reference(assignment)), course.reference(assignment))
    others = {*course.assignments} - {assignment}
    beside = (path for path in _files(rubric.parent) if _owner(path.relative_to(rubric.parent)) not in others)
    for path in sorted({*filter(Path.is_file, own), *beside, *(path for folder in folders for path in _files(folder))}):
        yield path.relative_to(course.root).as_posix(), path.read_bytes()


def _owner(path: Path) -> str:
    """The assignment that a file in the rubrics' folder belongs to, if there is one of this name."""
    return path.parts[0].partition(".")[0]


def _files(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        parts = path.relative_to(folder).parts
        if path.is_file() and SKIPPED.isdisjoint(parts) and not any(part.startswith(".") for part in parts):
            yield path
