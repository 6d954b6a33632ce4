"""Final grades as an Excel workbook: the class, every check, and what still waits."""

from __future__ import annotations

import importlib.util
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from grader.errors import UsageError
from grader.export.decimals import as_number
from grader.export.escaping import xml_text
from grader.export.grades import FinalGrades, GradeStyle
from grader.export.grades.table import Value, headers, values

# No clock in the file: the same grades give the same bytes.
_CREATED = datetime(2026, 1, 1)
_MAX_TEXT = 32_000  # a cell of Excel's holds 32,767 characters


@dataclass(frozen=True)
class Xlsx:
    """`grades.xlsx`."""

    name: str = "xlsx"

    def write(self, grades: FinalGrades, style: GradeStyle) -> dict[str, bytes]:
        """Three sheets; no text is ever a formula or a link.

        Raises:
            UsageError: the library for it is not installed.
        """
        if importlib.util.find_spec("xlsxwriter") is None:
            raise UsageError(
                "--format xlsx needs XlsxWriter: pip install '.[xlsx]' in the checkout, or take --format csv"
            )
        from xlsxwriter import Workbook

        stream = io.BytesIO()
        book = Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
        book.set_properties({"created": _CREATED})
        _fill(book, "Grades", [headers(grades), *(values(one, grades, style) for one in grades.students)], style)
        _fill(book, "Checks", _checks(grades), style)
        _fill(book, "Waiting", _waiting_rows(grades), style)
        book.close()
        return {"grades.xlsx": stream.getvalue()}


def _checks(grades: FinalGrades) -> list[list[Value]]:
    """A row a student, a column a check."""
    rows: list[list[Value]] = [["student", *(f"{question}.{check}" for question, check in grades.checks)]]
    for one in grades.students:
        scores = {(check.question, check.id): check.score for check in one.grade.checks}
        rows.append([one.student, *(scores.get(key) for key in grades.checks)])
    return rows


def _waiting_rows(grades: FinalGrades) -> list[list[Value]]:
    rows: list[list[Value]] = [["student", "question", "check", "worth", "why"]]
    for one in grades.students:
        rows += [[one.student, check.question, check.id, check.max_score, check.reason] for check in one.grade.waiting]
    return rows


def _fill(book: Any, title: str, rows: Sequence[Sequence[Value]], style: GradeStyle) -> None:
    sheet = book.add_worksheet(title)
    bold, points = book.add_format({"bold": True}), book.add_format({"num_format": "0." + "#" * style.decimals})
    for number, row in enumerate(rows):
        for place, value in enumerate(row):
            if isinstance(value, str):
                if value:
                    sheet.write_string(number, place, xml_text(value)[:_MAX_TEXT], bold if number == 0 else None)
            elif isinstance(value, int):
                sheet.write_number(number, place, value)
            elif value is not None:
                sheet.write_number(number, place, as_number(value, style.decimals), points)
    sheet.freeze_panes(1, 1)
    if rows[0]:
        sheet.autofilter(0, 0, max(len(rows) - 1, 0), len(rows[0]) - 1)
    sheet.set_column(0, 1, 20)


EXPORTERS = {"xlsx": Xlsx()}
