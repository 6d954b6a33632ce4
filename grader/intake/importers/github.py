"""Clones of GitHub Classroom or Classroom 50: repositories, each named for the assignment and the student."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from grader.intake.download import Download, DownloadEntry
from grader.intake.handin import ClassKnowledge, DownloadReading, HandIn
from grader.intake.names import shared_head
from grader.model.identity import Identity, key_of

_FOLDER_ENDING = "-submissions"


@dataclass(frozen=True)
class GitHub:
    """`<slug>-submissions/<slug>-<username or team>/…`: only the work tree counts, and no git is run in it."""

    name: str = "github"
    title: str = "GitHub"

    def explains(self, download: Download) -> int:
        """All entries of repositories that are named for the folder they lie in."""
        slug, repositories = _repositories(download)
        named = (len(files) for name, files in repositories.items() if name.startswith(f"{slug}-"))
        return sum(named) if slug else 0

    def read(self, download: Download, known: ClassKnowledge) -> DownloadReading:
        """One hand-in a repository; when it was handed in is the student's own claim, and not taken from it."""
        slug, found = _repositories(download)
        slug = slug or _common(found, known)
        notes = () if slug else ("no slug is common to the repositories: their whole names were taken for usernames",)
        return DownloadReading(tuple(_hand_in(name, slug, files, known) for name, files in found.items()), notes=notes)


def _repositories(download: Download) -> tuple[str, dict[str, list[tuple[str, DownloadEntry]]]]:
    """The slug, where a folder says it, and the files of each repository; it may be zipped with that folder."""
    tops = {entry.parts[0] for entry in download.entries if entry.parts[0].endswith(_FOLDER_ENDING)}
    top = tops.pop() if len(tops) == 1 else ""
    found: dict[str, list[tuple[str, DownloadEntry]]] = {}
    for entry in download.entries:
        parts = entry.parts[1:] if top else entry.parts
        if len(parts) > 1 and (not top or entry.parts[0] == top):
            found.setdefault(parts[0], []).append(("/".join(parts[1:]), entry))
    folder = top or download.name
    return folder.removesuffix(_FOLDER_ENDING) if folder.endswith(_FOLDER_ENDING) else "", found


def _common(repositories: Iterable[str], known: ClassKnowledge) -> str:
    """The slug where no folder says it: the assignment's name, else what all begin with."""
    names = sorted(repositories)
    if all(name.startswith(f"{known.assignment}-") for name in names):
        return known.assignment
    return shared_head(names, "-")


def _hand_in(repository: str, slug: str, files: list[tuple[str, DownloadEntry]], known: ClassKnowledge) -> HandIn:
    name = repository.removeprefix(f"{slug}-") if slug else repository
    members = known.group(name) or _team(name, known)
    if members:
        return HandIn(Identity(), name, repository, tuple(files), group=name, members=members)
    return HandIn(Identity(github_username=name), name, repository, tuple(files))


def _team(name: str, known: ClassKnowledge) -> tuple[Identity, ...]:
    """Those whom the roster puts into a group of that name."""
    key = key_of("github_username", name)
    groups = (one for one in known.roster.students if one.group)
    return tuple(one.identity for one in groups if key_of("github_username", one.group.replace(" ", "-")) == key)


IMPORTER = GitHub()
