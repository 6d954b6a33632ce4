"""Who is in the class: `roster.csv`, or the sheet of another system that says the same in other words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from grader.course.folders import Course
from grader.errors import UsageError, display
from grader.intake.names import safe_id
from grader.intake.submission import is_made
from grader.model.identity import ID_KEYS, Identity, key_of
from grader.model.sheet import Cell, NotASheet, Sheet

MAX_ROSTER_BYTES = 64 << 20
# What each system calls what we call so, in English and German; compared without case.
_HEADERS = {
    "student": ("student",),
    "name": ("name", "full name", "student name", "vollständiger name"),
    "first": ("first name", "first_name", "vorname"),
    "last": ("last name", "last_name", "surname", "nachname"),
    "login": (
        "login", "login_id", "username", "user name", "sis login id", "sis-anmelde-id", "anmeldename", "display id",
        "uid",
    ),
    "email": ("email", "e-mail", "email address", "e-mail-adresse", "e-mail adresse"),
    "sis_id": (
        "sis_id", "sis user id", "sis-benutzer-id", "sid", "student id", "id number", "id-nummer", "matrikelnummer",
        "orgdefinedid", "identifier",
    ),
    "lms_user_id": ("lms_user_id", "canvas_id", "canvas_user_id", "user id", "id"),
    "github_username": ("github_username", "github"),
    "section": ("section", "sections", "section_name", "abschnitt"),
    "group": ("group", "group_name", "group name", "gruppe"),
    "submitted": (
        "submitted_at", "last modified (submission)", "zuletzt geändert (abgabe)", "submission time", "submission date",
    ),
}  # fmt: skip
_FIELDS = {header: name for name, headers in _HEADERS.items() for header in headers}
_PARTICIPANT = re.compile(r"(\D{3,}?)\s?(\d{1,18})")
# Ids that one person has and nobody else: where two of them differ, so do the persons.
CERTAIN = ("lms_user_id", "participant", "sis_id")
_ALSO = {"login": ("email",), "email": ("login",)}
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_FORMULA = re.compile(r'="(.*)"\Z', re.DOTALL)


@dataclass(frozen=True)
class RosterRow:
    """One row: the id of the submission's folder, who that is elsewhere, and every other column under its header."""

    student: str
    identity: Identity
    section: str = ""
    group: str = ""
    submitted: str = ""
    more: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class Roster:
    """The students of a class, found by what is known of them."""

    students: tuple[RosterRow, ...] = ()
    path: Path | None = None
    notes: tuple[str, ...] = ()

    @classmethod
    def read(cls, path: Path) -> Roster:
        """The roster in a file.

        Raises:
            UsageError: it is none, two rows have one id, or a student's id cannot be a folder's name.
        """
        sheet = read_sheet(path)
        top = header_row(sheet)
        if top is None:
            raise UsageError(
                f"{display(path)}: expected a line of headers such as student,name,login,email,sis_id,lms_user_id; "
                f"got {head_text(sheet)}"
            )
        columns = columns_of(sheet, top)
        rows = [row for row in sheet.rows[top + 1 :] if any(cell.text.strip() for cell in row)]
        students = [one for row in rows if (one := _student(path, sheet.texts(top), columns, row)) is not None]
        _refuse_twice(path, students)
        return cls(tuple(students), path, sheet.notes)

    @classmethod
    def near(cls, course: Course, assignment: str) -> Roster:
        """The roster of an assignment: in its folder of submissions, else the course's own; empty where there is none.

        Raises:
            UsageError: it cannot be read.
        """
        places = (course.submissions(assignment) / "roster.csv", course.root / "roster.csv")
        path = next((place for place in places if place.is_file()), None)
        return cls.read(path) if path else cls()

    def find(self, who: Identity) -> RosterRow | None:
        """The student whom an id names, else one with that login, e-mail, number or name.

        None where nobody fits, two do, or an id that both have says that it is somebody else.
        """
        for name in (*ID_KEYS, "name"):
            if text := getattr(who, name):
                fits = self._index.get((name, key_of(name, text)), ())
                if fits:
                    certain = CERTAIN if name != "name" else ID_KEYS
                    return fits[0] if len(fits) == 1 and not differ(who, fits[0].identity, certain) else None
        return None

    @cached_property
    def _index(self) -> Mapping[tuple[str, str], Sequence[RosterRow]]:
        """The students by field and text; a login may be what the roster calls an e-mail or the student's id."""
        found: dict[tuple[str, str], list[RosterRow]] = {}
        for one in self.students:
            for name in (*ID_KEYS, "name"):
                texts = (getattr(one.identity, also) for also in (name, *_ALSO.get(name, ())))
                student = one.student if name in ("login", "sis_id", "github_username") else ""
                for key in {key_of(name, text) for text in (*texts, student) if text}:
                    found.setdefault((name, key), []).append(one)
        return found

    def namesakes(self, name: str) -> Sequence[RosterRow]:
        """All students of that name."""
        return self._index.get(("name", key_of("name", name)), ())

    def by_id(self, student: str) -> RosterRow | None:
        """The student whose submission has that id."""
        return next((one for one in self.students if one.student == student), None)


NOBODY = Roster()


def merge(sheet: Roster, listed: Roster) -> Roster:
    """The rows of a system's sheet with what the course's roster says of the same students, and those it has beside."""
    rows, used = [], set()
    for row in sheet.students:
        other = listed.find(row.identity) or (listed.by_id(row.student) if row.student else None)
        if other:
            used.add(id(other))
            row = replace(
                row,
                student=other.student or row.student,
                identity=row.identity.fill(other.identity),
                section=row.section or other.section,
                group=row.group or other.group,
                more={**other.more, **row.more},
            )
        rows.append(row)
    rest = (one for one in listed.students if id(one) not in used)
    return Roster((*rows, *rest), sheet.path or listed.path, (*sheet.notes, *listed.notes))


def read_sheet(path: Path) -> Sheet:
    """The table in a file.

    Raises:
        UsageError: it cannot be read as one.
    """
    try:
        if path.exists() and not path.is_file():  # a pipe waits for whoever writes
            raise NotASheet("it is no file")
        with path.open("rb") as stream:
            data = stream.read(MAX_ROSTER_BYTES + 1)
        if len(data) > MAX_ROSTER_BYTES:
            raise NotASheet(f"it has more than {MAX_ROSTER_BYTES >> 20} MiB")
        return Sheet.read(data)
    except OSError as error:
        raise UsageError(f"{display(path)} cannot be read: {error.strerror or error}") from None
    except NotASheet as error:
        raise UsageError(f"{display(path)} is no table of comma-separated values: {error}") from None


def head_text(sheet: Sheet) -> str:
    """How a table begins, for messages."""
    return repr(",".join(sheet.texts(0))[:120]) if sheet.rows else "an empty file"


def header_row(sheet: Sheet) -> int | None:
    """The row that says what the columns are: some systems put a title above it."""
    for number in range(min(5, len(sheet.rows))):
        known = [text for text in map(_header, sheet.texts(number)) if text in _FIELDS]
        if len(known) >= 2 or (known and number == 0):
            return number
    return None


def columns_of(sheet: Sheet, top: int) -> dict[str, int]:
    """Which column says what: the field → its place, the first of each; in the words of the system that wrote it."""
    headers = [_header(text) for text in sheet.texts(top)]
    found: dict[str, int] = {}
    for place, header in enumerate(headers):
        if name := _FIELDS.get(header):
            found.setdefault(name, place)
    if "student" in found and "name" not in found and "lms_user_id" in found:  # Canvas: the student's name, and ID
        found["name"] = found.pop("student")
    if {"github_id", "role"} & set(headers) and "login" in found:  # Classroom 50 calls the GitHub account username
        found.setdefault("github_username", found.pop("login"))
    if _FIELDS.get(headers[0], "sis_id") in ("sis_id", "lms_user_id") and _has_participants(sheet, top):
        found = {name: place for name, place in found.items() if place} | {"participant": 0}
        found.setdefault("name", 1)  # whatever the language calls it
    if "email" not in found and (addresses := _addresses(sheet, top)):
        found["email"] = addresses
    return found


def _addresses(sheet: Sheet, top: int) -> int | None:
    """The first column in which every cell is an e-mail address, whatever it is called; never the first of all."""
    rows = [row for row in sheet.rows[top + 1 :] if len(row) == len(sheet.rows[top])]
    for place in range(1, len(sheet.rows[top])):
        texts = [text for row in rows if (text := cell_text(row[place]))]
        if texts and all(_ADDRESS.fullmatch(text) for text in texts):
            return place
    return None


def _has_participants(sheet: Sheet, top: int) -> bool:
    """Whether the first column says "Participant 123" in some language, as Moodle's worksheet does."""
    texts = [row[0].text.strip() for row in sheet.rows[top + 1 :] if row[0].text.strip()]
    found = [_PARTICIPANT.fullmatch(text) for text in texts]
    return bool(texts) and all(found) and len({one[1] for one in found if one}) == 1


def cell_text(cell: Cell) -> str:
    """What a cell says, without what keeps a spreadsheet from reckoning with it."""
    text = cell.text.strip()
    formula = _FORMULA.match(text)
    return formula[1].replace('""', '"') if formula else text


def identity_of(columns: Mapping[str, int], row: Sequence[Cell]) -> Identity:
    """Who a row of a sheet is about."""
    said = {name: cell_text(row[place]) for name, place in columns.items() if place < len(row)}
    if not said.get("name"):
        said["name"] = " ".join(filter(None, (said.get("first", ""), said.get("last", ""))))
    if number := _PARTICIPANT.fullmatch(said.get("participant", "")):
        said["participant"] = number[2]
    for name in ("sis_id", "login"):  # Brightspace marks ids with a sign, so that no zero is lost
        said[name] = said.get(name, "").removeprefix("#")
    return Identity(**{one.name: said.get(one.name, "") for one in fields(Identity)})


def _student(path: Path, headers: Sequence[str], columns: Mapping[str, int], row: Sequence[Cell]) -> RosterRow | None:
    """The student of a row; None where it is about nobody, such as Canvas's row of points.

    Raises:
        UsageError: what it calls the student cannot be a folder's name.
    """
    who = identity_of(columns, row)
    texts = [cell_text(cell) for cell in row]
    written = texts[columns["student"]] if "student" in columns and columns["student"] < len(texts) else ""
    if written and not safe_id(written):
        is_ours = is_made(written)
        why = "that was made of a folder's name: rename the folder" if is_ours else "it becomes the name of a folder"
        raise UsageError(
            f"{display(path)}:{row[0].line}: expected a student's id of letters, digits and . _ @ -, "
            f"got {written!r}; {why}"
        )
    if not written and not any(getattr(who, name) for name in ID_KEYS):
        return None
    more = {header: text for header, text in zip(headers, texts, strict=False) if header and text}
    said = {name: texts[place] for name, place in columns.items() if place < len(texts)}
    return RosterRow(written, who, said.get("section", ""), said.get("group", ""), said.get("submitted", ""), more)


def differ(who: Identity, other: Identity, names: Iterable[str] = CERTAIN) -> bool:
    """Whether one of some ids, which both have, says that they are two persons."""
    pairs = [(name, getattr(who, name), getattr(other, name)) for name in names]
    return any(mine and theirs and key_of(name, mine) != key_of(name, theirs) for name, mine, theirs in pairs)


def _refuse_twice(path: Path, students: Iterable[RosterRow]) -> None:
    seen: dict[str, str] = {}
    for one in students:
        if one.student and one.student.casefold() in seen:
            raise UsageError(
                f"{display(path)}: {one.student!r} stands there twice; each student has one row and one id"
            )
        seen[one.student.casefold()] = one.student


def _header(text: str) -> str:
    return " ".join(text.casefold().split()).strip("\ufeff")
