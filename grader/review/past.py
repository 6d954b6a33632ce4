"""What the acts so far tell a grader: the own pace, comments used before, whether items changed, what can be undone."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence

from grader.results.acts import WORDS, Act

# The detail of a withdrawal that takes one answer out of a group, which can itself be undone.
TAKEN_OUT = {"out": True}
_MOST_COMMENTS = 30
# A grader's pace is that of the last answers; longer between two of them is a pause.
_OF_LATE, _PAUSE_S = 30, 600.0


def comments_on(acts: Sequence[Act], check: str) -> list[str]:
    """Comments that were written on a check, the commonest first."""
    counts: Counter[str] = Counter()
    for act in acts:
        if act.check == check and act.kind in WORDS and act.reason.strip():
            counts[act.reason.strip()] += len(act.members)
    return sorted(counts, key=lambda text: (-counts[text], text))[:_MOST_COMMENTS]


def items_version(acts: Sequence[Act], check: str) -> int:
    """The last act that made, changed or took back an item of a check; 0 where there is none."""
    items = {act.id for act in acts if act.kind == "item" and act.check == check}
    undone = (act.id for act in acts if act.kind == "withdraw" and act.supersedes in items)
    return max((*items, *undone), default=0)


def pace_of(acts: Sequence[Act], grader: str, check: str) -> float | None:
    """How many answers a minute a grader settles of late, pauses left aside; None before it can be told."""
    mine = [act for act in acts if act.actor == grader and act.check == check and act.kind in WORDS]
    steps = [
        ((act.time - before.time).total_seconds(), len(act.members))
        for before, act in itertools.pairwise(mine[-_OF_LATE:])
    ]
    working = [(seconds, answers) for seconds, answers in steps if seconds < _PAUSE_S]
    if len(working) < 2:
        return None
    return 60 * sum(answers for _, answers in working) / max(1.0, sum(seconds for seconds, _ in working))


def last_undoable(acts: Sequence[Act], grader: str) -> Act | None:
    """The last thing that a grader did and that still stands; None where there is nothing."""
    withdrawn = {act.supersedes for act in acts if act.kind == "withdraw" and act.detail != TAKEN_OUT}
    mine = (act for act in reversed(acts) if act.actor == grader and _can_be_undone(act) and act.id not in withdrawn)
    return next(mine, None)


def _can_be_undone(act: Act) -> bool:
    return act.kind in (*WORDS, "item", "flag", "resolve", "reply") or act.detail == TAKEN_OUT
