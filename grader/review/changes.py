"""What became of an answer's text: what is gone of it and what is new, line by line and word by word."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import groupby
from operator import itemgetter
from typing import Literal

# A text as far as it is kept for comparing; of a longer one the beginning tells enough.
MAX_TEXT = 20_000
# So many changed places are compared word by word; where more has changed, the lines tell it.
_MOST_PLACES = 20
# So many pairs of equal parts are looked at, in a few dozen milliseconds; a text of few parts that come again and again
# has millions, and is told as one that is new.
_MOST_PAIRS = 15_000
_WORD = re.compile(r"\S+\s*|\s+")

Kind = Literal["same", "gone", "new"]
Piece = tuple[Kind, str]


def pieces_of_change(old: str, new: str) -> list[Piece]:
    """The new text with what is gone of the old one in its place.

    >>> pieces_of_change("It converges.", "It does not converge.")
    [('same', 'It '), ('gone', 'converges.'), ('new', 'does not converge.')]
    """
    before, after = (text[:MAX_TEXT].splitlines(keepends=True) for text in (old, new))
    found: list[Piece] = []
    left = _MOST_PAIRS
    for place, (is_same, gone, added) in enumerate(_compare(before, after)):
        words = _WORD.findall(gone), _WORD.findall(added)
        left -= 0 if is_same else _n_pairs(*words)
        is_compared = not is_same and place < 2 * _MOST_PLACES and left >= 0
        found += _as_pieces(_compare(*words) if is_compared else [(is_same, gone, added)])
    runs = groupby(filter(itemgetter(1), found), key=itemgetter(0))
    return [(kind, "".join(text for _, text in run)) for kind, run in runs]


def _as_pieces(compared: Iterable[tuple[bool, str, str]]) -> Iterator[Piece]:
    for is_same, gone, added in compared:
        if is_same:
            yield "same", gone
        else:
            yield "gone", gone
            yield "new", added


def _compare(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[bool, str, str]]:
    """Runs of parts: whether both have them, those of the one, those of the other."""
    if _n_pairs(before, after) > _MOST_PAIRS:
        yield False, "".join(before), "".join(after)
        return
    matcher = SequenceMatcher(None, before, after)
    for tag, start, end, first, last in matcher.get_opcodes():
        yield tag == "equal", "".join(before[start:end]), "".join(after[first:last])


def _n_pairs(before: Sequence[str], after: Sequence[str]) -> int:
    """How many parts of the one equal one of the other, without the common ones that the matcher leaves aside."""
    most = len(after) // 100 + 1 if len(after) >= 200 else len(after)
    counts = Counter(after)
    return sum(counts[part] for part in before if counts[part] <= most)
