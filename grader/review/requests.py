"""Regrade requests from a table: whose, of which check, and why; each row becomes one act, once."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from grader.errors import UsageError, display
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
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{display(file)} cannot be read as a table in UTF-8: {error}") from None
    rows = csv.DictReader(io.StringIO(text), delimiter=";" if ";" in text.partition("\n")[0] else ",")
    lacking = [name for name in _COLUMNS if name not in (rows.fieldnames or ())]
    if lacking:
        raise UsageError(f"{display(file)}: expected the columns student, check and text, got none called {lacking[0]}")
    for number, row in enumerate(rows, start=2):
        try:
            student = known_student(ledger, (row["student"] or "").strip())
            check = known_check(ledger.rubric, (row["check"] or "").strip())
        except UsageError as error:
            raise UsageError(f"{display(file)}, row {number}: {error}") from None
        yield NewAct("request", student, student=student, check=check.id, reason=(row["text"] or "").strip()[:_MOST])
