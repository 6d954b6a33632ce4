"""Canvas's gradebook, as it is exported."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from grader.errors import UsageError
from grader.intake.roster import cell_text, columns_of
from grader.model.sheet import Sheet
from grader.sheets.filling import Target, one_column, only_worth

_TITLE = re.compile(r"(?P<title>.*)\((?P<id>\d+)\)\s*", re.DOTALL)
# Excused, and not assigned: no number may take their place.
_NEVER = {"EX": "is excused (EX)", "N/A": "is not assigned (N/A)"}


@dataclass(frozen=True)
class CanvasSheet:
    """Headers; rows of points and manual posting, whose ID is empty; students."""

    name: str = "canvas"

    def target(self, sheet: Sheet, wanted: Sequence[str]) -> Target:
        """The column `Title (id)`, named by its id or its exact title."""
        columns = columns_of(sheet, 0) if sheet.rows else {}
        if "lms_user_id" not in columns:
            raise UsageError("this is no gradebook of Canvas: export it from Grades; it begins with Student and ID")
        titles = {
            place: (cell.text, found["title"], found["id"])
            for place, cell in enumerate(sheet.rows[0])
            if (found := _TITLE.fullmatch(cell.text))
        }
        column = one_column(sheet, 0, titles, wanted)
        whole = [row for row in range(1, len(sheet.rows)) if len(sheet.rows[row]) > column]
        people = [row for row in whole if cell_text(sheet.rows[row][columns["lms_user_id"]])]
        above = [sheet.rows[row] for row in whole if people and row < people[0]]
        # The row of points is indented; another above it says where grades are posted by hand.
        points = [row[column].text for row in above if row[0].text.startswith("    ")] or [
            row[column].text for row in above
        ]
        worth = only_worth(sheet, column, points)
        if any(points) and worth is None and any(row[0].text.startswith("    ") for row in above):
            raise UsageError(f"{titles[column][0]!r} is read-only in Canvas: nothing that is uploaded changes it")
        locked = {row: _NEVER[text] for row in people if (text := cell_text(sheet.rows[row][column]).upper()) in _NEVER}
        return Target(column, titles[column][1].strip(), 0, tuple(people), worth, locked, _notes(titles[column][1]))


def _notes(title: str) -> tuple[str, ...]:
    endings = ("current score", "final score", "current points", "final points", "current grade", "final grade")
    if "final" not in title.casefold() and not title.casefold().strip().endswith(endings):
        return ()
    return (f"Canvas may take {title.strip()!r} for a total because of its words, and ignore it: look after uploading",)


PLATFORM = CanvasSheet()
