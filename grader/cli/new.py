"""`grader new`: an assignment that runs at once, to be changed into one's own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

import click

from grader.course.folders import Course
from grader.errors import UsageError

NAME = re.compile(r"[a-z][a-z0-9_]{0,40}\Z")
_SUFFIX, _PLACEHOLDER = ".template", "ASSIGNMENT"
_SCHEMA = "rubrics/rubric.schema.json"


@click.command("new")
@click.argument("assignment")
@click.option("--around", is_flag=True, help="Begin with a model answer, and a class, that are in the course already.")
@click.argument("folders", nargs=-1, type=click.Path(path_type=Path))
def command(assignment: str, around: bool, folders: tuple[Path, ...]) -> None:
    """Make ASSIGNMENT in this course, or in an empty folder that becomes one.

    It comes with a rubric, two checks and a write-up check, a model answer, a misconception, two sample students, a
    handout and tests; `grader grade ASSIGNMENT` works on it. Nothing that is there is overwritten.

    With --around, FOLDERS are reference/ASSIGNMENT and, where there is one, submissions/ASSIGNMENT, which stay as they
    are: a rubric is made that compares what the model answer's functions return, as far as they answer to numbers.
    """
    if not NAME.match(assignment):
        way_out = "write a letter, then letters, digits and _, all small, such as hw2"
        raise UsageError(f"expected a name for an assignment, got {assignment!r}; {way_out}")
    root = _course_root(Path.cwd())
    if folders and not around:
        raise UsageError(f"got {', '.join(map(str, folders))}: to begin with folders that are there, write --around")
    made = make_around(root, assignment, folders) if around else make_assignment(root, assignment)
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


def make_around(root: Path, assignment: str, folders: Sequence[Path]) -> list[str]:
    """Write the rubric for a model answer that is there; the paths within the course.

    Raises:
        UsageError: the folders are not where a course has them, or there is a rubric already.
    """
    from grader.cli.new_around import rubric_around
    from grader.validation.progress import progress_line

    reference = root / "reference" / assignment
    places = {reference, root / "submissions" / assignment}
    for folder in folders:
        if folder.resolve() not in {place.resolve() for place in places}:
            known = " and ".join(str(place) for place in sorted(places))
            raise UsageError(f"{folder} is not where a course has it: put model answer and class to {known}")
    if not reference.is_dir():
        raise UsageError(f"{reference} is not there: copy the model answer to it, its modules and packages as they are")
    if (root / f"rubrics/{assignment}.yaml").exists() or (root / f"rubrics/{assignment}.py").exists():
        raise UsageError(f"{root}/rubrics has {assignment} already: choose another name, or move it away")
    with progress_line(quiet=False) as tell:
        files = rubric_around(assignment, reference, tell)
    if not (root / _SCHEMA).exists():
        files[_SCHEMA] = _schema()
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
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
        if (here / "reference").is_dir():
            return here
        if not any(entry for entry in here.iterdir() if not entry.name.startswith(".")):
            return here
        way_out = "go to a course (a folder with rubrics/), or make an empty folder and run this there"
        raise UsageError(f"{here} is in no course and is not empty: {way_out}") from None


def _schema() -> str:
    from grader.rubric.schema import schema_text

    return schema_text()
