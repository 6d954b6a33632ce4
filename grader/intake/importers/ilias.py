"""ILIAS, "Download all submissions": a folder a person, named in ASCII alone, with the number at its end."""

from __future__ import annotations

import re
from dataclasses import dataclass

from grader.intake.download import Download, DownloadEntry
from grader.intake.handin import ClassKnowledge, DownloadReading, HandIn
from grader.model.identity import Identity, key_of

_FOLDER = re.compile(r"(?P<names>[^_]+_.+)_(?P<id>\d+)")
_TEAM = re.compile(r"(?:Team|Gruppe|Équipe) (?P<number>\d+)")
_LATE = re.compile(r"(?:Late Submission|Versp(?:ä|ae|a)tete Abgabe|Versp(?:ä|ae|a)tet) - (?P<file>.+)", re.DOTALL)


@dataclass(frozen=True)
class Ilias:
    """`[Team <n>/]<Last>_<First>_<login>_<user id>/[Late Submission - ]<file>`."""

    name: str = "ilias"
    title: str = "ILIAS"

    def explains(self, download: Download) -> int:
        """Entries in a folder with three underscores and a number at its end."""
        return sum(
            (depth := _depth(entry)) is not None and entry.parts[depth].count("_") >= 3 for entry in download.entries
        )

    def read(self, download: Download, known: ClassKnowledge) -> DownloadReading:
        """One hand-in a person or a team; the files of a team lie with whoever uploaded them."""
        found: dict[str, list[tuple[str, str, DownloadEntry]]] = {}
        for entry in download.entries:
            if (depth := _depth(entry)) is not None:
                folder = entry.parts[depth]
                team = next((part for part in entry.parts[:depth] if _TEAM.fullmatch(part)), "")
                found.setdefault(team or folder, []).append((folder, "/".join(entry.parts[depth + 1 :]), entry))
        logins = {key_of("login", one.identity.login) for one in known.roster.students if one.identity.login}
        return DownloadReading(tuple(_hand_in(name, files, logins) for name, files in found.items()))


def _depth(entry: DownloadEntry) -> int | None:
    return next((depth for depth, part in enumerate(entry.parts[:-1]) if _FOLDER.fullmatch(part)), None)


def _hand_in(name: str, files: list[tuple[str, str, DownloadEntry]], logins: set[str]) -> HandIn:
    kept = [(found["file"] if (found := _LATE.fullmatch(path)) else path, entry) for _, path, entry in files]
    late = any(_LATE.fullmatch(path) for _, path, _ in files)
    people = {folder: _person(folder, logins) for folder, _, _ in files}
    if _TEAM.fullmatch(name):
        return HandIn(Identity(), name, name, tuple(kept), late=late, group=name, members=tuple(people.values()))
    who = people[name]
    return HandIn(who, who.lms_user_id, name, tuple(kept), late=late)


def _person(folder: str, logins: set[str]) -> Identity:
    """Read from the right: a login may hold an underscore, and so may names."""
    found = _FOLDER.fullmatch(folder)
    assert found
    parts = found["names"].split("_")
    tails = ["_".join(parts[place:]) for place in range(1, len(parts))]
    login = next((tail for tail in tails if key_of("login", tail) in logins), parts[-1])
    names = found["names"].removesuffix(login).rstrip("_").split("_")
    name = f"{names[0]}, {' '.join(names[1:])}" if len(names) > 1 else names[0]
    return Identity(lms_user_id=found["id"], login=login, name=name)


IMPORTER = Ilias()
