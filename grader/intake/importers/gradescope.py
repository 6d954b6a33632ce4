"""Gradescope, "Export submissions": a folder a submission, and one YAML file that says whose it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast

import yaml

from grader.intake.download import Download, DownloadEntry, RefusedEntry, UnreadableEntry
from grader.intake.handin import ClassKnowledge, DownloadReading, HandIn
from grader.intake.moment import Moment
from grader.model.identity import Identity

METADATA = "submission_metadata.yml"
# It repeats what the autograder printed for each submission; only a few words of it are kept.
MAX_METADATA_BYTES = 64 << 20
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


@dataclass
class _Said:
    """What the file says of one submission."""

    submitters: list[dict[str, str]] = field(default_factory=list)
    created_at: str = ""


@dataclass(frozen=True)
class Gradescope:
    """`assignment_<id>_export/submission_<id>/<file>` beside `submission_metadata.yml`."""

    name: str = "gradescope"
    title: str = "Gradescope"

    def explains(self, download: Download) -> int:
        """All of it where the YAML file is there."""
        return len(download.entries) if any(entry.name == METADATA for entry in download.entries) else 0

    def read(self, download: Download, known: ClassKnowledge) -> DownloadReading:
        """One hand-in a submission that has files; several submitters are a group."""
        metadata = min(
            (one for one in download.entries if one.name == METADATA), key=lambda one: len(one.parts), default=None
        )
        if metadata is None:
            return DownloadReading((), notes=(f"{METADATA} is missing: nothing says whose the submissions are",))
        try:
            said, notes = _read_metadata(metadata)
        except (UnreadableEntry, yaml.YAMLError) as error:
            reason = " ".join(str(error).split())[:200]
            return DownloadReading(
                (), (metadata,), (RefusedEntry(METADATA, f"it cannot be read ({reason}); export once more"),)
            )
        depth = len(metadata.parts) - 1
        files: dict[str, list[tuple[str, DownloadEntry]]] = {}
        for entry in download.entries:
            if entry is not metadata and len(entry.parts) > depth and entry.parts[depth] in said:
                files.setdefault(entry.parts[depth], []).append(
                    ("/".join(entry.parts[depth + 1 :]) or entry.name, entry)
                )
        empty = [f"{key} has no files in the export" for key in said if key not in files]
        hand_ins = [_hand_in(key, said[key], parts, known) for key, parts in files.items()]
        return DownloadReading(tuple(hand_ins), (metadata,), notes=(*notes, *empty))


def _hand_in(key: str, said: _Said, files: list[tuple[str, DownloadEntry]], known: ClassKnowledge) -> HandIn:
    people = tuple(_identity(one) for one in said.submitters)
    number = key.removeprefix("submission_")
    moment = Moment.read(said.created_at, known.zone)
    group = f"submission-{number}" if len(people) > 1 else ""
    who = people[0] if len(people) == 1 else Identity()
    return HandIn(who, number, key, tuple(files), moment, mark=key, group=group, members=people if group else ())


def _identity(said: dict[str, str]) -> Identity:
    return Identity(sis_id=said.get("sid", ""), email=said.get("email", ""), name=said.get("name", ""))


def _read_metadata(entry: DownloadEntry) -> tuple[dict[str, _Said], list[str]]:
    """What the file says, by submission; its events are looked at one by one, for it may be large."""
    lines = _Lines(entry)
    found: dict[str, _Said] = {}
    path: list[str | None] = []  # the keys that lead to the present place; None where a key is next
    kinds: list[str] = []
    for event in yaml.parse(cast(Any, lines), Loader=_LOADER):
        if isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            kinds.append("map" if isinstance(event, yaml.MappingStartEvent) else "list")
            _note(found, path, None)
            path.append(None)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            path.pop()
            kinds.pop()
            _next(path, kinds)
        elif isinstance(event, yaml.ScalarEvent) and kinds:
            if kinds[-1] == "map" and path[-1] is None:
                path[-1] = event.value.removeprefix(":")
            else:
                _note(found, path, event.value)
                _next(path, kinds)
    return found, [f"{METADATA} holds control characters, which were left out"] if lines.had_control else []


def _next(path: list[str | None], kinds: list[str]) -> None:
    """The value of a key has been read; another key comes."""
    if kinds and kinds[-1] == "map":
        path[-1] = None


def _note(found: dict[str, _Said], path: list[str | None], value: str | None) -> None:
    """Keep what counts: a submission, its time, a submitter, and what is said of one."""
    match path:
        case [str(key)] if value is None:
            found[key] = _Said()
        case [str(key), "created_at"] if value is not None and key in found:
            found[key].created_at = value
        case [str(key), "submitters", None] if value is None and key in found:
            found[key].submitters.append({})
        case [str(key), "submitters", None, str(name)] if value is not None and key in found:
            found[key].submitters[-1][name] = value


class _Lines:
    """The file as YAML's reader takes it: a document that ends is followed by one that begins."""

    def __init__(self, entry: DownloadEntry) -> None:
        self.had_control = False
        self._parts = self._repair(entry)
        self._rest = ""

    def read(self, size: int) -> str:
        """At most `size` characters."""
        while len(self._rest) < size and (part := next(self._parts, "")):
            self._rest += part
        given, self._rest = self._rest[:size], self._rest[size:]
        return given

    def _repair(self, entry: DownloadEntry) -> Iterator[str]:
        pending = b""
        for piece in entry.chunks(MAX_METADATA_BYTES):
            whole, end, pending = (pending + piece).rpartition(b"\n")
            if end:
                yield self._mend(whole + end)
        if pending:
            yield self._mend(pending)

    def _mend(self, data: bytes) -> str:
        text, count = _CONTROL.subn("\N{REPLACEMENT CHARACTER}", data.decode("utf-8", "replace"))
        self.had_control = self.had_control or count > 0
        return re.sub(r"^\.\.\.[ \t]*\r?\n(?!---)", "...\n---\n", text, flags=re.MULTILINE)


IMPORTER = Gradescope()
