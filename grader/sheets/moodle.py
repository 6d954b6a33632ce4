"""Moodle's worksheet for grading offline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader.errors import UsageError
from grader.intake.roster import cell_text, columns_of
from grader.model.sheet import Sheet
from grader.sheets.filling import Target, one_column, only_worth

# The headers are in the site's language.
_GRADE = ("grade", "bewertung", "note", "nota", "calificación", "valutazione", "cijfer", "beoordeling", "karakter")
_MOST = (
    "maximum grade", "bestwertung", "beste bewertung", "note maximale", "nota máxima", "calificación máxima",
    "valutazione massima", "maximaal cijfer", "maximum cijfer",
)  # fmt: skip
_CHANGEABLE = ("grade can be changed", "bewertung kann geändert werden", "la note peut être modifiée")
_NO = ("no", "nein", "non", "nee")


@dataclass(frozen=True)
class MoodleSheet:
    """`Identifier`, …, `Grade`, `Maximum grade`, …"""

    name: str = "moodle"

    def target(self, sheet: Sheet, wanted: Sequence[str]) -> Target:
        """The column of grades; a sheet is of one assignment, so its title is not asked for."""
        headers = [cell_text(cell).casefold() for cell in sheet.rows[0]] if sheet.rows else []
        if "participant" not in (columns_of(sheet, 0) if sheet.rows else {}):
            raise UsageError("this is no worksheet of Moodle: download it under Grading, Download grading worksheet")
        most = next((place for place, text in enumerate(headers) if text in _MOST), None)
        named = [place for place, text in enumerate(headers) if text in _GRADE]
        if len(named) != 1:  # in a language that is not known here: it stands before the maximum, or is named
            named = [most - 1] if most else []
        titles = {place: (text,) for place, text in enumerate(headers)}
        column = named[0] if named else one_column(sheet, 0, titles, wanted)
        rows = tuple(row for row in range(1, len(sheet.rows)) if len(sheet.rows[row]) > max(column, most or 0))
        worth = only_worth(sheet, column, [sheet.rows[row][most].text for row in rows if most is not None])
        place = next((place for place, text in enumerate(headers) if text in _CHANGEABLE), None)
        locked = {
            row: "Moodle says that it cannot be changed"
            for row in rows
            if place is not None and cell_text(sheet.rows[row][place]).casefold() in _NO
        }
        return Target(column, sheet.rows[0][column].text, 0, rows, worth, locked)


PLATFORM = MoodleSheet()
