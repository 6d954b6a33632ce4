"""What graders have typed and not saved, what each has open, what they have read: a file that may change."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from grader.results.transaction import at_once

NAME = "review.sqlite"
# An answer that somebody opened is theirs for so long after the last sign of life.
OPEN_S = 120.0


class Drafts:
    """Drafts by grader and answer; each is on disk when it was said to be kept."""

    def __init__(self, folder: Path) -> None:
        self._database = sqlite3.connect(folder / NAME, isolation_level=None, timeout=30, check_same_thread=False)
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL)")
        self._database.execute(
            "CREATE TABLE IF NOT EXISTS drafts "
            "(grader TEXT, answer TEXT, draft TEXT NOT NULL, PRIMARY KEY (grader, answer))"
        )
        self._database.execute(
            "CREATE TABLE IF NOT EXISTS open (grader TEXT PRIMARY KEY, answer TEXT NOT NULL, at REAL NOT NULL)"
        )
        self._database.execute(
            "CREATE TABLE IF NOT EXISTS texts "
            "(check_id TEXT, version TEXT, text TEXT NOT NULL, PRIMARY KEY (check_id, version))"
        )

    def secret(self, fresh: str) -> str:
        """The secret that ids and order are made from; `fresh` becomes it where there is none yet."""
        self._database.execute("INSERT OR IGNORE INTO settings VALUES ('secret', ?)", (fresh,))
        return str(self._database.execute("SELECT value FROM settings WHERE name = 'secret'").fetchone()[0])

    def keep(self, grader: str, answer: str, draft: dict[str, Any]) -> None:
        """Keep a draft in the place of the one before."""
        self._database.execute("INSERT OR REPLACE INTO drafts VALUES (?, ?, ?)", (grader, answer, json.dumps(draft)))

    def get(self, grader: str, answer: str) -> dict[str, Any] | None:
        """A grader's draft on an answer."""
        row = self._database.execute(
            "SELECT draft FROM drafts WHERE grader = ? AND answer = ?", (grader, answer)
        ).fetchone()
        return None if row is None else dict(json.loads(row[0]))

    def drop(self, grader: str, answer: str) -> None:
        """Forget a draft that was saved."""
        self._database.execute("DELETE FROM drafts WHERE grader = ? AND answer = ?", (grader, answer))

    def remember(self, texts: Mapping[tuple[str, str], str]) -> None:
        """Keep the text of answers by check and version."""
        with at_once(self._database):
            rows = [(*key, text.encode("utf-8", "replace").decode()) for key, text in texts.items()]
            self._database.executemany("INSERT OR IGNORE INTO texts VALUES (?, ?, ?)", rows)

    def recall(self, check: str, versions: Iterable[str]) -> str | None:
        """The text that was kept of an answer under one of some versions."""
        for version in filter(None, versions):
            query = "SELECT text FROM texts WHERE check_id = ? AND version = ?"
            if row := self._database.execute(query, (check, version)).fetchone():
                return str(row[0])
        return None

    def opens(self, grader: str, answer: str) -> None:
        """Note what a grader looks at now."""
        self._database.execute("INSERT OR REPLACE INTO open VALUES (?, ?, ?)", (grader, answer, time.time()))

    def taken_by_others(self, grader: str) -> set[str]:
        """The answers that other graders look at."""
        rows = self._database.execute(
            "SELECT answer FROM open WHERE grader <> ? AND at > ?", (grader, time.time() - OPEN_S)
        )
        return {str(row[0]) for row in rows}

    def close(self) -> None:
        """Close the file."""
        self._database.close()
