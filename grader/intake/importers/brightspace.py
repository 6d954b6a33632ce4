"""Brightspace (D2L), "Download all submissions": a folder an attempt, with the person's number, name and time."""

from __future__ import annotations

import re
from dataclasses import dataclass

from grader.intake.download import Download, DownloadEntry
from grader.intake.handin import ClassKnowledge, DownloadReading, HandIn
from grader.intake.moment import Moment
from grader.model.identity import Identity

# A name may hold " - ": what is certain stands at both ends.
_FOLDER = re.compile(r"(?P<id>\d+)-(?P<number>\d+) - (?P<name>.+) - (?P<date>[^-]*\b\d{4}\b[^-]*)", re.DOTALL)


@dataclass(frozen=True)
class Brightspace:
    """`<person>-<folder> - <First Last> - <Mon D, YYYY HHMM AM>/<file>`, with an index.html."""

    name: str = "brightspace"
    title: str = "Brightspace"

    def explains(self, download: Download) -> int:
        """Entries in such a folder."""
        return sum(_parse_name(entry) is not None for entry in download.entries)

    def read(self, download: Download, known: ClassKnowledge) -> DownloadReading:
        """One hand-in a folder, the earlier first."""
        found: dict[str, list[tuple[str, DownloadEntry]]] = {}
        index = []
        for entry in download.entries:
            if (named := _parse_name(entry)) is not None:
                found.setdefault(named[0], []).append((named[1], entry))
            elif entry.name == "index.html":
                index.append(entry)
        hand_ins = [_hand_in(folder, files, known) for folder, files in found.items()]
        hand_ins.sort(key=lambda one: (one.moment.wall is not None, one.moment.wall and one.moment.wall.isoformat()))
        return DownloadReading(tuple(hand_ins), tuple(index))


def _parse_name(entry: DownloadEntry) -> tuple[str, str] | None:
    for depth, folder in enumerate(entry.parts[:-1]):
        if _FOLDER.fullmatch(folder):
            return folder, "/".join(entry.parts[depth + 1 :])
    return None


def _hand_in(folder: str, files: list[tuple[str, DownloadEntry]], known: ClassKnowledge) -> HandIn:
    found = _FOLDER.fullmatch(folder)
    assert found
    who = Identity(lms_user_id=found["id"], name=found["name"])
    moment = Moment.read(found["date"], known.zone)
    return HandIn(who, found["id"], folder, tuple(files), moment, mark=found["date"])


IMPORTER = Brightspace()
