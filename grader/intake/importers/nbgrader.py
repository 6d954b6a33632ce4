"""nbgrader: what its exchange collected, a folder a student; or the exchange's own folder, where names are joined."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

from grader.intake.download import Download, DownloadEntry, UnreadableEntry
from grader.intake.handin import ClassKnowledge, DownloadReading, HandIn
from grader.intake.moment import Moment
from grader.model.identity import Identity

TIMESTAMP = "timestamp.txt"
_ROOT = "submitted"


@dataclass(frozen=True)
class NbGrader:
    """`submitted/<student>/<assignment>/…`, or `<student>+<assignment>+<stamp>+<random>/…`, with a timestamp.txt."""

    name: str = "nbgrader"
    title: str = "nbgrader"

    def explains(self, download: Download) -> int:
        """Entries in folders that hold a timestamp at nbgrader's place, and no text that only Sakai writes."""
        folders = {_where(entry)[:2] for entry in download.entries if entry.name == TIMESTAMP}
        folders.discard(("", ""))
        return sum(_where(entry)[:2] in folders or _ROOT in entry.parts[:-3] for entry in download.entries)

    def read(self, download: Download, known: ClassKnowledge) -> DownloadReading:
        """One hand-in a student and stamp, of this assignment alone."""
        found: dict[tuple[str, str], list[tuple[str, DownloadEntry]]] = {}
        others: set[str] = set()
        explained = []
        assignments = {_where(entry)[2] for entry in download.entries} - {""}
        wanted = known.assignment if known.assignment in assignments or len(assignments) > 1 else ""
        for entry in download.entries:
            student, folder, assignment, path = _where(entry)
            if not student:
                continue
            if wanted and assignment != wanted:
                others.add(assignment)
                explained.append(entry)
            else:
                found.setdefault((student, folder), []).append((path, entry))
        stamps = {key: entry for key, files in found.items() for path, entry in files if path == TIMESTAMP}
        hand_ins = [
            _hand_in(
                student,
                folder,
                [(path, entry) for path, entry in files if path != TIMESTAMP],
                stamps.get((student, folder)),
                known,
            )
            for (student, folder), files in sorted(found.items())
        ]
        notes = (f"it holds {', '.join(sorted(others))} as well, which was left alone",) if others else ()
        return DownloadReading(tuple(hand_ins), (*explained, *stamps.values()), notes=notes)


def _where(entry: DownloadEntry) -> tuple[str, str, str, str]:
    """Student, folder, assignment, path within; empty where the entry lies in no such place."""
    parts = entry.parts
    for depth, part in enumerate(parts[:-1]):
        pieces = part.split("+")
        if len(pieces) >= 3:  # an exchange's inbound folder; neither a student nor an assignment holds a plus
            return pieces[0], part, pieces[1], "/".join(parts[depth + 1 :])
    if _ROOT in parts[:-3]:
        parts = parts[parts.index(_ROOT) + 1 :]
    if len(parts) < 3 or "(" in parts[1]:  # Sakai puts a login in parentheses there
        return "", "", "", ""
    return parts[0], f"{parts[0]}/{parts[1]}", parts[1], "/".join(parts[2:])


def _hand_in(
    student: str,
    folder: str,
    files: list[tuple[str, DownloadEntry]],
    stamp: DownloadEntry | None,
    known: ClassKnowledge,
) -> HandIn:
    text = ""
    if stamp is not None:
        with contextlib.suppress(UnreadableEntry):
            text = stamp.text(1000).strip()
    return HandIn(
        Identity(login=student),
        student,
        folder,
        tuple(files),
        Moment.read(text, known.zone),
        mark=folder if "+" in folder else "",
    )


IMPORTER = NbGrader()
