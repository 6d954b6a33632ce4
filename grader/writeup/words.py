"""Words of a text and patterns over them: `param*` any ending, `...` up to eight words between; never a regex."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

MAX_GAP = 8
MAX_WORDS = 6_000
_WORD = re.compile(r"[^\W_]+|[<>=≤≥]|[^\w\s]")
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n\s*\n|\n(?=[-*•]\s)")


def words_of(text: str) -> list[str]:
    """The words and signs of a text, as written, without accents' variants."""
    return _WORD.findall(unicodedata.normalize("NFC", text.replace("’", "'").replace("‑", "-")))[:MAX_WORDS]


def sentences_of(text: str) -> list[str]:
    """The sentences of a text."""
    return [part for part in _SENTENCE.split(text) if part.strip()]


@lru_cache(maxsize=2_000)
def _pattern(text: str) -> tuple[str, ...]:
    return tuple(part for piece in text.split() for part in (["..."] if piece == "..." else _pieces(piece)))


def _pieces(piece: str) -> list[str]:
    """A word of a pattern, parted like a text's words; a star stays with its word."""
    return re.findall(r"[^\W_]+\*?|[^\w\s*]", piece)


def _fits(word: str, wanted: str) -> bool:
    if len(wanted) == 1 and wanted.isupper():
        return word == wanted  # the model A, not the article a
    plain = word.lower()
    return plain.startswith(wanted[:-1].lower()) if wanted.endswith("*") else plain == wanted.lower()


def match_at(words: Sequence[str], start: int, pattern: str) -> int:
    """Where the match of a pattern that begins at a word ends; 0 where it does not match."""
    at, gap = start, False
    for wanted in _pattern(pattern):
        if wanted == "...":
            gap = True
            continue
        stop = min(len(words), at + (MAX_GAP + 1 if gap else 1))
        at = next((place + 1 for place in range(at, stop) if _fits(words[place], wanted)), 0)
        if not at:
            return 0
        gap = False
    return at


def mentions(words: Sequence[str], patterns: Iterable[str]) -> bool:
    """Whether any of the patterns matches anywhere."""
    return any(match_at(words, start, pattern) for pattern in patterns for start in range(len(words)))
