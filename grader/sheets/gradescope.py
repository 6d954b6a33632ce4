"""Gradescope's table of grades, as it is downloaded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader.errors import UsageError
from grader.intake.roster import cell_text, columns_of
from grader.model.sheet import Sheet
from grader.sheets.filling import Target, only_worth

_SCORE, _MOST = "total score", "max points"
_NOTE = "Gradescope itself takes scores as its autograder's results.json: --format gradescope without --into"


@dataclass(frozen=True)
class GradescopeSheet:
    """`First Name`, `Last Name`, `SID`, `Email`, …, `Total Score`, `Max Points`, `Status`, …"""

    name: str = "gradescope"

    def target(self, sheet: Sheet, wanted: Sequence[str]) -> Target:
        """The column of total scores; a sheet is of one assignment, so its title is not asked for."""
        headers = [cell_text(cell).casefold() for cell in sheet.rows[0]] if sheet.rows else []
        columns = columns_of(sheet, 0) if sheet.rows else {}
        if not {_SCORE, _MOST} <= set(headers) or not {"sis_id", "email"} & set(columns):
            raise UsageError(
                "this is no table of Gradescope: download it under Review Grades, Download Grades; "
                "it has SID or Email, Total Score and Max Points"
            )
        column, most = headers.index(_SCORE), headers.index(_MOST)
        rows = tuple(row for row in range(1, len(sheet.rows)) if len(sheet.rows[row]) > max(column, most))
        worth = only_worth(sheet, column, [sheet.rows[row][most].text for row in rows])
        return Target(column, sheet.rows[0][column].text, 0, rows, worth, notes=(_NOTE,))


PLATFORM = GradescopeSheet()
