"""Moodle, "Download all submissions": a folder, or a prefix, for each participant of the assignment."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from grader.intake.download import Download, DownloadEntry
from grader.intake.handin import ClassKnowledge, DownloadReading, HandIn
from grader.intake.moment import UNKNOWN, Moment
from grader.model.identity import Identity, name_key

# The number before the marker is whose it is, whatever the name holds. A team that has none is the default one.
_FOLDER = re.compile(r"(?P<who>.+?)(?:_(?P<id>\d+))?_assignsubmission_(?P<plugin>[a-z]+)_?")
_FLAT = re.compile(r"(?P<who>.+?)(?:_(?P<id>\d+))?_assignsubmission_(?P<plugin>[a-z]+)_(?P<file>.+)", re.DOTALL)


@dataclass(frozen=True)
class Moodle:
    """`<full name>_<participant number>_assignsubmission_file/<file>`, or all of it in the file's name."""

    name: str = "moodle"
    title: str = "Moodle"

    def explains(self, download: Download) -> int:
        """Entries with Moodle's word in their path."""
        return sum(_parse_name(entry) is not None for entry in download.entries)

    def read(self, download: Download, known: ClassKnowledge) -> DownloadReading:
        """One hand-in a participant or team; the number is the worksheet's, and no other assignment's."""
        found: dict[tuple[str, str], list[tuple[str, DownloadEntry]]] = {}
        for entry in download.entries:
            if (named := _parse_name(entry)) is not None:
                found.setdefault(named[:2], []).append((named[2], entry))
        names = {who for who, _ in found}
        is_blind = len(names) == 1 and len(found) > 1  # everybody is "Participant"
        hand_ins = [_hand_in("" if is_blind else who, number, files, known) for (who, number), files in found.items()]
        return DownloadReading(tuple(hand_ins))


def _parse_name(entry: DownloadEntry) -> tuple[str, str, str] | None:
    """Who, the number, and the path within the folder."""
    *folders, name = entry.parts
    for depth, folder in enumerate(folders):
        if found := _FOLDER.fullmatch(folder):
            return found["who"], found["id"] or "", "/".join(entry.parts[depth + 1 :])
    found = _FLAT.fullmatch(name)
    return (found["who"], found["id"] or "", found["file"]) if found else None


def _hand_in(who: str, number: str, files: list[tuple[str, DownloadEntry]], known: ClassKnowledge) -> HandIn:
    members = known.group(who)
    label = f"{who or 'Participant'}_{number}" if number else who
    hand_in = HandIn(Identity(), number or who, label, tuple(files))
    if members or not number:
        return replace(hand_in, group=who, members=members)
    person = Identity(participant=number, name=who)
    row = known.roster.find(Identity(participant=number))
    if row and who and row.identity.name and name_key(row.identity.name) != name_key(who):
        return replace(hand_in, who=Identity(name=who))  # a team's number is no participant's
    moment = Moment.read(row.submitted, known.zone) if row and row.submitted else UNKNOWN
    return replace(hand_in, who=person, moment=moment)


IMPORTER = Moodle()
