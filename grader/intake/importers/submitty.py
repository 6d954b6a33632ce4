"""Submitty: its folder of submissions, a folder a user with one folder a version."""

from __future__ import annotations

import json
from dataclasses import dataclass

from grader.intake.download import Download, DownloadEntry, UnreadableEntry
from grader.intake.handin import ClassKnowledge, DownloadReading, HandIn
from grader.intake.moment import Moment
from grader.model.identity import Identity

_SETTINGS, _STAMP = "user_assignment_settings.json", ".submit.timestamp"


@dataclass(frozen=True)
class Submitty:
    """`<user>/<version>/<file>`, with a `.submit.timestamp` in each version."""

    name: str = "submitty"
    title: str = "Submitty"

    def explains(self, download: Download) -> int:
        """Entries in a version's folder, where Submitty's own files are there."""
        if not any(entry.name in (_SETTINGS, _STAMP) for entry in download.entries):
            return 0
        return sum(_parse_name(entry) is not None for entry in download.entries)

    def read(self, download: Download, known: ClassKnowledge) -> DownloadReading:
        """One hand-in a version, the earlier first."""
        found: dict[tuple[str, int], list[tuple[str, DownloadEntry]]] = {}
        explained = [entry for entry in download.entries if entry.name in (_SETTINGS, _STAMP) and len(entry.parts) > 1]
        stamps: dict[tuple[str, int], DownloadEntry] = {}
        for entry in download.entries:
            if (named := _parse_name(entry)) is not None:
                user, version, path = named
                if path == _STAMP:
                    stamps[user, version] = entry
                elif not path.startswith(".submit."):
                    found.setdefault((user, version), []).append((path, entry))
        hand_ins, notes = [], []
        active = {entry.parts[-2]: _active_version(entry) for entry in explained if entry.name == _SETTINGS}
        for (user, version), files in sorted(found.items()):
            counts = active.get(user)
            if counts is not None and version > counts:
                notes.append(f"{user}: version {version} was left alone, since {_which_counts(counts)} there")
                explained += [entry for _, entry in files]
                continue
            text = stamps[user, version].text(1000).strip() if (user, version) in stamps else ""
            label = f"{user}/{version}"
            moment = Moment.read(text, known.zone)
            hand_ins.append(HandIn(Identity(login=user), user, label, tuple(files), moment, mark=str(version)))
        return DownloadReading(tuple(hand_ins), tuple(explained), notes=tuple(notes))


def _active_version(settings: DownloadEntry) -> int | None:
    """The version that counts, 0 where the student took all back; None where the settings do not say it."""
    try:
        said = json.loads(settings.text())
    except (UnreadableEntry, ValueError, RecursionError):
        return None
    version = said.get("active_version") if isinstance(said, dict) else None
    return version if type(version) is int and version >= 0 else None


def _which_counts(active: int) -> str:
    return f"version {active} counts" if active else "none counts"


def _parse_name(entry: DownloadEntry) -> tuple[str, int, str] | None:
    for depth in range(1, len(entry.parts) - 1):
        if entry.parts[depth].isdecimal() and len(entry.parts[depth]) < 6:
            return entry.parts[depth - 1], int(entry.parts[depth]), "/".join(entry.parts[depth + 1 :])
    return None


IMPORTER = Submitty()
