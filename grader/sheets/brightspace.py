"""Brightspace's grades, as they are exported."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from grader.errors import UsageError
from grader.export.decimals import read_worth
from grader.intake.roster import columns_of
from grader.model.sheet import Sheet
from grader.sheets.filling import Target, one_column

_TITLE = re.compile(r"(?P<title>.+?) Points Grade(?:\s*<(?P<more>.*)>)?\s*", re.DOTALL)
_MOST = re.compile(r"MaxPoints:(\d+(?:[.,]\d+)*)")


@dataclass(frozen=True)
class BrightspaceSheet:
    """`OrgDefinedId`, `Username`, …, `Title Points Grade <Numeric MaxPoints:10>`, `End-of-Line Indicator`."""

    name: str = "brightspace"

    def target(self, sheet: Sheet, wanted: Sequence[str]) -> Target:
        """The column of points of the item with that title."""
        columns = columns_of(sheet, 0) if sheet.rows else {}
        titles = {
            place: found
            for place, cell in enumerate(sheet.rows[0] if sheet.rows else ())
            if (found := _TITLE.fullmatch(cell.text))
        }
        if not {"login", "sis_id"} & set(columns) or not titles:
            raise UsageError(
                "this is no sheet of Brightspace: export grades with Points grade; it has OrgDefinedId or Username"
            )
        column = one_column(sheet, 0, {place: (found[0], found["title"]) for place, found in titles.items()}, wanted)
        rows = tuple(row for row in range(1, len(sheet.rows)) if len(sheet.rows[row]) > column)
        most = _MOST.search(titles[column]["more"] or "")
        worth = read_worth(most[1]) if most else None
        return Target(column, titles[column]["title"], 0, rows, worth)


PLATFORM = BrightspaceSheet()
