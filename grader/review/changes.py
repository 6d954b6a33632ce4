"""What became of an answer's text: what is gone of it and what is new, line by line and word by word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import groupby
from operator import itemgetter
from typing import Literal

# A text as far as it is kept for comparing; of a longer one the beginning tells enough.
MAX_TEXT = 20_000
# So many changed places are compared word by word; where more has changed, the lines tell it.
_MOST_PLACES = 20
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
    places = 0
    for is_same, gone, added in _compare(before, after):
        places += not is_same
        found += _as_pieces(_in_words(gone, added) if places <= _MOST_PLACES else [(is_same, gone, added)])
    runs = groupby(filter(itemgetter(1), found), key=itemgetter(0))
    return [(kind, "".join(text for _, text in run)) for kind, run in runs]


def _in_words(gone: str, added: str) -> Iterator[tuple[bool, str, str]]:
    return _compare(_WORD.findall(gone), _WORD.findall(added))


def _as_pieces(compared: Iterable[tuple[bool, str, str]]) -> Iterator[Piece]:
    for is_same, gone, added in compared:
        if is_same:
            yield "same", gone
        else:
            yield "gone", gone
            yield "new", added


def _compare(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[bool, str, str]]:
    """Runs of parts: whether both have them, those of the one, those of the other."""
    matcher = SequenceMatcher(None, before, after)
    for tag, start, end, first, last in matcher.get_opcodes():
        yield tag == "equal", "".join(before[start:end]), "".join(after[first:last])
