"""A transaction of SQLite: all of what is written within, or nothing of it."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator


@contextlib.contextmanager
def at_once(database: sqlite3.Connection) -> Iterator[None]:
    """All that is written in here, or nothing of it; other writers wait."""
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        database.execute("ROLLBACK")
        raise
    database.execute("COMMIT")
