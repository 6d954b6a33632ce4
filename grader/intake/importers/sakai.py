"""Sakai, "Download all": a folder a student with what was handed in, typed in, and said about it."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from grader.intake.download import Download, DownloadEntry, UnreadableEntry
from grader.intake.handin import ClassKnowledge, DownloadReading, HandIn
from grader.intake.moment import Moment
from grader.intake.roster import cell_text, columns_of, header_row
from grader.model.identity import Identity, key_of
from grader.model.sheet import NotASheet, Sheet

_FOLDER = re.compile(r"(?P<name>.*?)\s*\((?P<eid>[^()]+)\)|(?P<id>\S+) Anonymous")
_FILES, _TEXT = "Submission attachment(s)", "_submissionText.html"
# The instructor's side of it, and what the system keeps for itself.
_OURS = ("comments.txt", "feedbackText.html", "timestamp.txt", "members.txt")
_FEEDBACK = "Feedback Attachment(s)"
_WITHOUT_FOLDERS = re.compile(
    rf"\A(?P<title>.+)_(?P<who>[^_]*\([^()_]+\))_(?P<rest>{re.escape(_FILES)}_.+|.*{_TEXT}|timestamp\.txt)\Z", re.DOTALL
)


@dataclass(frozen=True)
class Sakai:
    """`<title>/<Last, First>(<eid>)/Submission attachment(s)/<file>`, with a timestamp.txt."""

    name: str = "sakai"
    title: str = "Sakai"

    def explains(self, download: Download) -> int:
        """Entries in a student's folder, where Sakai's own words stand somewhere."""
        paths = [_parts(entry) for entry in download.entries]
        if not any(_FILES in parts or parts[-1].endswith(_TEXT) for parts in paths):
            return 0
        return sum(_depth(parts) is not None for parts in paths)

    def read(self, download: Download, known: ClassKnowledge) -> DownloadReading:
        """One hand-in a student or group; who was late stands in the sheet of grades beside them."""
        found: dict[str, list[tuple[str, DownloadEntry]]] = {}
        explained = []
        late: dict[str, bool] = {}
        for entry in download.entries:
            parts = _parts(entry)
            depth = _depth(parts)
            if depth is not None:
                found.setdefault(parts[depth], []).append(("/".join(parts[depth + 1 :]), entry))
            elif entry.name.startswith("grades."):
                explained.append(entry)
                late |= _late(entry) if entry.name.endswith(".csv") else {}
        hand_ins = []
        for folder, files in found.items():
            own = {path: entry for path, entry in files if path in _OURS or path.startswith(_FEEDBACK)}
            explained += own.values()
            hand_ins.append(_hand_in(folder, own, [one for one in files if one[0] not in own], late, known))
        return DownloadReading(tuple(hand_ins), tuple(explained))


def _parts(entry: DownloadEntry) -> tuple[str, ...]:
    """The path; downloaded "without folders" it has underscores where slashes would stand."""
    found = _WITHOUT_FOLDERS.match(entry.name)
    if not found:
        return entry.parts
    rest = found["rest"].removeprefix(f"{_FILES}_")
    return found["title"], found["who"], *((_FILES, rest) if rest != found["rest"] else (rest,))


def _depth(parts: tuple[str, ...]) -> int | None:
    return next(
        (depth for depth, part in enumerate(parts[:-1]) if part not in (_FILES, _FEEDBACK) and _FOLDER.fullmatch(part)),
        None,
    )


def _hand_in(
    folder: str,
    own: Mapping[str, DownloadEntry],
    files: list[tuple[str, DownloadEntry]],
    late: Mapping[str, bool],
    known: ClassKnowledge,
) -> HandIn:
    found = _FOLDER.fullmatch(folder)
    assert found
    eid, name = found["eid"] or found["id"], found["name"] or ""
    kept = tuple((_kept_as(path), entry) for path, entry in files)
    moment = Moment.read(_text(own.get("timestamp.txt")), known.zone)
    if "members.txt" in own or known.group(name):
        return HandIn(Identity(), eid, folder, kept, moment, group=name, members=known.group(name) or _members(own))
    who = Identity(login=eid if found["eid"] else "", name=name)
    return HandIn(who, eid, folder, kept, moment, late.get(key_of("login", eid)))


def _kept_as(path: str) -> str:
    return "text_entry.html" if path.endswith(_TEXT) else path.removeprefix(f"{_FILES}/")


def _members(own: Mapping[str, DownloadEntry]) -> tuple[Identity, ...]:
    """A line a member: "Last, First (eid)"."""
    lines = (_FOLDER.fullmatch(line.strip()) for line in _text(own.get("members.txt")).splitlines())
    return tuple(Identity(login=line["eid"], name=line["name"]) for line in lines if line and line["eid"])


def _text(entry: DownloadEntry | None) -> str:
    with contextlib.suppress(UnreadableEntry):
        return entry.text(100_000).strip() if entry else ""
    return ""


def _late(entry: DownloadEntry) -> dict[str, bool]:
    """Who was late, by login, as the sheet says it."""
    try:
        sheet = Sheet.read(b"".join(entry.chunks(8 << 20)))
    except (UnreadableEntry, NotASheet):
        return {}
    top = header_row(sheet)
    if top is None:
        return {}
    headers = [text.casefold() for text in sheet.texts(top)]
    place, login = (
        headers.index("late submission") if "late submission" in headers else None,
        columns_of(sheet, top).get("login"),
    )
    if place is None or login is None:
        return {}
    rows = (row for row in sheet.rows[top + 1 :] if len(row) > max(place, login))
    return {
        key_of("login", cell_text(row[login])): bool(cell_text(row[place]).casefold() not in ("", "false", "no", "0"))
        for row in rows
    }


IMPORTER = Sakai()
