"""Opens the archives that were handed in, inside the sandbox; what comes out is held to the rules of a folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from grader.intake.submission import Submission
from grader.model.outcome import Failure, Outcome, Value
from grader.sandbox import Session
from grader.worker.files import (
    MAX_FILES,
    MAX_NOTEBOOK_BYTES,
    MAX_TOTAL_BYTES,
    cap_of,
    is_leaving,
    is_plain,
    is_read,
    kind_of,
)

_MAX_TEXT = 300
_MAX_NAMES = 5_000


def has_archives(submission: Submission) -> bool:
    """Whether there is something to be opened."""
    return submission.archive is not None or any(kind_of(path) == "archive" for path in submission.files)


def open_archives(submission: Submission, session: Session, wanted: Sequence[str] = ()) -> Submission:
    """The submission with what its archives hold; what lies in one beside others is found in a folder of its name.

    An archive that cannot be read is among what was not read.

    Args:
        wanted: what names of files hold that are to be read before others.
    """
    if submission.archive is not None:
        return _with(
            replace(submission, archive=None), "", submission.archive_name, submission.archive, session, wanted
        )
    for path in [path for path in submission.files if kind_of(path) == "archive"]:
        left = {name: data for name, data in submission.files.items() if name != path}
        data = submission.files[path]
        submission = _with(replace(submission, files=left), f"{path}/", path, data, session, wanted)
    return submission


def _with(
    submission: Submission, prefix: str, name: str, data: bytes, session: Session, wanted: Sequence[str]
) -> Submission:
    """The submission with what one archive holds."""
    outcome = session.unpack(name, data, wanted)
    if not (isinstance(outcome, Value) and is_listing(outcome.data)):
        return replace(submission, unread={**submission.unread, name: _why_not(outcome)})
    files, others, unread = outcome.data
    room = MAX_FILES - len(submission.files)
    beyond = {path: f"a submission has at most {MAX_FILES} files" for path, _ in files[room:]}
    told = {prefix + path: why for path, why in {**dict(unread), **beyond}.items()}
    return replace(
        submission,
        files={**submission.files, **{prefix + path: content for path, content in files[:room]}},
        others=(*submission.others, *(prefix + path for path in others)),
        unread={**submission.unread, **told},
    )


def _why_not(outcome: Outcome) -> str:
    if isinstance(outcome, Failure):
        return f"it cannot be opened: {outcome.message}"
    if isinstance(outcome, Value) and isinstance(outcome.data, str):
        return outcome.data[:_MAX_TEXT]
    return "its files are not what an archive may hold"


def is_listing(data: Any) -> bool:
    """Whether a worker's answer is files as a folder could hold them, names of others, and what was not read."""
    if type(data) is not list or len(data) != 3 or any(type(part) is not list for part in data):
        return False
    files, others, unread = data
    if len(files) > MAX_FILES or len(others) > _MAX_NAMES or len(unread) > _MAX_NAMES:
        return False
    if not all(type(entry) is list and [type(part) for part in entry] == [str, bytes] for entry in files):
        return False
    if not all(type(entry) is list and [type(part) for part in entry] == [str, str] for entry in unread):
        return False
    if not all(
        type(text) is str and len(text) <= _MAX_TEXT for text in (*others, *(text for two in unread for text in two))
    ):
        return False
    return (
        len({path for path, _ in files}) == len(files)
        and all(_may_lie_in_a_folder(path) and len(content) <= cap_of(path) + 1 for path, content in files)
        and sum(len(content) for _, content in files) <= MAX_TOTAL_BYTES + MAX_NOTEBOOK_BYTES + 2
    )


def _may_lie_in_a_folder(path: str) -> bool:
    return is_plain(path) and is_read(path) and not is_leaving(path)
