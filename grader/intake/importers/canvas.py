"""Canvas, "Download submissions": a flat zip whose names say whose a file is and whether it came late."""

from __future__ import annotations

import re
from dataclasses import dataclass

from grader.intake.download import Download, DownloadEntry
from grader.intake.handin import ClassKnowledge, DownloadReading, HandIn
from grader.model.identity import Identity

_ANONYMOUS = re.compile(r"(LATE_)?anon_([A-Za-z0-9]+)_(?:(\d+)_(.+)|(text|link)\.html)", re.DOTALL)
_UPLOAD = re.compile(r"_(?=(\d+)_(\d+)_(.+))", re.DOTALL)
_WRITTEN = re.compile(r"(.*)_(\d+)_(text|link)\.html", re.DOTALL)
_KEPT_AS = {"text": "text_entry.html", "link": "link.html"}


@dataclass(frozen=True)
class _Named:
    """What the name of an entry says; the attachment's number is empty for what was typed in."""

    who: str
    user_id: str
    attachment: str
    file: str
    late: bool
    is_sure: bool = True


@dataclass(frozen=True)
class Canvas:
    """`<name>[_LATE]_<user id>_<attachment id>_<file name>`."""

    name: str = "canvas"
    title: str = "Canvas"

    def explains(self, download: Download) -> int:
        """Names with two numbers, or those of text entries."""
        return sum(bool(_readings(entry.name)) for entry in download.entries)

    def read(self, download: Download, known: ClassKnowledge) -> DownloadReading:
        """One hand-in a student: Canvas gives only the current attempt."""
        ids = {one.identity.lms_user_id: sortable(one.identity.name) for one in known.roster.students}
        found: dict[tuple[str, str], list[tuple[DownloadEntry, _Named]]] = {}
        unsure = []
        for entry in download.entries:
            named = _choose(_readings(entry.name), ids)
            if named is not None:
                # Whoever is listed is known by the number alone, whatever name stands before it.
                who = "" if named.user_id in ids else named.who
                found.setdefault((who, named.user_id), []).append((entry, named))
                unsure += [] if named.is_sure else [entry.name]
        notes = [f"{name}: whose it is can be read in two ways; give the gradebook with --roster" for name in unsure]
        groups = {sortable(group.name): group.name for group in known.groups.values()}
        return DownloadReading(tuple(_hand_in(parts, known, groups) for parts in found.values()), notes=tuple(notes))


def _hand_in(parts: list[tuple[DownloadEntry, _Named]], known: ClassKnowledge, groups: dict[str, str]) -> HandIn:
    first = parts[0][1]
    group = groups.get(first.who, "")
    anonymous = first.user_id.startswith("anon-")
    user_id = "" if group or anonymous else first.user_id
    return HandIn(
        Identity(lms_user_id=user_id),
        first.user_id,
        parts[0][0].name[: -len(parts[0][1].file) - 1] if first.attachment else parts[0][0].name,
        tuple((named.file, entry) for entry, named in parts),
        late=any(named.late for _, named in parts),
        mark=" ".join(named.attachment for _, named in parts),
        group=group,
        members=known.group(group) if group else (),
    )


def sortable(name: str) -> str:
    """A name as Canvas writes it into file names: small letters, digits and underscores alone.

    >>> sortable("de la O'Neill, Zoë")
    'delaoneillzoë'
    """
    return re.sub(r"\W", "", name.lower())


def _readings(name: str) -> list[_Named]:
    """Every way to read a name; a student's own name may hold numbers."""
    if found := _ANONYMOUS.fullmatch(name):
        file = found[4] or _KEPT_AS[found[5]]
        return [_Named("anon", f"anon-{found[2]}", found[3] or "", file, bool(found[1]))]
    made = []
    for found in _UPLOAD.finditer(name):
        who, late = _who(name[: found.start()])
        made.append(_Named(who, found[1], found[2], found[3], late))
    if found := _WRITTEN.fullmatch(name):
        who, late = _who(found[1])
        made.append(_Named(who, found[2], "", _KEPT_AS[found[3]], late))
    return [named for named in made if named.who]


def _who(text: str) -> tuple[str, bool]:
    """The name, which is in small letters, and whether it is marked late."""
    return text.removesuffix("_LATE"), text.endswith("_LATE")


def _choose(readings: list[_Named], ids: dict[str, str]) -> _Named | None:
    """The reading whose student is in the class, best under that name; else the first, which may be wrong."""
    known = [named for named in readings if named.user_id in ids]
    best = [named for named in known if ids[named.user_id] == named.who] or known
    if best:
        return best[0]
    if not readings:
        return None
    first = readings[0]
    return (
        first
        if len(readings) == 1
        else _Named(first.who, first.user_id, first.attachment, first.file, first.late, False)
    )


IMPORTER = Canvas()
