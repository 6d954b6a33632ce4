"""Makes autograder.zip: the course's part for one assignment, grader itself, and the two scripts that are run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import resources

from grader.course.folders import Course
from grader.kit.cases import zip_of
from grader.kit.wheel import CPU_TORCH, pins, wheel
from grader.rubric.loading import load

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
    """What grading an assignment reads: its rubric, the Python beside it, its handout, and the model answer."""
    rubric = course.rubric(assignment)
    handout = load(rubric).handout
    beside = [path for path in rubric.parent.glob("*.py") if not path.with_suffix(".yaml").exists()]
    wanted = [rubric, rubric.with_suffix(".py"), *beside, *([rubric.parent / handout] if handout else [])]
    wanted += [path for path in course.reference(assignment).rglob("*") if "__pycache__" not in path.parts]
    for path in sorted(set(wanted)):
        if path.is_file():
            yield path.relative_to(course.root).as_posix(), path.read_bytes()
