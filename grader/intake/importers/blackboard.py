"""Blackboard, "Download assignment files": a flat zip, a text file for each attempt that says what it holds."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from grader.intake.download import Download, DownloadEntry, UnreadableEntry
from grader.intake.handin import ClassKnowledge, DownloadReading, HandIn
from grader.intake.moment import Moment
from grader.intake.names import shared_head
from grader.model.identity import Identity, key_of

# The word before the stamp is in the course's language.
_NAME = re.compile(r"(?P<head>.+?)_[^\W\d_]+_(?P<stamp>\d{4}(?:-\d\d){5})(?:_(?P<file>.+)|\.txt)", re.DOTALL)
_PERSON = re.compile(r"(.*)\(([^()]+)\)\s*\Z")
_NOTHING = ("there is no student submission text data", "there are no student comments")


@dataclass(frozen=True)
class _Data:
    """What the text file of an attempt says."""

    name: str = ""
    login: str = ""
    texts: tuple[str, ...] = ()
    originals: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Blackboard:
    """`<assignment>_<username>_attempt_<stamp>_<file>`, with `…_<stamp>.txt`."""

    name: str = "blackboard"
    title: str = "Blackboard"

    def explains(self, download: Download) -> int:
        """Names with a stamp."""
        return sum(bool(_NAME.fullmatch(entry.name)) for entry in download.entries)

    def read(self, download: Download, known: ClassKnowledge) -> DownloadReading:
        """One hand-in an attempt, the earlier first; files have their names back from the text file."""
        found: dict[tuple[str, str], list[tuple[str | None, DownloadEntry]]] = {}
        for entry in download.entries:
            if named := _NAME.fullmatch(entry.name):
                found.setdefault((named["stamp"], named["head"]), []).append((named["file"], entry))
        title = _title([head for _, head in found])
        logins = {key_of("login", one.identity.login) for one in known.roster.students if one.identity.login}
        hand_ins, explained = [], []
        for (stamp, head), parts in sorted(found.items(), key=lambda one: one[0]):
            said, data_file = _read_note([entry for file, entry in parts if file is None])
            explained += [data_file] if data_file else []
            login = said.login if head.endswith(f"_{said.login}") and said.login else _login(head, title, logins)
            files = [(said.originals.get(entry.name, file), entry) for file, entry in parts if file is not None]
            files += (
                [("text_entry.txt", DownloadEntry.of_bytes("text_entry.txt", "\n\n".join(said.texts).encode()))]
                if said.texts
                else []
            )
            who = Identity(login=login, name=said.name)
            moment = Moment.read(stamp, known.zone)
            hand_ins.append(HandIn(who, login, f"{head}_{stamp}", tuple(files), moment, mark=stamp))
        return DownloadReading(tuple(hand_ins), tuple(explained))


def _title(heads: list[str]) -> str:
    """The assignment's title with its underscore, which all names begin with; empty where only one student is there."""
    common = shared_head(set(heads), "_")
    return f"{common}_" if common else ""


def _login(head: str, title: str, logins: set[str]) -> str:
    """The username at the end of a name; it may hold an underscore, as titles do."""
    tails = [head[place + 1 :] for place in range(len(head)) if head[place] == "_"]
    known = [tail for tail in tails if key_of("login", tail) in logins]
    return known[0] if known else head.removeprefix(title) if title and head != title else tails[-1] if tails else head


def _read_note(entries: list[DownloadEntry]) -> tuple[_Data, DownloadEntry | None]:
    for entry in entries:
        with contextlib.suppress(UnreadableEntry):
            return _data(entry.text()), entry
    return _Data(), None


def _data(text: str) -> _Data:
    """Read by its shape, since its words are in the course's language: "Name: … (login)" first, files by pairs."""
    head, *sections = re.split(r"\n\s*\n(?=\S[^\n]*:[ \t]*\r?\n)", text.replace("\r\n", "\n"))
    _, _, first = head.partition("\n")[0].partition(":")
    person = _PERSON.match(first.strip())
    texts: list[str] = []
    originals: dict[str, str] = {}
    for number, section in enumerate(sections):
        heading, *lines = section.split("\n")
        pairs = [line.strip().partition(": ")[2] for line in lines if line.startswith(("\t", " ")) and ": " in line]
        if pairs and len(pairs) % 2 == 0 and all(_NAME.fullmatch(stored) for stored in pairs[1::2]):
            originals |= dict(zip(pairs[1::2], pairs[::2], strict=True))
        else:
            body = "\n".join(lines).strip()
            said = body and not body.lower().startswith(_NOTHING)
            texts += [body if number == 0 else f"{heading}\n{body}"] if said else []
    return _Data(person[1].strip() if person else "", person[2].strip() if person else "", tuple(texts), originals)


IMPORTER = Blackboard()
