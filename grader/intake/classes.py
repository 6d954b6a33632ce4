"""A class's folder: which entries are students', and all of them read, each under an id of its own."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from grader.course.folders import Course
from grader.course.workspace import Workspace
from grader.errors import SubmissionError, UsageError, first_of
from grader.intake.reading import id_of, is_submission, read_submission, true_name
from grader.intake.records import Imported
from grader.intake.sections import NOTHING_KNOWN, KnownClass, expand, may_hold_several
from grader.intake.submission import Submission, identifier
from grader.worker.disguises import why_not_code
from grader.worker.files import archive_suffix, is_leaving, kind_of

# A text in a class's folder is about the class, and no hand-in, where it is called so.
_NOTES = re.compile(r"(readme|notes?|todo|roster|grades?|students?|class|index|list|info|licen[sc]e)\b", re.IGNORECASE)


# What this program writes about a class: who has such a file has results in the folder, and no work.
_RESULTS = frozenset({"results.jsonl", "results.sqlite", "gradebook.sqlite", "review.sqlite", "class.html"})
_ABOUT_GRADES = re.compile(r"(?:results?|grades?|gradebook|feedback|reports?|exports?)+")
_MOST_NAMES = 10_000
# What a second download, or a copy of it, hangs on a name.
_COPY = re.compile(r"\s*\(\d+\)\Z|\s+(?:[-–] )?\(?(?:copy|kopie|copie|copia)(?: \d+|\)| \(\d+\))?\Z", re.IGNORECASE)
_BEFORE_A_COPY = re.compile(r"(?:copy of|kopie von|copie de|copia de) ", re.IGNORECASE)


@dataclass(frozen=True)
class ClassEntries:
    """The entries of a class's folder: those that are students', and what cannot be.

    Args:
        sections: by folder, the ids of the several students in it.
    """

    hand_ins: tuple[Path, ...]
    others: tuple[str, ...] = ()
    sections: Mapping[Path, Sequence[str]] = field(default_factory=dict)


@dataclass
class ReadClass:
    """The submissions of a class, and those that cannot be read, empty, each with the reason."""

    submissions: list[Submission] = field(default_factory=list)
    unreadable: list[tuple[Submission, str]] = field(default_factory=list)

    @property
    def ids(self) -> list[str]:
        """Everybody's."""
        return [one.id for one in self.submissions] + [one.id for one, _ in self.unreadable]


def class_folder(folder: Path, known: KnownClass = NOTHING_KNOWN) -> ClassEntries:
    """What lies in a class's folder; what tools leave behind is nobody's, nor are results that lie there.

    Raises:
        UsageError: nothing in it is a student's.
    """
    entries = sorted(path for path in folder.iterdir() if not is_leaving(path.name)) if folder.is_dir() else []
    found = expand([path for path in entries if is_hand_in(path) and not is_about_grades(path, known)], known)
    hand_ins = tuple(path for path in found.hand_ins if is_hand_in(path))
    if not hand_ins:
        raise UsageError(f"{folder} holds no submission: a folder, an archive or a notebook per student is expected")
    rest = [path for path in (*entries, *found.others, *found.hand_ins) if path not in {*hand_ins, *found.sections}]
    others = tuple(dict.fromkeys(path.relative_to(folder).as_posix() for path in rest))
    return ClassEntries(hand_ins, others, found.sections)


def class_entries(paths: Sequence[Path], known: KnownClass = NOTHING_KNOWN) -> ClassEntries:
    """The hand-ins that somebody named, or in the folders of several students that somebody named."""
    found = expand(paths, known)
    within = [path for path in found.hand_ins if path in paths or is_hand_in(path)]
    rest = [*found.others, *(path for path in found.hand_ins if path not in within)]
    return ClassEntries(tuple(within), tuple(map(str, rest)), found.sections)


def with_own_hand_in(work: Workspace, path: Path) -> Workspace:
    """The workspace with the hand-in that a path lies in, where that is one of several in a folder of the class's.

    Raises:
        UsageError: it is not clear whose is meant.
    """
    whole = Course(work.root).submissions(work.assignment)
    if work.kind == "kit" or work.submission.parent.resolve() != whole.resolve():
        return work
    known = KnownClass.of(Course(work.root), work.assignment)
    if not may_hold_several(work.submission, known):
        return work
    own = hand_in_around(path.resolve(), whole, known)
    if own is None:
        raise UsageError(f"{path} holds the hand-ins of several: name the folder of one of them")
    return replace(work, submission=own)


def refuse_part(path: Path, whole: Path, known: KnownClass) -> None:
    """Refuse what is a part of a hand-in in a class's folder: it would be graded under another name, and by halves.

    So is what the class's folder lies in: it would be one student's.

    Raises:
        UsageError: it is.
    """
    place = path.resolve()
    if place in whole.resolve().parents:
        raise UsageError(f"{path} holds the class's folder {whole}: name that, or the folder of a student")
    if whole.resolve() in place.parents and place.parent != whole.resolve():
        own = hand_in_around(place, whole, known)
        if own is not None and own != place:
            raise UsageError(f"{path} is a part of the hand-in {own.name}: name {own}")


def hand_in_around(place: Path, whole: Path, known: KnownClass) -> Path | None:
    """The hand-in in a class's folder that a path is, or lies in; None where it holds several, or is none."""
    found = class_folder(whole, known).hand_ins
    return next((path for path in found if path.resolve() in (place, *place.parents)), None)


def is_about_grades(path: Path, known: KnownClass = NOTHING_KNOWN) -> bool:
    """Whether something holds what was made of a class, and no work: results, sheets, pages."""
    stem = path.name[: len(path.name) - len(archive_suffix(path.name))].lower()
    has_results = (
        _ABOUT_GRADES.fullmatch(re.sub(r"[\W\d_]+", "", stem.replace(known.assignment.lower(), ""))) is not None
    )
    if not path.is_dir() or path.is_symlink():
        return path.name.lower() in _RESULTS or (has_results and stem != path.name.lower())
    for name in islice((name for _, _, files in os.walk(path) for name in files if not is_leaving(name)), _MOST_NAMES):
        if kind_of(name) in ("python", "notebook", "archive") or known.wanted_name(name):
            return False
        has_results = has_results or name in _RESULTS
    return has_results


def is_hand_in(path: Path) -> bool:
    """Whether an entry of a class's folder is a student's: all but what tools leave, tables, pictures and notes."""
    if path.is_dir() or path.is_symlink() or why_not_code(path.name):
        return True
    kind = kind_of(true_name(path))
    if kind in ("python", "notebook", "archive"):
        return True
    return kind == "document" and not path.name.lower().endswith((".txt", ".text")) and not _NOTES.match(path.name)


def read_class(paths: Sequence[Path], known: KnownClass = NOTHING_KNOWN) -> ReadClass:
    """The submissions at some paths; two with one id are neither read, since it is not known which one counts.

    Args:
        known: of the class whose folder they lie in, where they do; a file that is asked for is nobody's there.

    Raises:
        UsageError: one cannot be a submission at all.
    """
    found = ReadClass()
    imported = Imported()
    by_id: dict[str, list[Path]] = {}
    for path in paths:
        if not (is_submission(path) or is_hand_in(path)):
            raise UsageError(f"{path} is no submission: that is a folder, a zip or tar archive, a notebook or a module")
        by_id.setdefault(id_of(path), []).append(path)
    for name, several in _with_copies(by_id).items():
        if len({os.path.realpath(path) for path in several}) > 1:
            told = " and ".join("/".join(path.parts[-2:]) for path in several)  # a student may read it
            found.unreadable.append(
                (Submission(name, {}), f"{told} are both submission {name!r}: leave one of them out")
            )
            continue
        if several[0].name.casefold() in map(str.casefold, known.wanted) and not several[0].is_dir():
            told = f"{several[0].name} lies in no student's folder: move it to whose it is"
            found.unreadable.append((Submission(name, {}), told))
            continue
        try:
            found.submissions.append(imported.with_missing_files(read_submission(several[0]), several[0]))
        except SubmissionError as error:
            found.unreadable.append((Submission(name, {}), str(error)))
    return found


def _with_copies(by_id: Mapping[str, list[Path]]) -> dict[str, list[Path]]:
    """Paths by id; what a second download or a copy made of a name that is there too is the same student's."""
    found: dict[str, list[Path]] = {}
    for name, paths in by_id.items():
        own = paths[0].name[: len(paths[0].name) - len(_suffix(paths[0]))]
        of_copy = identifier(copied) if (copied := _COPY.sub("", _BEFORE_A_COPY.sub("", own))) != own else name
        found.setdefault(of_copy if of_copy in by_id else name, []).extend(paths)
    return found


def _suffix(path: Path) -> str:
    return "" if path.is_dir() else archive_suffix(path.name) or path.suffix


def told_others(others: Iterable[str]) -> str:
    """The files of a class's folder that are no hand-ins, in a line; empty where there are none."""
    names = list(others)
    return f"Not hand-ins, and left alone: {first_of(names)}." if names else ""
