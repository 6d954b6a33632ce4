"""What an importer makes of a download: hand-ins, each with whoever it is from; and what an importer is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from grader.errors import UsageError, display
from grader.intake.download import Download, DownloadEntry, RefusedEntry
from grader.intake.moment import UNKNOWN, Moment
from grader.intake.roster import NOBODY, Roster, columns_of, head_text, header_row, identity_of, read_sheet
from grader.model.identity import Identity, name_key


@dataclass(frozen=True)
class HandIn:
    """One attempt of a student or a group.

    Args:
        source_id: what the system calls it where the person's own ids say nothing.
        label: what the download calls it, for people.
        files: path in the student's folder, and the entry whose content belongs there.
        mark: what tells this attempt from one with the same files; empty where the download does not.
        group: the group's name; its `members` are who they are.
    """

    who: Identity
    source_id: str
    label: str
    files: tuple[tuple[str, DownloadEntry], ...]
    moment: Moment = UNKNOWN
    late: bool | None = None
    mark: str = ""
    group: str = ""
    members: tuple[Identity, ...] = ()


@dataclass(frozen=True)
class DownloadReading:
    """All that a download holds: hand-ins in the order of attempts.

    Args:
        explained: entries that are the system's own, and nobody's hand-in.
        refused: what cannot be taken over, each with the reason.
    """

    hand_ins: tuple[HandIn, ...]
    explained: tuple[DownloadEntry, ...] = ()
    refused: tuple[RefusedEntry, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class StudentGroup:
    """A group by its own name, and who is in it."""

    name: str
    members: tuple[Identity, ...]


@dataclass(frozen=True)
class ClassKnowledge:
    """What is known beside the download: who is in the class, who is in which group, the course's time zone."""

    assignment: str = ""
    roster: Roster = NOBODY
    groups: Mapping[str, StudentGroup] = field(default_factory=dict)
    zone: ZoneInfo | None = None

    def group(self, name: str) -> tuple[Identity, ...]:
        """The members of a group; nobody where there is no such group."""
        found = self.groups.get(name_key(name))
        return found.members if found else ()


class Importer(Protocol):
    """Knows the shape of one system's download.

    A plug-in is such a value under an entry point `grader.importers`; `tests.contracts.importer` says what it keeps to.
    """

    @property
    def name(self) -> str:
        """What `--from` calls it, and what ids begin with that nobody else gave."""
        ...

    @property
    def title(self) -> str:
        """What people call the system."""
        ...

    def explains(self, download: Download) -> int:
        """How many entries have the shape that this system gives them."""
        ...

    def read(self, download: Download, known: ClassKnowledge) -> DownloadReading:
        """The hand-ins; of entries only names are looked at, and small files that the system itself wrote."""
        ...


def read_groups(path: Path) -> dict[str, StudentGroup]:
    """The groups of a file, by name: a line for each member, with the group and the student's login or another id.

    Raises:
        UsageError: it is no such table.
    """
    sheet = read_sheet(path)
    top = header_row(sheet)
    columns = dict(columns_of(sheet, top)) if top is not None else {}
    place = columns.pop("group", None)
    if place is None:
        place = columns.pop("name", None)
    if place is None or top is None or not columns:
        raise UsageError(f"{display(path)}: expected columns such as group,login; got {head_text(sheet)}")
    if "student" in columns:
        columns.setdefault("login", columns["student"])
    found: dict[str, StudentGroup] = {}
    for row in sheet.rows[top + 1 :]:
        if len(row) > place and row[place].text.strip():
            name = row[place].text.strip()
            before = found.get(name_key(name), StudentGroup(name, ()))
            found[name_key(name)] = StudentGroup(before.name, (*before.members, identity_of(columns, row)))
    return found
