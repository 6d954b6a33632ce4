"""Words of a text and patterns over them: `param*` any ending, `...` up to eight words between; never a regex."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

MAX_GAP = 8
MAX_WORDS = 3_000
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
    """A word of a pattern, parted like a text's words; a star stays with what it ends."""
    return [part if _is_exact(part) else part.lower() for part in re.findall(r"[^\W_]+\*?|[^\w\s*]\*?", piece)]


def _is_exact(part: str) -> bool:
    """A single capital is a name, such as the model A, which is not the article a."""
    return len(part) == 1 and part.isupper()


def _fits(word: str, wanted: str) -> bool:
    if _is_exact(wanted):
        return word == wanted
    return word.lower().startswith(wanted[:-1]) if wanted.endswith("*") else word.lower() == wanted


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
    plain = [word.lower() for word in words]
    known = {*words, *plain}
    return any(
        match_at(words, start, pattern)
        for pattern in patterns
        if _may_match(_pattern(pattern), known)
        for start in range(len(words))
        if _begins(plain[start], words[start], _pattern(pattern)[0])
    )


def _may_match(parts: Sequence[str], known: set[str]) -> bool:
    return all(part in known or part.endswith("*") or part == "..." for part in parts)


def _begins(plain: str, word: str, wanted: str) -> bool:
    return plain.startswith(wanted[:-1]) if wanted[-1] == "*" else wanted in (plain, word)
