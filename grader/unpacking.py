"""Opens an archive that was handed in, inside the sandbox; what comes out is held to the rules of a folder."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from grader.outcome import Failure, Value
from grader.sandbox import Budget, Sandbox
from grader.submission import Submission
from grader.worker.files import MAX_FILES, MAX_TOTAL_BYTES, cap_of, is_plain, is_wanted


def opened(submission: Submission, sandbox: Sandbox, budget: Budget) -> Submission:
    """The submission with its archive's files; as it is where it is none.

    An archive that cannot be read has no files, and a note that says why.

    Raises:
        SandboxError: the sandbox is not to be had.
    """
    if submission.archive is None:
        return submission
    session = sandbox.open({}, budget, 0)
    try:
        outcome = session.unpack(submission.archive_name, submission.archive)
    finally:
        session.close()
    if isinstance(outcome, Value) and is_listing(outcome.data):
        files, notes = outcome.data
        return replace(submission, files=dict(files), notes=(*submission.notes, *(note[:300] for note in notes)))
    reason = "its files are not what an archive may hold"
    if isinstance(outcome, Failure):
        reason = outcome.message
    elif isinstance(outcome, Value) and isinstance(outcome.data, str):
        reason = outcome.data[:300]
    return replace(submission, notes=(*submission.notes, f"{submission.archive_name} cannot be opened: {reason}"))


def is_listing(data: Any) -> bool:
    """Whether a worker's answer is files as a folder could hold them, and notes."""
    if type(data) is not list or len(data) != 2 or any(type(part) is not list for part in data):
        return False
    files, notes = data
    if len(files) > MAX_FILES or any(type(note) is not str for note in notes):
        return False
    if not all(type(entry) is list and [type(part) for part in entry] == [str, bytes] for entry in files):
        return False
    return (
        len({path for path, _ in files}) == len(files)
        and all(is_plain(path) and is_wanted(path) and len(content) <= cap_of(path) + 1 for path, content in files)
        and sum(len(content) for _, content in files) <= MAX_TOTAL_BYTES + 1
    )
