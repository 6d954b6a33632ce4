"""Regrade requests from a table: whose, of which check, and why; each row becomes one act, once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from grader.errors import UsageError, display
from grader.intake.roster import head_text, read_sheet
from grader.results.acts import NewAct
from grader.results.gradebook import Gradebook, read_acts
from grader.results.ledger import Ledger
from grader.results.lookup import known_check, known_student

_COLUMNS = ("student", "check", "text")
_MOST = 5_000


def take_requests(ledger: Ledger, folder: Path, file: Path) -> int:
    """Add the requests of a CSV file with the columns student, check and text; how many are new.

    Raises:
        UsageError: it cannot be read, or a row names nobody or nothing; then nothing is added.
    """
    known = {(act.student, act.check, act.reason) for act in read_acts(folder) if act.kind == "request"}
    found = {(act.student, act.check, act.reason): act for act in _acts(ledger, file)}
    fresh = [act for key, act in found.items() if key not in known]
    if fresh:
        with Gradebook(folder) as gradebook:
            gradebook.append(*fresh)
    return len(fresh)


def _acts(ledger: Ledger, file: Path) -> Iterator[NewAct]:
    sheet = read_sheet(file)
    headers = [" ".join(text.casefold().split()) for text in sheet.texts(0)] if sheet.rows else []
    lacking = [name for name in _COLUMNS if name not in headers]
    if lacking:
        raise UsageError(
            f"{display(file)}: expected the columns student, check and text, got none called {lacking[0]} "
            f"in {head_text(sheet)}"
        )
    places = [headers.index(name) for name in _COLUMNS]
    for number, row in enumerate(sheet.rows[1:], start=2):
        who, of, text = (row[place].text.strip() if place < len(row) else "" for place in places)
        if not (who or of or text):  # a row of nothing, as spreadsheets leave them
            continue
        try:
            student, check = known_student(ledger, who), known_check(ledger.rubric, of)
        except UsageError as error:
            raise UsageError(f"{display(file)}, row {number}: {error}") from None
        yield NewAct("request", student, student=student, check=check.id, reason=text[:_MOST])
