"""From a download to the class's folder: recognised, read, each hand-in brought to whoever it is from, and told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from grader.course.folders import Course
from grader.intake.delivery import ClassFolder, Delivered
from grader.intake.download import Download, RefusedEntry, open_download
from grader.intake.folders import Directory, identity_of_record
from grader.intake.handin import ClassKnowledge, DownloadReading, Importer, read_groups
from grader.intake.importers import importer, recognise
from grader.intake.records import HandInRecord
from grader.intake.roster import Roster, RosterRow, merge


@dataclass
class ImportReport:
    """What became of every entry of a download.

    Args:
        delivered: each hand-in, in the order of the download.
        refused: entries that are taken over nowhere, each with the reason.
        unowned: entries of which nothing says whose they are.
        missing: students of the roster of whom nothing is there.
    """

    system: str
    delivered: list[Delivered] = field(default_factory=list)
    refused: list[RefusedEntry] = field(default_factory=list)
    unowned: list[RefusedEntry] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def has_refused(self) -> bool:
        """Whether something was handed in that could not be taken over."""
        return bool(self.refused or self.unowned) or any(one.unread for one in self.delivered)

    @property
    def unlisted(self) -> list[str]:
        """The ids of those whom no roster has, each once, whatever became of their attempts."""
        return list(
            dict.fromkeys(one.place.student for one in self.delivered if one.folder and not one.place.is_listed)
        )


def import_download(
    course: Course,
    assignment: str,
    path: Path,
    *,
    system: str = "",
    roster: Path | None = None,
    groups: Path | None = None,
    zone: ZoneInfo | None = None,
) -> ImportReport:
    """Bring all that a download holds to the assignment's folder of submissions.

    Args:
        system: the importer's name; recognised by the download's shape where empty.
        roster: a roster or the system's own sheet, beside the course's `roster.csv`.
        groups: who is in which group.
        zone: of times that have none.

    Raises:
        UsageError: the download, a roster or the groups cannot be read, or no system is recognised.
    """
    listed = Roster.near(course, assignment)
    sheet = Roster.read(roster) if roster else Roster()
    with open_download(path) as download:
        chosen = importer(system) if system else recognise(download)
        known = ClassKnowledge(assignment, merge(sheet, listed), read_groups(groups) if groups else {}, zone)
        return _deliver(course.submissions(assignment), chosen, download, known)


def _deliver(folder: Path, chosen: Importer, download: Download, known: ClassKnowledge) -> ImportReport:
    reading = chosen.read(download, known)
    klass = ClassFolder(folder)
    directory = Directory(known.roster, klass.records, chosen.name)
    places = directory.places(reading.hand_ins)
    report = ImportReport(chosen.title, notes=[*download.notes, *reading.notes, *known.roster.notes])
    report.refused += [*download.refused, *reading.refused]
    report.unowned += _left_over(download, reading)
    report.delivered += klass.deliver(places, chosen.name)
    report.notes += _notes(report, reading)
    report.notes += [
        f"{before} is now {now}: grade it anew; what was graded and said under {before} stays there"
        for before, now in klass.moved.items()
    ]
    report.missing += _absent_students(known.roster, klass.records.values(), directory)
    return report


def _absent_students(roster: Roster, records: Iterable[HandInRecord], directory: Directory) -> Iterator[str]:
    """Those of a roster of whom nothing is there, alone or in a group."""
    there = {name for record in records for name in (record.student, *record.members)}
    people = Roster(
        tuple(RosterRow(record.student, identity_of_record(record)) for record in records if not record.group)
    )
    for one in roster.students:
        if directory.folder_of(one.identity, one) not in there and people.find(one.identity) is None:
            yield one.student or one.identity.shown


def _left_over(download: Download, reading: DownloadReading) -> Iterator[RefusedEntry]:
    """Entries that no hand-in has and that are not the system's own."""
    used = {entry.path for hand_in in reading.hand_ins for _, entry in hand_in.files}
    used |= {entry.path for entry in reading.explained} | {one.name for one in reading.refused}
    for entry in download.entries:
        if entry.path not in used:
            yield RefusedEntry(entry.path, "its name does not say whose it is")


def _times(texts: list[str]) -> str:
    return "1 time says" if len(texts) == 1 else f"{len(texts)} times say"


def _notes(report: ImportReport, reading: DownloadReading) -> Iterator[str]:
    """What is worth saying of the whole."""
    moments = [one.moment for one in reading.hand_ins if one.moment.text and one.moment.utc is None]
    if local := [moment.text for moment in moments if moment.wall is not None]:
        yield (
            f"{_times(local)} no zone (such as {local[0]!r}) so that when it was is unknown: "
            "import again with --zone, such as --zone Europe/Berlin"
        )
    if odd := [moment.text for moment in moments if moment.wall is None]:
        yield f"{_times(odd)} nothing that could be read (such as {odd[0]!r}) so that when it was is unknown"
    if report.unowned:
        yield (
            "of what is nobody's nothing is graded: put each file into the folder of whoever handed it in, or give it "
            "a name like the others' in the download and import again; leave out of it what is no hand-in"
        )
    for one in report.delivered:
        if one.place.hand_in.group and not one.place.members:
            yield f"who is in group {one.place.hand_in.group} is not known: give --groups FILE"
