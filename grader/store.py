"""Results as they come, in SQLite: what was graded survives an interruption and need not be graded again."""

from __future__ import annotations

import contextlib
import csv
import hashlib
import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import Any

from grader.escaping import csv_cell
from grader.seeds import Marks, marked
from grader.submission import Submission
from grader.verdict import Earlier, KeptReplies, Result, Verdict

Line = dict[str, Any]


class Store:
    """The results of one assignment in a folder: `results.sqlite`, and the files written from it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._database = sqlite3.connect(folder / "results.sqlite", isolation_level=None, timeout=30)
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute(
            "CREATE TABLE IF NOT EXISTS results "
            "(submission TEXT PRIMARY KEY, key TEXT NOT NULL, line TEXT NOT NULL, basis TEXT NOT NULL DEFAULT '{}')"
        )
        if "basis" not in {row[1] for row in self._database.execute("PRAGMA table_info(results)")}:
            self._database.execute("ALTER TABLE results ADD COLUMN basis TEXT NOT NULL DEFAULT '{}'")
        self._database.execute(
            "CREATE TABLE IF NOT EXISTS marks (submission TEXT PRIMARY KEY, key TEXT NOT NULL, marks TEXT NOT NULL)"
        )
        self._database.execute("CREATE TABLE IF NOT EXISTS replies (digest TEXT PRIMARY KEY, data BLOB NOT NULL)")
        self._database.execute("CREATE TABLE IF NOT EXISTS foundations (digest TEXT PRIMARY KEY, parts TEXT NOT NULL)")
        self._read: dict[str, tuple[str, Line]] = {}

    def known(self, keys: Mapping[str, str]) -> dict[str, Line]:
        """Of the submissions in `keys` (id → key), those whose result under exactly this key is here."""
        rows = self._database.execute("SELECT submission, key, line FROM results").fetchall()
        return {name: self._line(name, text) for name, key, text in rows if keys.get(name) == key}

    def earlier(
        self, submission: Submission, policy: str, holding: Mapping[str, Collection[str]] = MappingProxyType({})
    ) -> Earlier | None:
        """What is known of the very same files, graded under the same policy, whatever the rubric was.

        Args:
            holding: by check, the keys of verdicts that still hold; of others the replies are recalled.
        """
        row = self._database.execute(
            "SELECT line, basis FROM results WHERE submission = ?", (submission.id,)
        ).fetchone()
        line, basis = map(json.loads, row or ("{}", "{}"))
        if line.get("digest") != submission.digest or basis.get("policy") != policy:
            return None
        entries = {entry["id"]: entry for question in line["questions"] for entry in question["checks"]}
        kept = {name: KeptReplies(calls, digest) for name, (calls, digest) in basis.get("replies", {}).items()}
        verdicts = {
            name: Verdict.from_json(entries[name], Fraction(credit), key, kept.get(name))
            for name, (key, credit) in basis["verdicts"].items()
        }
        stale = {name for name, verdict in verdicts.items() if verdict.key not in holding.get(name, (verdict.key,))}
        return Earlier(
            verdicts,
            {name: found for name in stale & kept.keys() if (found := self._recalled(kept[name])) is not None},
            tuple(note for note in line["notes"] if note not in submission.notes),
            line["output"],
        )

    def put(self, key: str, result: Result, policy: str) -> Line:
        """Keep one result, at once and for good, and return its line.

        An ungraded one is kept without its key, to be graded again.
        """
        verdicts = {verdict.id: [verdict.key, str(verdict.credit)] for verdict in result.verdicts if verdict.key}
        kept = {verdict.id: verdict.replies for verdict in result.verdicts if verdict.key and verdict.replies}
        replies = {name: [one.calls, one.digest] for name, one in kept.items()}
        basis = {"policy": policy, "verdicts": verdicts, "replies": replies}
        line = result.to_json()
        row = (result.submission, "" if result.status == "ungraded" else key, _text(line), json.dumps(basis))
        with self._at_once():
            data = [(one.digest, one.data) for one in kept.values() if one.data]
            self._database.executemany("INSERT OR IGNORE INTO replies VALUES (?, ?)", data)
            self._database.execute("INSERT OR REPLACE INTO results VALUES (?, ?, ?, ?)", row)
        return line

    @contextlib.contextmanager
    def _at_once(self) -> Iterator[None]:
        """All that is written in here, or nothing of it."""
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")

    def _recalled(self, kept: KeptReplies) -> KeptReplies | None:
        row = self._database.execute("SELECT data FROM replies WHERE digest = ?", (kept.digest,)).fetchone()
        return row and replace(kept, data=row[0])

    def sweep(self) -> None:
        """Drop the replies that no result rests on any more."""
        named = "SELECT json_extract(one.value, '$[1]') FROM results, json_each(results.basis, '$.replies') AS one"
        self._database.execute(f"DELETE FROM replies WHERE digest NOT IN ({named})")

    def found(self, digest: str, parts: Mapping[str, str]) -> None:
        """Keep by name what stands behind a rubric digest of results."""
        self._database.execute("INSERT OR REPLACE INTO foundations VALUES (?, ?)", (digest, json.dumps(dict(parts))))

    def foundations(self, digest: str) -> dict[str, str]:
        """What stands behind a rubric digest; empty where it was not kept."""
        row = self._database.execute("SELECT parts FROM foundations WHERE digest = ?", (digest,)).fetchone()
        return dict(json.loads(row[0])) if row else {}

    def mark(self, submission: str, marks: Marks) -> None:
        """Keep which checks of a result depend on the seed, for as long as the result stays what it is."""
        self._database.execute(
            "INSERT OR REPLACE INTO marks SELECT submission, key, ? FROM results WHERE submission = ?",
            (json.dumps(marks), submission),
        )

    def lines(self, submissions: Iterable[str], *, marks: bool = True) -> list[Line]:
        """The results of those of `submissions` that are graded, by id.

        Args:
            marks: with what `mark` was told; else as they were graded.
        """
        rows = self._rows(submissions)
        return [marked(self._line(name, text), found if marks else {}) for name, text, found in rows]

    def write(self, submissions: Iterable[str]) -> list[Line]:
        """Write results.jsonl and grades.csv for those of `submissions` that are graded; the lines written."""
        rows = self._rows(submissions)
        lines = [marked(self._line(name, text), found) for name, text, found in rows]
        texts = [_text(line) if found else text for line, (_, text, found) in zip(lines, rows, strict=True)]
        _replace(self.folder / "results.jsonl", "".join(f"{text}\n" for text in texts))
        _replace(self.folder / "grades.csv", grades(lines))
        return lines

    def _rows(self, submissions: Iterable[str]) -> list[tuple[str, str, Marks]]:
        """Of those of `submissions` that are graded: id, line as text, marks; by id."""
        query = "SELECT submission, line, marks FROM results LEFT JOIN marks USING (submission, key)"
        rows = {name: (text, found) for name, text, found in self._database.execute(query)}
        return [
            (name, rows[name][0], json.loads(rows[name][1] or "{}")) for name in sorted(set(submissions) & set(rows))
        ]

    def _line(self, submission: str, text: str) -> Line:
        """A line from its text, which is read once."""
        known, line = self._read.get(submission, ("", {}))
        if known != text:
            line = json.loads(text)
            self._read[submission] = text, line
        return line

    def close(self) -> None:
        """Close the database."""
        self._database.close()


def result_key(*parts: str) -> str:
    """A key that differs where any part does."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def jsonl(lines: Sequence[Line]) -> str:
    """One line of JSON per result."""
    return "".join(f"{_text(line)}\n" for line in lines)


def _text(line: Line) -> str:
    text = json.dumps(line, ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8", "backslashreplace").decode()  # what UTF-8 cannot bear becomes JSON's own escape


def grades(lines: Sequence[Line]) -> str:
    """A CSV table: submission, status, score, max_score, then the score of each question."""

    class _Text(list[str]):
        def write(self, text: str) -> None:
            self.append(text)

    text = _Text()
    writer = csv.writer(text, lineterminator="\n")
    questions = [question["id"] for question in lines[0]["questions"]] if lines else []
    writer.writerow(["submission", "status", "score", "max_score", *questions])
    for line in lines:
        scores = {question["id"]: question["score"] for question in line["questions"]}
        total = "" if line["score"] is None else line["score"]
        row = [
            line["submission"],
            line["status"],
            total,
            line["max_score"],
            *(scores.get(q, "") for q in questions),
        ]
        writer.writerow([csv_cell(cell) for cell in row])
    return "".join(text)


def _replace(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    fresh = path.with_name(path.name + ".new")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)
