"""Results as they come, in SQLite: what was graded survives an interruption and need not be graded again."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import Any

from grader.errors import MachineFault, display
from grader.export.escaping import csv_cell
from grader.intake.submission import Submission
from grader.model.record import ResultRecord
from grader.model.verdict import KeptReplies, PreviousResult, Result, Verdict
from grader.results.database import COLUMNS as _COLUMNS
from grader.results.database import PRESENT as _PRESENT
from grader.results.database import WHOLE as _WHOLE
from grader.results.database import open_database, with_seal
from grader.results.flaky import Marks, mark_flaky
from grader.results.transaction import at_once


class Store:
    """The results of one assignment in a folder: `results.sqlite`, and the files written from it.

    Args:
        renew: put a new database in the place of a damaged one, which is for whoever grades.

    Raises:
        MachineFault: something else stands where a file is to be, or the database cannot be used.
    """

    def __init__(self, folder: Path, *, renew: bool = True) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("results.jsonl", "grades.csv"):
            for path in (folder / name, folder / f"{name}.new"):
                if path.is_dir():
                    raise MachineFault(f"{display(path)} is a folder, where a file is to be written: move it away", 2)
        self.folder = folder
        self._database, self.set_aside = open_database(folder / "results.sqlite", renew=renew)
        self._read: dict[str, tuple[str, ResultRecord]] = {}

    def results_under(self, keys: Mapping[str, str]) -> dict[str, ResultRecord]:
        """Of the submissions in `keys` (id → key), those whose result under exactly this key is here."""
        rows = self._database.execute(f"SELECT submission, key, line FROM results WHERE {_WHOLE}").fetchall()
        return {name: self._line(name, text) for name, key, text in rows if keys.get(name) == key}

    def earlier(
        self, submission: Submission, policy: str, holding: Mapping[str, Collection[str]] = MappingProxyType({})
    ) -> PreviousResult | None:
        """What is known of the very same files, graded under the same policy, whatever the rubric was.

        Args:
            holding: by check, the keys of verdicts that still hold; of others the replies are recalled.
        """
        row = self._database.execute(
            f"SELECT line, basis FROM results WHERE submission = ? AND {_WHOLE}", (submission.id,)
        ).fetchone()
        line, basis = map(json.loads, row or ("{}", "{}"))
        if line.get("digest") != submission.digest or basis.get("policy") != policy:
            return None
        entries = {entry["id"]: entry for question in line["questions"] for entry in question["checks"]}
        kept = {name: KeptReplies(calls, digest) for name, (calls, digest) in basis.get("replies", {}).items()}
        answers = basis.get("answers", {})
        verdicts = {
            name: Verdict.from_json(entries[name], Fraction(credit), key, kept.get(name), answers.get(name, ""))
            for name, (key, credit) in basis["verdicts"].items()
            if name in entries  # of a check that the rubric had no more when it was rescored there is none
        }
        stale = {name for name, verdict in verdicts.items() if verdict.key not in holding.get(name, (verdict.key,))}
        return PreviousResult(
            verdicts,
            {name: found for name in stale & kept.keys() if (found := self._recall(kept[name])) is not None},
            tuple(note for note in line["notes"] if note not in submission.notes),
            line["output"],
        )

    def put(self, key: str, result: Result, policy: str) -> ResultRecord:
        """Keep one result, at once and for good, and return its line.

        One that is ungraded, or that another run may see otherwise, is kept without its key, to be graded again.
        """
        verdicts = {verdict.id: [verdict.key, str(verdict.credit)] for verdict in result.verdicts if verdict.key}
        kept = {verdict.id: verdict.replies for verdict in result.verdicts if verdict.key and verdict.replies}
        replies = {name: [one.calls, one.digest] for name, one in kept.items()}
        answers = {verdict.id: verdict.answer for verdict in result.verdicts if verdict.answer}
        basis = {"policy": policy, "verdicts": verdicts, "replies": replies, "answers": answers}
        line = result.to_json()
        is_doubtful = result.status == "ungraded" or any(verdict.is_doubtful for verdict in result.verdicts)
        row = (result.submission, "" if is_doubtful else key, _text(line), json.dumps(basis))
        with at_once(self._database):
            data = [(one.digest, one.data) for one in kept.values() if one.data]
            self._database.executemany("INSERT OR IGNORE INTO replies VALUES (?, ?)", data)
            self._database.execute(
                f"INSERT OR REPLACE INTO results ({_COLUMNS}) VALUES (?, ?, ?, ?, ?)", with_seal(*row)
            )
        return line

    def _recall(self, kept: KeptReplies) -> KeptReplies | None:
        row = self._database.execute("SELECT data FROM replies WHERE digest = ?", (kept.digest,)).fetchone()
        return row and replace(kept, data=row[0])

    def sweep(self) -> None:
        """Drop the replies that no result rests on any more."""
        whole = f"(SELECT basis FROM results WHERE {_WHOLE}) AS kept"
        named = f"SELECT json_extract(one.value, '$[1]') FROM {whole}, json_each(kept.basis, '$.replies') AS one"
        self._database.execute(f"DELETE FROM replies WHERE digest NOT IN ({named})")

    def keep_parts(self, digest: str, parts: Mapping[str, str]) -> None:
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

    def set_class(self, submissions: Iterable[str]) -> list[str]:
        """Let these be the whole class; results of others are kept, and count for nothing until they are brought back.

        Returns:
            Who has left it by that.
        """
        members = [(name,) for name in submissions]
        left = sorted({name for name, _, _ in self._rows(None)} - {name for (name,) in members})
        with at_once(self._database):
            self._database.execute("CREATE TEMP TABLE members (submission TEXT PRIMARY KEY)")
            self._database.executemany("INSERT OR IGNORE INTO members VALUES (?)", members)
            self._database.execute("DELETE FROM gone")
            self._database.execute("INSERT INTO gone SELECT submission FROM results EXCEPT SELECT * FROM members")
            self._database.execute("DROP TABLE members")
        return left

    def bring_back(self, submissions: Iterable[str]) -> None:
        """Let these be of the class, whoever else is."""
        self._database.executemany("DELETE FROM gone WHERE submission = ?", [(name,) for name in submissions])

    def names(self) -> list[str]:
        """Who of the class has a result here."""
        return [name for name, _, _ in self._rows(None)]

    def count(self) -> int:
        """How many rows the class has, whole or damaged."""
        [(n,)] = self._database.execute(f"SELECT count(*) FROM results WHERE {_PRESENT}")
        return int(n)

    def damaged_rows(self) -> list[str]:
        """Whose rows are not as they were written, and count for nothing until they are graded anew."""
        rows = self._database.execute(f"SELECT CAST(submission AS BLOB) FROM results WHERE NOT {_WHOLE} AND {_PRESENT}")
        return [bytes(name).decode("utf-8", "replace") for (name,) in rows]

    def with_bases(self, *, marks: bool = True) -> list[tuple[ResultRecord, dict[str, Any]]]:
        """Every result of the class by id, with what is kept beside it: exact shares of points, digests of answers.

        Args:
            marks: with what `mark` was told; else as they were graded.
        """
        rows = self._database.execute(
            "SELECT submission, line, basis, marks FROM results LEFT JOIN marks USING (submission, key) "
            f"WHERE {_WHOLE} AND {_PRESENT}"
        ).fetchall()
        return [
            (mark_flaky(self._line(name, text), json.loads(found or "{}") if marks else {}), json.loads(basis))
            for name, text, basis, found in sorted(rows, key=lambda row: str(row[0]))
        ]

    def amend(self, line: ResultRecord, *, is_whole: bool = True) -> None:
        """Put another line in the place of a submission's; what it rests on stays.

        Args:
            is_whole: whether the line has all that was graded; if not, the next run does not take it as it is.
        """
        with at_once(self._database):
            row = self._database.execute(
                "SELECT submission, key, line, basis FROM results WHERE submission = ?", (line["submission"],)
            ).fetchone()
            if row is not None:
                name, key, _, basis = row
                self._database.execute(
                    f"INSERT OR REPLACE INTO results ({_COLUMNS}) VALUES (?, ?, ?, ?, ?)",
                    with_seal(name, key if is_whole else "", _text(line), basis),
                )

    def lines(self, submissions: Iterable[str], *, marks: bool = True) -> list[ResultRecord]:
        """The results of those of `submissions` that are graded, by id.

        Args:
            marks: with what `mark` was told; else as they were graded.
        """
        rows = self._rows(submissions)
        return [mark_flaky(self._line(name, text), found if marks else {}) for name, text, found in rows]

    def write(self, submissions: Iterable[str]) -> list[ResultRecord]:
        """Write results.jsonl and grades.csv for those of `submissions` that are graded; the lines written."""
        rows = self._rows(submissions)
        lines = [mark_flaky(self._line(name, text), found) for name, text, found in rows]
        texts = [_text(line) if found else text for line, (_, text, found) in zip(lines, rows, strict=True)]
        _replace(self.folder / "results.jsonl", "".join(f"{text}\n" for text in texts))
        _replace(self.folder / "grades.csv", grades(lines))
        return lines

    def _rows(self, submissions: Iterable[str] | None) -> list[tuple[str, str, Marks]]:
        """Of those of `submissions` that are graded, or of the class: id, line as text, marks; by id."""
        query = f"SELECT submission, line, marks FROM results LEFT JOIN marks USING (submission, key) WHERE {_WHOLE}"
        query += f" AND {_PRESENT}" if submissions is None else ""
        rows = {name: (text, found) for name, text, found in self._database.execute(query)}
        wanted = set(rows) if submissions is None else set(submissions) & set(rows)
        return [(name, rows[name][0], json.loads(rows[name][1] or "{}")) for name in sorted(wanted)]

    def _line(self, submission: str, text: str) -> ResultRecord:
        """A line from its text, which is read once."""
        known = self._read.get(submission)
        if known is None or known[0] != text:
            known = self._read[submission] = text, json.loads(text)
        return known[1]

    def close(self) -> None:
        """Close the database."""
        self._database.close()


# What some readers take for the end of a line, and JSON does not escape.
_ENDS = re.compile("[\x7f-\x9f\u2028\u2029]")


def result_key(*parts: str) -> str:
    """A key that differs where any part does."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def jsonl(lines: Sequence[ResultRecord]) -> str:
    """One line of JSON per result, none of which is a command to a runner of CI, which finds `##[` anywhere."""
    return "".join(f"{_text(line)}\n" for line in lines).replace("##", "#\\u0023")


def _text(line: ResultRecord) -> str:
    text = json.dumps(line, ensure_ascii=False, allow_nan=False)
    text = _ENDS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    return text.encode("utf-8", "backslashreplace").decode()  # what UTF-8 cannot bear becomes JSON's own escape


def grades(lines: Sequence[ResultRecord]) -> str:
    """A CSV table: submission, status, score, max_score, then the score of each question."""

    class _Text(list[str]):
        def write(self, text: str) -> None:
            self.append(text)

    text = _Text()
    writer = csv.writer(text, lineterminator="\n")
    questions = [question["id"] for question in lines[0]["questions"]] if lines else []
    writer.writerow(["submission", "status", "score", "max_score", *questions])
    for line in lines:
        is_graded = line["score"] is not None
        scores = {question["id"]: question["score"] for question in line["questions"]} if is_graded else {}
        total = line["score"] if is_graded else ""
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
