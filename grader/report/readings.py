"""What pages need of a submission's own bytes, read inside the sandbox, once per content and kept by its digest."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from grader.cache.digests import digest, python_files
from grader.course.folders import Course
from grader.errors import SandboxError, SubmissionError, UsageError
from grader.intake.archives import open_archives
from grader.intake.classes import class_folder
from grader.intake.reading import read_submission
from grader.intake.records import read_records
from grader.intake.searching import Found, HandInTree, search
from grader.intake.sections import KnownClass
from grader.intake.submission import Submission
from grader.model.outcome import Value
from grader.results.ledger import attempt_id
from grader.sandbox import Budget
from grader.sandbox.isolated import ForkedSandbox, Policy, warm_up
from grader.sandbox.session import WorkerSession

# What stands before the name of a reading of what was handed out, which no student's can begin with.
GIVEN = "/"
MODULES = ("math_core",)
_MOST_TEXTS = 5
# Reading a write-up takes milliseconds; what takes longer is shown as source.
BUDGET = Budget(load_wall_s=5.0, submission_wall_s=20.0, submission_cpu_s=10.0, memory_mib=512)


@dataclass(frozen=True)
class Source:
    """One file's code as kinds of tokens, the line of each, and the lines themselves."""

    path: str
    kinds: str
    lines: Sequence[int]
    code: str


@dataclass(frozen=True)
class SubmissionReading:
    """What was read of one submission: its write-up's blocks and its code's tokens."""

    blocks: Sequence[Any] = ()
    sources: tuple[Source, ...] = ()
    note: str = ""


class KeptReadings:
    """Readings by digest, in one file of the course's cache."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(folder / "readings.sqlite", isolation_level=None, timeout=30)
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=NORMAL")  # what a power cut takes is read again
        self._database.execute("CREATE TABLE IF NOT EXISTS readings (key TEXT PRIMARY KEY, data TEXT NOT NULL)")

    def get(self, key: str) -> SubmissionReading | None:
        """The reading kept under a key."""
        row = self._database.execute("SELECT data FROM readings WHERE key = ?", (key,)).fetchone()
        if row is None:
            return None
        data = json.loads(row[0])
        return SubmissionReading(data["blocks"], tuple(Source(*source) for source in data["sources"]), data["note"])

    def put(self, key: str, reading: SubmissionReading) -> None:
        """Keep a reading."""
        sources = [[one.path, one.kinds, list(one.lines), one.code] for one in reading.sources]
        data = {"blocks": list(reading.blocks), "sources": sources, "note": reading.note}
        self._database.execute("INSERT OR REPLACE INTO readings VALUES (?, ?)", (key, json.dumps(data)))

    def close(self) -> None:
        """Close the file."""
        self._database.close()


def read_class(
    course: Course, assignment: str, write_up: str, wanted: Sequence[str], *, policy: Policy, workers: int
) -> dict[str, SubmissionReading]:
    """The readings of a class's submissions; of those that lie there no more there is none.

    Where no sandbox is to be had nothing is read, and each says so: a page then shows less, and is never wrong.
    """
    submissions = dict(_submissions(course, assignment, frozenset(wanted))) | _given_submissions(course, assignment)
    submissions |= _earlier_submissions(course, assignment, frozenset(wanted))
    version = digest(python_files(Path(__file__).parent.parent / "worker"))
    keys = {name: digest(version, write_up, one.digest) for name, one in submissions.items()}
    kept = KeptReadings(course.cache(assignment))
    try:
        found = {name: reading for name, key in keys.items() if (reading := kept.get(key)) is not None}
        todo = [submission for name, submission in submissions.items() if name not in found]
        for name, reading, is_final in _read_all(todo, write_up, policy, workers):
            found[name] = reading
            if is_final:
                kept.put(keys[name], reading)
    finally:
        kept.close()
    return found


def _submissions(course: Course, assignment: str, wanted: frozenset[str]) -> Iterator[tuple[str, Submission]]:
    paths: tuple[Path, ...] = ()
    with contextlib.suppress(UsageError):  # nobody handed in
        paths = class_folder(course.submissions(assignment), KnownClass.of(course, assignment)).hand_ins
    for path in paths:
        with contextlib.suppress(SubmissionError):
            submission = read_submission(path)
            if submission.id in wanted:
                yield submission.id, submission


def _earlier_submissions(course: Course, assignment: str, wanted: frozenset[str]) -> dict[str, Submission]:
    """Attempts before the newest, by the ids under which they are graded."""
    folder = course.submissions(assignment)
    found = {}
    for name, record in read_records(folder).items():
        for attempt in record.earlier:
            if (identity := attempt_id(name, attempt.number)) in wanted:
                with contextlib.suppress(SubmissionError):
                    found[identity] = replace(read_submission(folder / attempt.folder), id=identity)
    return found


def _given_submissions(course: Course, assignment: str) -> dict[str, Submission]:
    """What the course hands out to be filled in or used, each folder as if it were handed in."""
    folders = {name: course.rubric(assignment).with_suffix("") / name for name in ("starter", "provided")}
    return {
        GIVEN + name: replace(read_submission(folder), id=GIVEN + name)
        for name, folder in folders.items()
        if folder.is_dir()
    }


def _read_all(
    todo: Sequence[Submission], write_up: str, policy: Policy, workers: int
) -> Iterator[tuple[str, SubmissionReading, bool]]:
    if not todo:
        return
    count = min(workers, len(todo))
    try:
        with warm_up(MODULES, policy, count) as sandboxes, ThreadPoolExecutor(count) as pool:
            free: SimpleQueue[ForkedSandbox] = SimpleQueue()
            for sandbox in sandboxes:
                free.put(sandbox)

            def read(submission: Submission) -> tuple[str, SubmissionReading, bool]:
                sandbox = free.get()
                try:
                    return submission.id, _read(submission, write_up, sandbox), True
                except SandboxError as error:
                    return submission.id, SubmissionReading(note=f"It could not be read for this page: {error}"), False
                finally:
                    free.put(sandbox)

            yield from pool.map(read, todo)
    except SandboxError as error:
        for submission in todo:
            yield submission.id, SubmissionReading(note=f"Nothing was read for this page: {error}"), False


def _read(submission: Submission, write_up: str, sandbox: ForkedSandbox) -> SubmissionReading:
    blocks: Any = []
    session = sandbox.open({}, BUDGET, 0)
    try:
        files = open_archives(submission, session)
        name = _write_up_name(files, write_up)
        sources = files.sources
        tokens = session.tokens(sources)
        if name is not None:
            blocks = _typeset(session, name, files.files[name])
        else:
            blocks = [block for path in _texts_instead(files) for block in _with_name(session, path, files.files[path])]
    finally:
        session.close()
    return SubmissionReading(blocks, tuple(_sources(list(sources), tokens.data if isinstance(tokens, Value) else ())))


def _typeset(session: WorkerSession, name: str, data: bytes) -> list[Any]:
    drawn = session.typeset(name, data, draws=True)
    plain = drawn if isinstance(drawn, Value) else session.typeset(name, data, draws=False)
    return plain.data if isinstance(plain, Value) and isinstance(plain.data, list) else []


def _texts_instead(submission: Submission) -> list[str]:
    """What a person reads where no write-up was found: every text that is no code."""
    texts = [path for path in sorted(submission.files) if not path.endswith((".py", ".ipynb"))]
    return texts[:_MOST_TEXTS]


def _with_name(session: WorkerSession, path: str, data: bytes) -> list[Any]:
    return [["heading", 1, [["text", path]]], *_typeset(session, path, data)]


def _write_up_name(submission: Submission, write_up: str) -> str | None:
    found = search(HandInTree.of(submission.files, submission.others, submission.unread), write_up)
    notebooks = sorted(path for path in submission.files if path.endswith(".ipynb"))
    return found.path if isinstance(found, Found) else notebooks[0] if notebooks else None


def _sources(paths: Sequence[str], data: Any) -> Iterator[Source]:
    """The sources that a worker sent, if they are what a worker sends."""
    for path, entry in zip(paths, data if isinstance(data, list) else (), strict=False):
        if not (isinstance(entry, list) and [type(part) for part in entry] == [str, list, str]):
            continue
        kinds, lines, code = entry
        if len(kinds) == len(lines) and all(type(line) is int for line in lines):
            yield Source(path, kinds, lines, code)
