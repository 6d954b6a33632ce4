"""Fills one column of a sheet with final grades: no other byte changes, nothing is lowered or overwritten unasked."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Protocol

from grader.errors import UsageError
from grader.export.decimals import decimal_text, read_decimal, read_worth
from grader.export.grades import FinalGrades, GradeStyle, StudentGrade
from grader.intake.roster import Roster, RosterRow, cell_text, columns_of, identity_of
from grader.model.grade import FinalGrade, round_points
from grader.model.identity import Identity
from grader.model.sheet import Sheet

# What Blackboard shows in the place of a grade.
_NEEDS = re.compile(r"Needs (Grading|Marking)( *\(.*\))?")
_DECIMAL = re.compile(r"\d+([.,])\d+")
_WAITS = {
    "needs_review": "waits for a person",
    "ungraded": "could not be run: grade again",
    "missing": "handed in nothing",
}


@dataclass(frozen=True)
class Target:
    """Where grades go in a sheet.

    Args:
        column: the grades' column, `title` what it is called; `top`: the row of headers.
        rows: the students' rows.
        max_score: what the sheet holds the assignment to be worth; None where it does not say.
        locked: rows whose cell is left alone, each with the reason.
        notes: what is to be known before it is uploaded.
    """

    column: int
    title: str
    top: int
    rows: tuple[int, ...]
    max_score: Fraction | None = None
    locked: Mapping[int, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


class Platform(Protocol):
    """Knows the sheet of one learning platform."""

    @property
    def name(self) -> str:
        """What `--format` calls it."""
        ...

    def target(self, sheet: Sheet, wanted: Sequence[str]) -> Target:
        """Where the grades of an assignment go.

        Args:
            wanted: its titles, or the column's id; the first that a column has.

        Raises:
            UsageError: the sheet is not this platform's, or no column, or more than one, is the assignment's.
        """
        ...


@dataclass(frozen=True)
class CellChange:
    """One cell that says something new."""

    student: str
    row: int
    before: str
    after: str


@dataclass(frozen=True)
class Filled:
    """A filled sheet, and what became of everybody.

    Args:
        kept: students whose cell stays as it is, each with the reason.
        strangers: rows of the sheet that are nobody's of the class.
        absent: students who have no row.
        people: the student of each row that is one's.
    """

    data: bytes
    changes: tuple[CellChange, ...]
    unchanged: int
    kept: tuple[tuple[str, str], ...]
    strangers: tuple[str, ...]
    absent: tuple[str, ...]
    people: Mapping[int, StudentGrade]
    notes: tuple[str, ...] = ()


def fill(
    sheet: Sheet,
    target: Target,
    grades: FinalGrades,
    style: GradeStyle,
    *,
    overwrite: bool = False,
    scale: bool = False,
) -> Filled:
    """The sheet with the scores that are settled.

    Raises:
        UsageError: the sheet holds the assignment to be worth something else, and `scale` is not wanted.
    """
    factor = _factor(target, grades, scale)
    sign = decimal_sign(sheet, target.column)
    people, strangers, doubled = _match(sheet, target, grades)
    changes: list[CellChange] = []
    kept = [(text, "two rows of the sheet are this student's") for text in doubled]
    unchanged = 0
    for row, one in people.items():
        before = _cell(sheet, row, target.column)
        score = style.score(one.grade)
        points = None if score is None else round_points(score * factor, style.decimals)
        locked = target.locked.get(row, "") or _why_outdated(one.grade, grades)
        reason = _reason(one.grade, points, before, sign, locked, overwrite)
        if reason:
            kept.append((one.student, reason))
        elif points is None or read_decimal(before, sign) == points:
            unchanged += 1
        else:
            changes.append(CellChange(one.student, row, before, decimal_text(points, style.decimals, sign)))
    data = sheet.with_cells({(change.row, target.column): change.after for change in changes})
    _read_back(sheet, data, target.column, changes)
    there = {one.student for one in people.values()} | set(doubled)
    absent = tuple(one.student for one in grades.students if one.student not in there)
    return Filled(data, tuple(changes), unchanged, tuple(kept), tuple(strangers), absent, people, target.notes)


def _factor(target: Target, grades: FinalGrades, scale: bool) -> Fraction:
    if target.max_score is None or target.max_score == grades.max_score:
        return Fraction(1)
    theirs, ours = decimal_text(target.max_score, 4), decimal_text(grades.max_score, 4)
    if not scale:
        raise UsageError(
            f"the sheet's {target.title!r} is worth {theirs} points, and {grades.assignment} {ours}: "
            "change one of them, or let scores be scaled with --scale"
        )
    if not target.max_score or not grades.max_score:
        raise UsageError(
            f"the sheet's {target.title!r} is worth {theirs} points, and {grades.assignment} {ours}, "
            "so that every score would be 0: change one of them"
        )
    return target.max_score / grades.max_score


def _match(sheet: Sheet, target: Target, grades: FinalGrades) -> tuple[dict[int, StudentGrade], list[str], list[str]]:
    """Who each row is, by ids, then logins, then names; rows that are nobody's; students who have two rows."""
    columns = columns_of(sheet, target.top)
    by_student = {one.student: one for one in grades.students}
    roster = Roster(tuple(RosterRow(one.student, one.who) for one in grades.students))
    found: dict[int, StudentGrade] = {}
    strangers = []
    for row in target.rows:
        who = identity_of(columns, sheet.rows[row])
        if who == Identity():
            continue
        student = roster.find(who)
        if student is None:
            strangers.append(who.shown)
        else:
            found[row] = by_student[student.student]
    names = [one.student for one in found.values()]
    doubled = sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []
    return {row: one for row, one in found.items() if one.student not in doubled}, strangers, doubled


def _why_outdated(grade: FinalGrade, grades: FinalGrades) -> str:
    """Why a score is out of other points than the assignment has now; empty where it is not."""
    if grade.score is None or grade.max_score == grades.max_score:
        return ""
    then, now = decimal_text(grade.max_score, 4), decimal_text(grades.max_score, 4)
    return f"was graded out of {then} points, and {grades.assignment} is worth {now} now: grade it again"


def _reason(grade: FinalGrade, points: Fraction | None, before: str, sign: str, locked: str, overwrite: bool) -> str:
    """Why a cell stays as it is; empty where it may be written."""
    if locked:
        return locked
    if points is None:
        return _WAITS[grade.status]
    present = read_decimal(before, sign)
    if says_nothing(before) or present == points:
        return ""
    after = decimal_text(points, 4, sign)
    if present is None and not overwrite:
        return f"{before} is there, which is no number; {after} would be written with --overwrite"
    return "" if overwrite else f"{before} is there, and {after} would be written with --overwrite"


def says_nothing(cell: str) -> bool:
    """Whether what stands in a cell is no grade of anybody's: nothing, a dash, or Blackboard's "Needs Grading"."""
    return cell in ("", "-") or _NEEDS.fullmatch(cell) is not None


def _cell(sheet: Sheet, row: int, column: int) -> str:
    return cell_text(sheet.rows[row][column])


def _read_back(sheet: Sheet, data: bytes, column: int, changes: Iterable[CellChange]) -> None:
    """See that the sheet says what was meant, and everything else what it said."""
    after = Sheet.read(data)
    places = {(change.row, column): change.after for change in changes}
    said = {place: after.rows[place[0]][place[1]].text for place in places}
    if said != places or _outside(sheet, places) != _outside(after, places):
        raise AssertionError("the filled sheet does not read back as it was meant; it was not written")


def _outside(sheet: Sheet, places: Iterable[tuple[int, int]]) -> list[str]:
    """The text between the cells at some places."""
    cells = [sheet.rows[row][column] for row, column in sorted(places)]
    ends = [0, *(cell.end for cell in cells)]
    starts = [*(cell.start for cell in cells), len(sheet.text)]
    return [sheet.text[end:start] for end, start in zip(ends, starts, strict=True)]


def decimal_sign(sheet: Sheet, column: int) -> str:
    """How a column writes decimals: as most of its numbers do, else as most of the sheet's, else by its delimiter."""
    own = [row[column : column + 1] for row in sheet.rows]
    for rows in (own, sheet.rows):
        signs = Counter(found[1] for row in rows for cell in row if (found := _DECIMAL.fullmatch(cell.text.strip())))
        if len(set(signs.values())) == len(signs) > 0:
            return signs.most_common(1)[0][0]
    return sheet.decimal


def only_worth(sheet: Sheet, column: int, texts: Iterable[str]) -> Fraction | None:
    """What some cells say that a column is worth; None where none of them says a number.

    Raises:
        UsageError: they say different numbers.
    """
    signs = (decimal_sign(sheet, column), ".", ",")  # what a column is worth may be written in another way than grades
    worth = {number for text in texts if (number := read_worth(text, signs)) is not None}
    if len(worth) > 1:
        raise UsageError("the sheet says that the assignment is worth several numbers of points: download it again")
    return next(iter(worth), None)


def one_column(sheet: Sheet, top: int, titles: Mapping[int, Sequence[str]], wanted: Sequence[str]) -> int:
    """The one column that has one of the wanted titles, the first of them that any has.

    Args:
        titles: by column, everything that it can be called by.

    Raises:
        UsageError: none has, or several.
    """
    for text in wanted:
        key = _title_key(text)
        found = [column for column, names in titles.items() if key in map(_title_key, names)]
        if len(found) == 1:
            return found[0]
        if found:
            raise UsageError(f"{len(found)} columns are called {text!r}: name one by its id with --column")
    known = ", ".join(repr(sheet.rows[top][column].text) for column in titles) or "none"
    raise UsageError(
        f"no column of the sheet is called {' or '.join(map(repr, wanted))}; name it with --column: there are {known}"
    )


def _title_key(title: str) -> str:
    """A title as it is compared: composed, in any case and spacing."""
    return " ".join(unicodedata.normalize("NFC", title).casefold().split())
