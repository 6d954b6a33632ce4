"""Makes autograder.zip: the course's part for one assignment, grader itself, and the two scripts that are run."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Sequence
from importlib import resources
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from grader.course import Course
from grader.kit.cases import archived
from grader.rubric import load

SCRIPTS = frozenset(("setup.sh", "run_autograder"))
_REQUIREMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def autograder(course: Course, assignment: str, pip_options: Sequence[str] = ()) -> bytes:
    """The bytes of autograder.zip; the same course gives the same bytes.

    Args:
        pip_options: lines such as `--extra-index-url URL` for the requirements file.

    Raises:
        RubricError: the rubric is at fault.
    """
    load(course.rubric(assignment))
    own = distribution("grader")
    wheel_name, wheel = _wheel(own)
    requirements = [*pip_options, "--constraint constraints.txt", f"./{wheel_name}"]
    files = {
        **{name: _script(name) for name in SCRIPTS},
        wheel_name: wheel,
        "assignment": f"{assignment}\n".encode(),
        "requirements.txt": "".join(f"{line}\n" for line in requirements).encode(),
        "constraints.txt": "".join(f"{line}\n" for line in _pins(own)).encode(),
        **{f"course/{path}": content for path, content in _course_files(course, assignment)},
    }
    return archived(files, executable=SCRIPTS)


def _script(name: str) -> bytes:
    return resources.files("grader.gradescope").joinpath("zip", name).read_bytes()


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


def _wheel(own: Distribution) -> tuple[str, bytes]:
    """A wheel of the grader that runs now, by its file's name."""
    package = Path(__file__).parent.parent
    info = f"grader-{own.version}.dist-info"
    files = {
        f"grader/{path.relative_to(package).as_posix()}": path.read_bytes()
        for path in package.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    files[f"{info}/METADATA"] = (own.read_text("METADATA") or "").encode()
    files[f"{info}/entry_points.txt"] = (own.read_text("entry_points.txt") or "").encode()
    files[f"{info}/WHEEL"] = b"Wheel-Version: 1.0\nGenerator: grader\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    record = f"{info}/RECORD"
    lines = [f"{name},sha256={_digest(files[name])},{len(files[name])}" for name in sorted(files)]
    files[record] = "\n".join([*lines, f"{record},,", ""]).encode()
    return f"grader-{own.version}-py3-none-any.whl", archived(files)


def _digest(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()


def _pins(own: Distribution) -> list[str]:
    """The versions of all that grader needs, as they are installed here; without the mark of a local build."""
    found: dict[str, str] = {}
    todo = [own]
    while todo:
        for requirement in todo.pop().requires or []:
            name = _REQUIREMENT.match(requirement)
            key = re.sub("[-_.]+", "-", name[0]).lower() if name else ""
            if name is None or "extra ==" in requirement or key in found:
                continue
            try:
                needed = distribution(name[0])
            except PackageNotFoundError:  # for another system or Python
                continue
            found[key] = f"{needed.metadata['Name']}=={needed.version.partition('+')[0]}"
            todo.append(needed)
    return sorted(found.values(), key=str.lower)
