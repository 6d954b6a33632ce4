"""The gradebook of one assignment: acts of people in SQLite, to which can only be added."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from grader.errors import GraderError, UsageError
from grader.results.acts import KINDS, Act, NewAct, detail_text, now_text
from grader.results.transaction import at_once

NAME = "gradebook.sqlite"
BUSY_S = 30.0
# The first that keeps to the types of a table (STRICT).
OLDEST_SQLITE = (3, 37)

_REFUSE = """
CREATE TRIGGER acts_are_never_changed BEFORE UPDATE ON acts
BEGIN SELECT RAISE(ABORT, 'acts are only ever added'); END;
CREATE TRIGGER acts_are_never_deleted BEFORE DELETE ON acts
BEGIN SELECT RAISE(ABORT, 'acts are only ever added'); END;
CREATE TRIGGER acts_are_never_replaced BEFORE INSERT ON acts WHEN EXISTS (SELECT 1 FROM acts WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'acts are only ever added'); END;
"""

# Each brings a gradebook of the version before to the next one; what was released is never edited, only added to.
MIGRATIONS: tuple[str, ...] = (
    f"""
    CREATE TABLE acts (
        id INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        actor TEXT NOT NULL CHECK (actor <> ''),
        student TEXT NOT NULL,
        check_id TEXT NOT NULL,
        answer TEXT NOT NULL,
        files TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind <> ''),
        value TEXT NOT NULL,
        reason TEXT NOT NULL,
        detail TEXT NOT NULL CHECK (json_valid(detail)),
        supersedes INTEGER REFERENCES acts (id)
    ) STRICT;
    CREATE INDEX acts_by_answer ON acts (student, check_id);
    {_REFUSE}
    """,
)
VERSION = len(MIGRATIONS)

_COLUMNS = "id, at, actor, student, check_id, answer, files, kind, value, reason, detail, supersedes"


class Conflict(GraderError):
    """Somebody else did something to the same answer in between; `acts` are what came since."""

    def __init__(self, acts: tuple[Act, ...]) -> None:
        self.acts = acts
        latest = acts[-1]
        super().__init__(f"{latest.actor} was here in between ({latest.kind}, {latest.at}); look at it first")


class Gradebook:
    """The acts of one assignment; every `append` is one transaction, on disk when it returns."""

    def __init__(self, folder: Path) -> None:
        """Open the gradebook of a results folder; make it where there is none.

        Raises:
            UsageError: the file is no gradebook, or one of a later version of grader.
        """
        if sqlite3.sqlite_version_info < OLDEST_SQLITE:
            wanted = ".".join(map(str, OLDEST_SQLITE))
            raise UsageError(
                f"a gradebook needs SQLite {wanted} or newer, and this Python has {sqlite3.sqlite_version}"
            )
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / NAME
        self._database = sqlite3.connect(self.path, isolation_level=None, timeout=BUSY_S)
        try:
            _patiently(self._prepare)
        except sqlite3.DatabaseError as error:
            self._database.close()
            raise UsageError(
                f"{self.path}: expected a gradebook, got a file that SQLite cannot use ({error}); "
                "move it away, or bring back a copy"
            ) from None
        except UsageError:
            self._database.close()
            raise

    def _prepare(self) -> None:
        if self._database.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=FULL")
        self._database.execute("PRAGMA foreign_keys=ON")
        if self._version() == VERSION:
            return
        with at_once(self._database):
            self._migrate()

    def _version(self) -> int:
        version: int = self._database.execute("PRAGMA user_version").fetchone()[0]
        if version > VERSION:
            raise UsageError(
                f"{self.path}: expected a gradebook of version {VERSION} or earlier, got version {version}; "
                "it was written by a later grader: install that one"
            )
        return version

    def _migrate(self) -> None:
        for step in range(self._version(), VERSION):
            for statement in _statements(MIGRATIONS[step]):
                self._database.execute(statement)
        self._database.execute(f"PRAGMA user_version = {VERSION}")

    def append(self, *acts: NewAct, seen: int | None = None) -> tuple[Act, ...]:
        """Add acts, all or none, and return them as they are kept.

        Args:
            seen: the last act on the first one's students and check that its author saw (0: none). Anything newer is
                a conflict.

        Raises:
            Conflict: there is something newer; nothing was added.
            UsageError: a text of it cannot be kept.
        """
        with at_once(self._database):
            if seen is not None:
                self._refuse_conflict(acts[0], seen)
            return tuple(self._add(act) for act in acts)

    def _refuse_conflict(self, act: NewAct, seen: int) -> None:
        students = {one.student for one in act.members}
        newer = tuple(
            one
            for one in self.acts(check=act.check, after=seen)
            if not students.isdisjoint(member.student for member in one.members)
        )
        if newer:
            raise Conflict(newer)

    def _add(self, act: NewAct) -> Act:
        if act.kind not in KINDS:
            raise ValueError(f"no such kind of act: {act.kind!r}")
        at = now_text()
        row = (
            at, act.actor, act.student, act.check, act.answer, act.files, act.kind, act.value, act.reason,
            detail_text(act.detail), act.supersedes,
        )  # fmt: skip
        if any(isinstance(text, str) and not _is_writable(text) for text in row):
            raise UsageError(f"a name or text of {act.kind} holds bytes that are no letters in UTF-8; write it anew")
        marks = ", ".join("?" * len(row))
        inserted = self._database.execute(f"INSERT INTO acts ({_COLUMNS.partition(', ')[2]}) VALUES ({marks})", row)
        return Act(**vars(act), id=inserted.lastrowid or 0, at=at)

    def acts(self, student: str = "", check: str = "", *, after: int = 0) -> list[Act]:
        """Every act in the order in which it was done.

        Args:
            student: only what concerns this student, alone or in a group.
            check: only what concerns this check.
            after: only what came after the act of this number.
        """
        query = f"SELECT {_COLUMNS} FROM acts WHERE id > ? AND (? = '' OR check_id = ?) ORDER BY id"
        found = map(_act, self._database.execute(query, (after, check, check)))
        return [act for act in found if not student or any(one.student == student for one in act.members)]

    @property
    def last(self) -> int:
        """The last act's id; 0 where there is none."""
        return int(self._database.execute("SELECT coalesce(max(id), 0) FROM acts").fetchone()[0])

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self.close()


def read_acts(folder: Path) -> list[Act]:
    """The acts of a results folder; none where it has no gradebook, and none is made.

    Raises:
        UsageError: the file is no gradebook.
    """
    if not (folder / NAME).is_file():
        return []
    with Gradebook(folder) as gradebook:
        return gradebook.acts()


def _act(row: tuple[object, ...]) -> Act:
    names = ("id", "at", "actor", "student", "check", "answer", "files", "kind", "value", "reason")
    return Act(**dict(zip(names, row, strict=False)), detail=json.loads(str(row[10])), supersedes=row[11])  # type: ignore[arg-type]


def _is_writable(text: str) -> bool:
    """Whether it can be kept: an argument whose bytes are no UTF-8 holds half letters, which SQLite does not take."""
    return not any("\ud800" <= sign <= "\udfff" for sign in text)


def _statements(script: str) -> Iterator[str]:
    """The statements of a script, for `executescript` would end the transaction that they belong in."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if statement.strip() and sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _patiently(prepare: Callable[[], None]) -> None:
    """Prepare a database that others may be preparing: SQLite does not wait for all locks that this takes."""
    until = time.monotonic() + BUSY_S
    while True:
        try:
            return prepare()
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.02)
