"""Words of a text and patterns over them: `param*` any ending, `...` up to eight words between; never a regex."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

MAX_GAP = 8
MAX_WORDS = 3_000
# A sign of Chinese or Japanese is a word of its own.
_HAN = "\u3040-\u30ff\u3400-\u9fff"
_WORD = re.compile(rf"[{_HAN}]|[^\W_{_HAN}]+|[<>=≤≥]|[^\w\s]")
_PIECE = re.compile(rf"[{_HAN}]|[^\W_{_HAN}]+\*?|[^\w\s*]\*?")
_SENTENCE = re.compile(
    r"(?<=[.!?;])(?<!\bi\.e\.)(?<!\be\.g\.)(?<!\bd\.h\.)(?<!\bz\.B\.)(?<!\bca\.)(?<!\bapprox\.)(?<!\bresp\.)\s+"
    r"|(?<=[。！？；])|\n\s*\n|\n(?=[-*•]\s)"
)


def words_of(text: str) -> list[str]:
    """The words and signs of a text, as written, without accents' variants."""
    plain = text.replace("’", "'").replace("an't", "annot").replace("‑", "-")
    return _WORD.findall(unicodedata.normalize("NFC", plain))[:MAX_WORDS]


def sentences_of(text: str) -> list[str]:
    """The sentences of a text."""
    return [part for part in _SENTENCE.split(text) if part.strip()]


class _Wanted(NamedTuple):
    """One word of a pattern: as written, with any ending, or in this spelling only."""

    word: str
    is_prefix: bool
    is_exact: bool


@lru_cache(maxsize=2_000)
def _pattern(text: str) -> tuple[_Wanted, ...]:
    return tuple(part for piece in text.split() for part in ([_GAP] if piece == "..." else _pieces(piece)))


_GAP = _Wanted("...", False, False)


def _pieces(piece: str) -> list[_Wanted]:
    """A word of a pattern, parted like a text's words; a star stays with what it ends."""
    parts = _PIECE.findall(piece)
    return [_Wanted(part if _is_exact(part) else part.lower().removesuffix("*"), part.endswith("*"), _is_exact(part))
            for part in parts]  # fmt: skip


def _is_exact(part: str) -> bool:
    """A single capital is a name, such as the model A, which is not the article a."""
    return len(part) == 1 and part.isupper()


def match_at(words: Sequence[str], start: int, pattern: str) -> int:
    """Where the match of a pattern that begins at a word ends; 0 where it does not match."""
    at, gap = start, 0
    for wanted in _pattern(pattern):
        if wanted is _GAP:
            gap = MAX_GAP
            continue
        at = _behind(words, at, min(len(words), at + gap + 1), wanted)
        if not at:
            return 0
        gap = 0
    return at


def _behind(words: Sequence[str], start: int, stop: int, wanted: _Wanted) -> int:
    """The place behind the first word from `start` on that is wanted; 0 where there is none before `stop`."""
    for place in range(start, stop):
        word = words[place] if wanted.is_exact else words[place].lower()
        if word == wanted.word or (wanted.is_prefix and word.startswith(wanted.word)):
            return place + 1
    return 0


def mentions(words: Sequence[str], patterns: Iterable[str]) -> bool:
    """Whether any of the patterns matches anywhere."""
    return next(matches(words, patterns), None) is not None


def matches(words: Sequence[str], patterns: Iterable[str]) -> Iterator[tuple[str, int, int]]:
    """Every match: the pattern, and where it begins and ends, in the order of where it begins."""
    exact, prefixed = _index(tuple(patterns))
    for start, word in enumerate(words):
        plain = word.lower()
        if plain not in exact and plain[:1] not in prefixed and word not in exact:
            continue
        likely = [*exact.get(word, ()), *(exact.get(plain, ()) if plain != word else ())]
        likely += [pattern for stem, pattern in prefixed.get(plain[:1], ()) if plain.startswith(stem)]
        for pattern in likely:
            if end := match_at(words, start, pattern):
                yield pattern, start, end


_Index = tuple[dict[str, list[str]], dict[str, list[tuple[str, str]]]]


@lru_cache(maxsize=1_000)
def _index(patterns: tuple[str, ...]) -> _Index:
    """Patterns by their first word, and by the first letter of a first word that ends with a star."""
    exact: dict[str, list[str]] = {}
    prefixed: dict[str, list[tuple[str, str]]] = {}
    for pattern in patterns:
        first = next(iter(_pattern(pattern)), _GAP)
        if first.is_prefix and first.word:
            prefixed.setdefault(first.word[:1], []).append((first.word, pattern))
        elif first.word:
            exact.setdefault(first.word, []).append(pattern)
    return exact, prefixed
