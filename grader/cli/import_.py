"""`grader import`: from what an instructor downloads to submissions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from grader.errors import UsageError, display
from grader.export.escaping import terminal

if TYPE_CHECKING:
    from grader.intake.delivery import Delivered
    from grader.intake.importing import ImportReport


@click.command("import")
@click.argument("assignment")
@click.argument("download", type=click.Path(path_type=Path))
@click.option(
    "--from", "system", default="", metavar="SYSTEM", help="Where it was downloaded; recognised by its shape."
)
@click.option(
    "--roster",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The system's own sheet (Canvas's gradebook, Moodle's worksheet, …), beside the course's roster.csv.",
)
@click.option(
    "--groups",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Who is in which group: a table with group,login.",
)
@click.option("--zone", default="", metavar="ZONE", help="The zone of times that have none [the rubric's].")
def command(assignment: str, download: Path, system: str, roster: Path | None, groups: Path | None, zone: str) -> None:
    """Bring the submissions in DOWNLOAD to submissions/ASSIGNMENT/<student>/.

    DOWNLOAD is what Canvas, Moodle, Gradescope, Blackboard, Brightspace, Sakai, ILIAS, nbgrader, PrairieLearn or
    Submitty give out, or a folder of clones from GitHub: an archive or a folder. The same download twice changes
    nothing; a new attempt takes the place of the old one, which is kept.

    Exit code 1 where something that was handed in could not be taken over, 2 for a wrong call or file.
    """
    from grader.course.folders import Course
    from grader.intake.importing import import_download
    from grader.rubric.loading import load

    course = Course.around(Path.cwd())
    rules = load(course.rubric(assignment)).late
    chosen = _zone(zone) or (rules.zone if rules else None)
    report = import_download(course, assignment, download, system=system, roster=roster, groups=groups, zone=chosen)
    _print(report, course.submissions(assignment))
    if report.has_refused:
        raise SystemExit(1)


def _zone(name: str) -> ZoneInfo | None:
    """The zone of that name.

    Raises:
        UsageError: there is none.
    """
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):
        raise UsageError(f"--zone: expected a time zone such as Europe/Berlin, got {name!r}") from None


def _print(report: ImportReport, folder: Path) -> None:
    done = report.delivered
    counts = {
        outcome: sum(one.outcome == outcome for one in done) for outcome in dict.fromkeys(one.outcome for one in done)
    }
    said = ", ".join(f"{count} {outcome}" for outcome, count in counts.items()) or "no submission"
    click.echo(f"{report.system}: {said} → {display(folder)}")
    for one in done:
        click.echo(terminal(_line(one), keep_newlines=False))
    refused = [f"{one.name}: {one.reason}" for one in report.refused]
    refused += [f"{one.folder or one.place.student}: {path}: {reason}" for one in done for path, reason in one.unread]
    _list("Refused, and not read when graded", refused)
    _list("Nobody's, and not taken over", [f"{one.name}: {one.reason}" for one in report.unowned])
    _list("Not on the roster", report.unlisted)
    _list("Nothing handed in", report.missing)
    _list("Note", list(dict.fromkeys(report.notes)))


def _line(one: Delivered) -> str:
    hand_in = one.place.hand_in
    late = {True: ", late", False: "", None: ""}[hand_in.late]
    when = f", {hand_in.moment.utc or hand_in.moment.text}" if hand_in.moment.text else ""
    files = f"{one.n_files} file{'s' * (one.n_files != 1)}"
    attempt = f", attempt {one.attempt}" if one.attempt > 1 else ""
    where = f"  {one.folder or '–'}  {one.outcome}: {files}{attempt}{late}{when}  ← {hand_in.label}"
    return f"{where}: {one.note}" if one.note else where


def _list(title: str, lines: Sequence[str]) -> None:
    if lines:
        click.echo(f"{title} ({len(lines)}):")
        for line in lines:
            click.echo(f"  {terminal(line, keep_newlines=False)}")
