"""`grader new`: an assignment that runs at once, to be changed into one's own."""

from __future__ import annotations

import re
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

import click

from grader.course import Course
from grader.errors import UsageError

NAME = re.compile(r"[a-z][a-z0-9_]{0,40}\Z")
_SUFFIX, _PLACEHOLDER = ".template", "ASSIGNMENT"
_SCHEMA = "rubrics/rubric.schema.json"


@click.command("new")
@click.argument("assignment")
def command(assignment: str) -> None:
    """Make ASSIGNMENT in this course, or in an empty folder that becomes one.

    It comes with a rubric, two checks and a write-up check, a model answer, a misconception, two sample students, a
    handout and tests; `grader grade ASSIGNMENT` works on it. Nothing that is there is overwritten.
    """
    if not NAME.match(assignment):
        way_out = "write a letter, then letters, digits and _, all small, such as hw2"
        raise UsageError(f"expected a name for an assignment, got {assignment!r}; {way_out}")
    root = _course_root(Path.cwd())
    made = make_assignment(root, assignment)
    click.echo(f"Made {assignment} in {root}:")
    for path in made:
        click.echo(f"  {path}")
    click.echo(f"Next: grader grade {assignment}")
    click.echo(f"      then change rubrics/{assignment}.yaml and .py; each key is explained there")


def make_assignment(root: Path, assignment: str) -> list[str]:
    """Write the files of a new assignment; their paths within the course.

    Raises:
        UsageError: something of that name is there already.
    """
    files = template(assignment)
    places = {"/".join(path.split("/")[:2]) for path in files}
    there = sorted(place for place in places if (root / place).exists() or (root / place).is_symlink())
    if there:
        raise UsageError(f"{root} has {', '.join(there)} already: choose another name, or move them away")
    if not (root / _SCHEMA).exists():
        files[_SCHEMA] = _schema()
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        with (root / path).open("x", encoding="utf-8") as file:
            file.write(text)
    return sorted(files)


def template(assignment: str) -> dict[str, str]:
    """The files of a new assignment: path within the course → text."""
    found: dict[str, str] = {}

    def visit(folder: Traversable, prefix: str) -> None:
        for entry in folder.iterdir():
            path = f"{prefix}{entry.name}"
            if entry.is_dir():
                visit(entry, f"{path}/")
            else:
                text = entry.read_text(encoding="utf-8")
                found[path.removesuffix(_SUFFIX).replace(_PLACEHOLDER, assignment)] = text.replace(
                    _PLACEHOLDER, assignment
                )

    visit(resources.files("grader") / "templates" / "assignment", "")
    return found


def _course_root(here: Path) -> Path:
    """The course around a folder, or the folder itself where nothing is in it yet.

    Raises:
        UsageError: it is neither.
    """
    try:
        return Course.around(here).root
    except UsageError:
        if not any(entry for entry in here.iterdir() if not entry.name.startswith(".")):
            return here
        way_out = "go to a course (a folder with rubrics/), or make an empty folder and run this there"
        raise UsageError(f"{here} is in no course and is not empty: {way_out}") from None


def _schema() -> str:
    from grader.rubric.schema import schema_text

    return schema_text()
