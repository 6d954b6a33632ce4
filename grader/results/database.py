"""The database of results: rows that are sealed, and a file that is set aside where it is none."""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
import time
from pathlib import Path

from grader.errors import MachineFault, display

COLUMNS = "submission, key, line, basis, seal"
# Rows that are what was written; those of before there were seals are taken as they are.
_AS_BYTES = ", ".join(f"CAST({column} AS BLOB)" for column in ("submission", "key", "line", "basis"))
WHOLE = f"(seal = '' OR seal = seal_of({_AS_BYTES}))"
# Rows of those who are in the class.
PRESENT = "submission NOT IN (SELECT submission FROM gone)"
_WAIT_S = 30
_TABLES = (
    "CREATE TABLE IF NOT EXISTS results (submission TEXT PRIMARY KEY, key TEXT NOT NULL, line TEXT NOT NULL, "
    "basis TEXT NOT NULL DEFAULT '{}', seal TEXT NOT NULL DEFAULT '')",
    "CREATE TABLE IF NOT EXISTS marks (submission TEXT PRIMARY KEY, key TEXT NOT NULL, marks TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS replies (digest TEXT PRIMARY KEY, data BLOB NOT NULL)",
    "CREATE TABLE IF NOT EXISTS gone (submission TEXT PRIMARY KEY)",
    "CREATE TABLE IF NOT EXISTS foundations (digest TEXT PRIMARY KEY, parts TEXT NOT NULL)",
)
_ADDED = {"basis": "'{}'", "seal": "''"}


def seal_of(*columns: object) -> str:
    """Of a row's other columns, each with its length."""
    hashed = hashlib.sha256()
    for column in columns:
        data = column if isinstance(column, bytes) else str(column).encode("utf-8", "surrogatepass")
        hashed.update(len(data).to_bytes(8, "big") + data)
    return hashed.hexdigest()


def with_seal(*row: str) -> tuple[str, ...]:
    """A row with its seal."""
    return *row, seal_of(*row)


def open_database(path: Path, *, renew: bool) -> tuple[sqlite3.Connection, Path | None]:
    """The database at a path; one that is none, or is damaged, is set aside under the name returned.

    Args:
        renew: whether there may be a new one in its place, since what it held is about to be graded.

    Raises:
        MachineFault: it cannot be opened, or another one is at it, or it is damaged and must not be renewed.
    """
    try:
        return _connect(path), None
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise MachineFault(f"{display(path)} is in use by another grader: wait for it, or end it", 1) from None
        if not path.is_file():
            raise MachineFault(f"{display(path)} cannot be opened ({error}): move it away and grade again", 2) from None
        return _anew(path, renew, error)
    except sqlite3.DatabaseError as error:
        return _anew(path, renew, error)


def _anew(path: Path, renew: bool, error: sqlite3.Error) -> tuple[sqlite3.Connection, Path]:
    """A new database; the file of the old one stays beside it.

    Raises:
        MachineFault: nobody grades now, so that a new one would pass for a class without results.
    """
    if not renew:
        raise MachineFault(f"{display(path)} is damaged ({error}): `grader grade` sets it aside and grades anew")
    aside = path.with_name(f"{path.name}.damaged-{time.strftime('%Y%m%d-%H%M%S')}")
    path.replace(aside)
    for more in ("-wal", "-shm", "-journal"):
        with contextlib.suppress(FileNotFoundError):
            path.with_name(path.name + more).unlink()
    return _connect(path), aside


def _connect(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, isolation_level=None, timeout=_WAIT_S)
    try:
        database.create_function("seal_of", -1, seal_of, deterministic=True)
        database.execute("PRAGMA journal_mode=WAL")
        for table in _TABLES:
            database.execute(table)
        known = {row[1] for row in database.execute("PRAGMA table_info(results)")}
        for column in [column for column in _ADDED if column not in known]:
            database.execute(f"ALTER TABLE results ADD COLUMN {column} TEXT NOT NULL DEFAULT {_ADDED[column]}")
        database.execute(f"SELECT {COLUMNS} FROM results LIMIT 1")
        database.execute("SELECT submission, key, marks FROM marks LIMIT 1")
        [found] = database.execute("PRAGMA integrity_check(1)").fetchone()
        if found != "ok":
            raise sqlite3.DatabaseError(found)
        return database
    except UnicodeDecodeError:  # SQLite's complaint names what is damaged, in bytes that are no text
        database.close()
        raise sqlite3.DatabaseError("a name within it is damaged") from None
    except BaseException:
        database.close()
        raise
