"""Replies that outlive the run: where only the judging changes, nobody's code is run again."""

from __future__ import annotations

import hashlib
import zlib

from grader import wire
from grader.checks.runner import Findings
from grader.errors import WireError
from grader.model.verdict import KeptReplies
from grader.sandbox import Replies
from grader.sandbox.replying import outcomes_of
from grader.sandbox.weighing import weigh

# Of one check, before they are compressed: more is not worth its place on the disk.
MAX_BYTES = 1 << 20
# What they hold is not counted again, so it is little: those of a hundred checks are read in a few seconds.
MAX_VALUES = 1 << 16


def to_keep(findings: Findings, calls: str) -> KeptReplies | None:
    """The replies that the findings rest on; None where they rest on more than that, or `calls` is empty.

    Args:
        calls: see `KeptReplies`.
    """
    replies = findings.replies
    if not calls or findings.digest is None or not isinstance(replies, Replies) or replies.data is None:
        return None
    if len(replies.data) > MAX_BYTES or not _is_soon_read(replies.data):
        return None
    data = zlib.compress(replies.data, 1) if findings.is_new else b""
    return KeptReplies(calls, findings.digest.hex(), data)


def _is_soon_read(data: bytes) -> bool:
    """Whether replies hold so few values that reading them takes no time worth counting."""
    if len(data) <= MAX_VALUES:
        return True
    try:
        return sum(weigh(body, MAX_VALUES)[0] for _, body in wire.parts(memoryview(data))) <= MAX_VALUES
    except WireError:
        return False


def recall(kept: KeptReplies, n_calls: int) -> Replies | None:
    """The replies that were kept; None where they cannot be read as those to so many calls."""
    try:
        data = zlib.decompress(kept.data)
        if hashlib.sha256(data).hexdigest() != kept.digest:  # damaged, however well it reads
            return None
        outcomes = list(outcomes_of(data, n_calls))
    except (zlib.error, WireError):
        return None
    return Replies(lambda: outcomes, data)
