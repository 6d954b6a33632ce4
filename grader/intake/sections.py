"""Folders of a class's folder that hold several students: a section, an unpacked download; never guessed."""

from __future__ import annotations

import contextlib
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from pathlib import Path

from grader.course.folders import Course
from grader.errors import UsageError, first_of
from grader.intake.names import shared_head
from grader.intake.near_names import forms, is_near, split
from grader.intake.reading import id_of
from grader.intake.records import read_records
from grader.intake.roster import Roster
from grader.worker.files import archive_suffix, is_leaving, kind_of

# What a folder is called that holds a part of a class.
_SECTION = re.compile(
    r"(?:(?:section|sec|sektion|class|klasse|kurs|period|stream|cohort|tut|tutorial|tutorium|übung|uebung|lab|jahrgang)s?"
    r"[\W_]*(?:\d{1,3}|[a-z])?|(?:late|on[\W_]?time|all|my)?[\W_]*(?:submissions?|submitted|hand[\W_]?ins|abgaben)|late|students?)\Z",
    re.IGNORECASE,
)
# What a part or a version of one student's work is called.
_PART = re.compile(
    "v|ver|version|attempt|try|versuch|old|new|alt|neu|finale?|first|second|last|backup|bak|draft|copy|kopie|copie|orig"
    "|original|submission|abgabe|handin|solutions?|lösung|loesung|starter|template|skeleton|handout|kit|given|provided"
    "|src|sources?|code|lib|app|python|py|work|mine|my|own|package|docs?|documentation|data|datasets?|fig(?:ure)?s|plots"
    "|images|img|pictures|tests?|testing|notebooks?|nb|report|writeup|answers|text|q|question|part|teil|task|problem"
    "|exercise|aufgabe|ex|hw|homework|assignment|project|lab|week|module|step|day|results?|outputs?|logs|checkpoints"
    "|models|utils|helpers|common|te?mp|misc|other|archive|zip|uploads?|downloads?|desktop|documents|users|home"
    "|(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch"
)
_WORD = re.compile(r"[^\W\d_]+")
# So much of a folder is looked at to tell whose it is.
_MAX_LOOKED_AT = 400
_MAX_DEPTH = 3
# Of so many whole hand-ins in one folder none is likely to be another version of the same.
_FEWEST = 3


@dataclass(frozen=True)
class KnownClass:
    """What is known of a class beside its folder.

    Args:
        wanted: the names of the files that are asked for.
        students: the ids of those who are listed, or were imported.
    """

    assignment: str = ""
    wanted: frozenset[str] = frozenset()
    students: frozenset[str] = frozenset()

    @classmethod
    def of(cls, course: Course, assignment: str) -> KnownClass:
        """What a course knows; a roster that cannot be read says nothing here."""
        reference = course.reference(assignment)
        paths = [path.relative_to(reference) for path in reference.rglob("*") if path.suffix in (".py", ".md")]
        wanted = {path.name for path in paths if path.parts[0] != "misconceptions" and path.stem != "__init__"}
        students: set[str] = set()
        with contextlib.suppress(UsageError):
            students |= {one.student for one in Roster.near(course, assignment).students if one.student}
            students |= read_records(course.submissions(assignment)).keys()
        return cls(assignment, frozenset({*wanted, f"{assignment}.ipynb"}), frozenset(students))

    @cached_property
    def _by_stem(self) -> dict[tuple[str, str], str]:
        return {split(name): name for name in self.wanted}

    @cached_property
    def modules(self) -> frozenset[str]:
        """The names of the modules that are asked for."""
        return frozenset(name for name in self.wanted if kind_of(name) == "python")

    def wanted_name(self, name: str) -> str:
        """Which of the wanted files a name, or a near one, stands for; empty where for none."""
        stem, suffix = split(name)
        found = (self._by_stem.get((form, suffix)) for form in forms(stem))
        return next(filter(None, found), "")


NOTHING_KNOWN = KnownClass()


@dataclass(frozen=True)
class _Entry:
    """An entry of a folder that may be one student's hand-in, or hold several."""

    path: Path
    known: KnownClass
    depth: int = 0

    @cached_property
    def id(self) -> str:
        return id_of(self.path)

    @cached_property
    def is_listed(self) -> bool:
        return self.id in self.known.students or self.path.name in self.known.students

    @cached_property
    def is_folder(self) -> bool:
        return self.path.is_dir() and not self.path.is_symlink()

    @cached_property
    def names(self) -> tuple[str, ...]:
        """What lies directly in it."""
        with contextlib.suppress(OSError):
            return tuple(sorted(one.name for one in self.path.iterdir() if not is_leaving(one.name)))
        return ()

    @cached_property
    def children(self) -> tuple[_Entry, ...]:
        """What in it may be a hand-in of its own; nothing where it is a hand-in itself."""
        if not self.is_folder or self.depth >= _MAX_DEPTH:
            return ()
        kinds = {name: kind_of(name) for name in self.names}
        if "python" in kinds.values() or any(map(self.known.wanted_name, self.names)):
            return ()
        found = (_Entry(self.path / name, self.known, self.depth + 1) for name in self.names)
        return tuple(one for one in found if one.holds or kinds[one.path.name] in ("archive", "notebook"))

    @cached_property
    def holds(self) -> frozenset[str]:
        """The wanted files that lie in it as a folder, wherever; and under no name of its own what else is code."""
        if not self.is_folder:
            return frozenset()
        names = list(islice(_names_within(self.path), _MAX_LOOKED_AT))
        code = {""} if any(kind_of(name) in ("python", "notebook", "archive") for name in names) else set[str]()
        return frozenset({*filter(None, map(self.known.wanted_name, names)), *code})

    @cached_property
    def is_whole(self) -> bool:
        """Whether more than half of what is asked for lies in it."""
        modules = self.known.modules
        return 2 * len(self.holds & modules) > len(modules) or f"{self.known.assignment}.ipynb" in self.holds

    @cached_property
    def is_section(self) -> bool:
        """Whether its name is that of a part of a class, or of all of it."""
        return _SECTION.match(self.path.name) is not None or (
            self.path.name == self.known.assignment and sum(one.is_whole for one in self.children) > 1
        )


def _names_within(folder: Path, depth: int = 0) -> Iterator[str]:
    """The names of the files in a folder, and in those in it."""
    with contextlib.suppress(OSError), os.scandir(folder) as listing:
        for entry in sorted(listing, key=lambda entry: entry.name):
            if is_leaving(entry.name):
                continue
            if not entry.is_dir(follow_symlinks=False):
                yield entry.name
            elif depth < _MAX_DEPTH + 5:
                yield from _names_within(Path(entry.path), depth + 1)


@dataclass
class Expanded:
    """The hand-ins among some entries, and by the folders of several students whose those in it are."""

    hand_ins: list[Path] = field(default_factory=list)
    others: list[Path] = field(default_factory=list)
    sections: dict[Path, Sequence[str]] = field(default_factory=dict)


def expand(paths: Sequence[Path], known: KnownClass) -> Expanded:
    """The entries with each folder of several students replaced by theirs, where it is beyond doubt that it is one."""
    found = Expanded()
    _expand([_Entry(path, known) for path in paths], found)
    return found


def may_hold_several(path: Path, known: KnownClass) -> bool:
    """Whether there is more than one thing in a folder that may be a hand-in of its own."""
    return bool(_Entry(path, known).children)


def _expand(entries: Sequence[_Entry], found: Expanded) -> None:
    alike = _alike(entries)
    for entry in entries:
        if entry.is_listed or not (_has_listed(entry) or _is_named_so(entry) or entry.path in alike):
            found.hand_ins.append(entry.path)
            continue
        found.sections[entry.path] = [one.id for one in entry.children]
        theirs = {one.path for one in entry.children}
        found.others += [entry.path / name for name in entry.names if entry.path / name not in theirs]
        _expand(entry.children, found)


def _has_listed(entry: _Entry) -> bool:
    """Whether at least half of those in it are listed, and none else looks like a part of some work."""
    listed = [one for one in entry.children if one.is_listed]
    rest = [one for one in entry.children if not one.is_listed]
    return bool(listed) and len(listed) >= len(rest) and _are_people(rest)


def _is_named_so(entry: _Entry) -> bool:
    """Whether its name says that it is a section, and nothing in it another thing; or all in it are sections."""
    children = entry.children
    has_sections = len(children) > 1 and all(one.is_section and one.children for one in children)
    return has_sections or (bool(children) and entry.is_section and _are_people(children))


def _alike(entries: Sequence[_Entry]) -> set[Path]:
    """All entries, where each is a folder of hand-ins, many of them whole in one, and nobody's name is there twice.

    What lies under one name in several of them is rather a part of each one's work.
    """
    if any(not entry.children or entry.is_listed for entry in entries):
        return set()
    children = [one for entry in entries for one in entry.children]
    times = Counter(one.id.casefold() for one in children)
    is_so = (
        any(sum(one.is_whole for one in entry.children) >= _FEWEST for entry in entries)
        and max(times.values()) == 1
        and all(one.is_folder for one in children)
        and all(_are_people(entry.children) and _has_other_name(entry) for entry in entries)
    )
    return {entry.path for entry in entries} if is_so else set()


def _has_other_name(entry: _Entry) -> bool:
    return all(one.id.casefold() not in entry.id.casefold() for one in entry.children)


def _are_people(entries: Sequence[_Entry]) -> bool:
    """Whether none of some names is that of a part or a version of somebody's work."""
    stems = [one.path.name[: len(one.path.name) - len(archive_suffix(one.path.name))].casefold() for one in entries]
    head = next((shared for sign in "-_ " if (shared := shared_head(stems, sign))), "")
    wanted = {split(name)[0] for one in entries[:1] for name in one.known.wanted}
    return not any(_is_part(stem[len(head) :], wanted) for stem in stems)


def _is_part(stem: str, wanted: Iterable[str]) -> bool:
    words = _WORD.findall(stem)
    is_number = not words and sum(sign.isdigit() for sign in stem) < 4
    return is_number or any(map(_PART.fullmatch, words)) or any(is_near(f"{stem}.py", f"{name}.py") for name in wanted)


def told_sections(sections: Mapping[Path, Sequence[str]]) -> str:
    """Which folders were taken for several students' in a line; empty where none was."""
    named = [f"{path.name} ({first_of(ids, 3)})" for path, ids in sections.items()]
    return f"Folders of several students, each graded alone: {first_of(named)}." if named else ""
