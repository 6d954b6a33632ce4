"""Blackboard's grade center, as it is downloaded to work offline."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from grader.errors import UsageError
from grader.export.decimals import read_worth
from grader.intake.roster import columns_of
from grader.model.sheet import Sheet
from grader.sheets.filling import Target, one_column

_TITLE = re.compile(
    r"(?P<title>.+?)\s*\[[^\[\]]*?(?P<max>\d+(?:[.,]\d+)*)[^\[\]]*\]\s*(?:\|\s*(?P<id>\d+))?\s*", re.DOTALL
)


@dataclass(frozen=True)
class BlackboardSheet:
    """`Last Name`, `First Name`, `Username`, …, `Title [Total Pts: 100 Score] |id`."""

    name: str = "blackboard"

    def target(self, sheet: Sheet, wanted: Sequence[str]) -> Target:
        """The column named by its id or its exact title; what "Needs Grading" says is no grade."""
        columns = columns_of(sheet, 0) if sheet.rows else {}
        titles = {
            place: found
            for place, cell in enumerate(sheet.rows[0] if sheet.rows else ())
            if (found := _TITLE.fullmatch(cell.text))
        }
        if "login" not in columns or not titles:
            raise UsageError(
                "this is no sheet of Blackboard: download it under Work Offline; it has Username and [Total Pts"
            )
        names = {place: (found[0], found["title"], found["id"] or "") for place, found in titles.items()}
        column = one_column(sheet, 0, names, wanted)
        rows = tuple(row for row in range(1, len(sheet.rows)) if len(sheet.rows[row]) > column)
        return Target(column, titles[column]["title"], 0, rows, read_worth(titles[column]["max"]))


PLATFORM = BlackboardSheet()
