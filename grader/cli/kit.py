"""`grader kit`: what students get of an assignment, or what Gradescope gets."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from grader.course.folders import Course
    from grader.kit.making import Kit


@click.command("kit")
@click.argument("assignment")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="DIR", help="Where the kit goes: a new or empty folder."
)
@click.option("--force", is_flag=True, help="Replace the kit that is in DIR; other files there stay.")
@click.option(
    "--seed", type=click.IntRange(0, 2**32 - 1), help="Draw the kit's cases from this seed, which students see."
)
@click.option(
    "--install-from",
    multiple=True,
    metavar="SPEC",
    help="A line of the students' requirements.txt: an option of pip's, or where grader comes from instead of the wheel"
    " in the kit; may be given several times.",
)
@click.option(
    "--gradescope", is_flag=True, help="Make DIR/autograder.zip for Gradescope instead; it is not for students."
)
def command(
    assignment: str, out: Path | None, force: bool, seed: int | None, install_from: tuple[str, ...], gradescope: bool
) -> None:
    """Make what the students of ASSIGNMENT get: a folder that they can check their work in, offline.

    It holds the handout, starter modules, the visible checks with their inputs and expected outputs as data, grader
    itself, a workflow for GitHub and a README. No code of the model answer, of a hidden check or of a known mistake.
    """
    from grader.course.folders import Course
    from grader.errors import UsageError

    course = Course.around(Path.cwd())
    course.rubric(assignment)
    if out is None:
        raise UsageError(f"say where it goes: --out ../{assignment}-kit, or any other folder outside of the course")
    if gradescope:
        _gradescope(course, assignment, out, force, [line for line in install_from if line.startswith("-")])
        return
    _make_room(out, force)
    kit = _make(course.root, assignment, seed, install_from)
    for path, content in kit.files.items():
        (out / path).parent.mkdir(parents=True, exist_ok=True)
        (out / path).write_bytes(content)
    size = sum(map(len, kit.files.values()))
    click.echo(f"Made the kit of {assignment} in {out}: {len(kit.files)} files, {size / 1e6:.1f} MB.")
    for note in kit.notes:
        click.echo(f"Note: {note}.")
    click.echo(
        f"Look through {out / 'rubrics' / (assignment + '.py')}: what visible checks compute, students can read."
    )
    if out.resolve().is_relative_to(course.root.resolve()):
        click.echo("Try it as a student would: copy it out of this course, and there: grader check")
    else:
        click.echo(f"Try it: cd {shlex.quote(str(out))} && grader check")


def _gradescope(course: Course, assignment: str, out: Path, force: bool, pip_options: list[str]) -> None:
    from grader.errors import UsageError
    from grader.extra.gradescope.building import autograder

    file = out / "autograder.zip"
    if file.exists() and not force:
        raise UsageError(f"{file} is there already: replace it with --force")
    content = autograder(course, assignment, pip_options)
    out.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    click.echo(f"Made {file}, {len(content) / 1e6:.1f} MB: upload it under Configure Autograder.")
    click.echo("It holds the model answer and the hidden checks: it is for Gradescope, and nobody else.")


def _make(root: Path, assignment: str, seed: int | None, install_from: tuple[str, ...]) -> Kit:
    import sys

    from grader.course.folders import Course
    from grader.errors import UsageError
    from grader.kit.making import make_kit, public_seed
    from grader.rubric.loading import load
    from grader.terminal.progress import ProgressBars

    course = Course(root)
    grading = load(course.rubric(assignment)).seed
    if seed == grading:
        raise UsageError(f"{seed} is the seed that submissions are graded with; students would know what is drawn")
    with ProgressBars(quiet=not sys.stderr.isatty()).show_preparing(assignment) as prepared:
        chosen = public_seed(assignment, grading) if seed is None else seed
        return make_kit(course, assignment, seed=chosen, install_from=install_from, progress=prepared)


def _make_room(out: Path, force: bool) -> None:
    """See that the kit has a folder, and that nothing is lost by it."""
    from grader.course.workspace import KIT_MARKER, marker
    from grader.errors import UsageError

    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return
    if not (out / KIT_MARKER).is_file():
        raise UsageError(f"{out} is not empty and holds no kit: name a new folder")
    if not force:
        raise UsageError(f"{out} holds a kit already: replace it with --force, or name a new folder")
    root = out.resolve()
    for name in marker(out).get("files", []):
        path = (root / str(name)).resolve()
        if path.is_relative_to(root) and path.is_file():
            path.unlink()
