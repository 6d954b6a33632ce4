"""The two things that are compared, wherever a sentence names them: by the rubric's words, and by what these mean."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from grader.rubric.writeup_keys import ReadableSpec, RelationSpec
from grader.writeup.words import matches, mentions

Compared = RelationSpec | ReadableSpec


class Mention(NamedTuple):
    """One of the two subjects, where its words begin and end."""

    subject: str
    start: int
    end: int


_WITH = {"with": ("mit", "avec", "con", "com"), "without": ("ohne", "sans", "sin", "senza", "sem")}
_ARTICLES = ("", "der ", "die ", "das ", "dem ", "den ", "la ", "le ", "l ' ", "il ", "lo ", "el ", "a ", "o ")
_DOERS = ("we", "you", "one", "is", "are", "if", "when", "by", "after")
_DENIERS = ("not", "don ' t", "doesn ' t", "aren ' t", "isn ' t", "never", "no", "without")


def mentions_of(spec: Compared, words: Sequence[str]) -> list[Mention]:
    """The subjects named, the longest name winning where two overlap."""
    subjects = _patterns(tuple(spec.subjects.items()))
    hits = [
        Mention(subjects[pattern], start, end)
        for pattern, start, end in matches(words, subjects)
        if not _is_article(words, start, pattern)
    ]
    hits += _left_out(spec, words)
    kept: list[Mention] = []
    for hit in sorted(hits, key=lambda hit: hit.start - hit.end):
        if all(hit.end <= other.start or hit.start >= other.end for other in kept):
            kept.append(hit)
    return sorted(kept, key=lambda hit: hit.start)


def other_of(spec: Compared, subject: str) -> str:
    """The other of the two subjects."""
    return next((name for name in spec.subjects if name != subject), "") if subject else ""


@lru_cache(maxsize=64)
def _patterns(subjects: tuple[tuple[str, tuple[str, ...]], ...]) -> dict[str, str]:
    """Each pattern of the rubric, and of what it means, to its subject."""
    given = {pattern.replace("_", " "): name for name, patterns in subjects for pattern in patterns}
    meant: dict[str, str] = {}
    for name, patterns in subjects:
        denied = {_object_of(pattern) for pattern in patterns if pattern.startswith("without ")}
        for pattern in patterns:
            meant |= dict.fromkeys(_translate(pattern), name)
            if pattern.startswith("with ") and (stem := _stem(pattern)):
                meant |= dict.fromkeys((f"{doer} {stem}" for doer in _DOERS), name)
        meant |= dict.fromkeys((f"{no} {stem}" for no in _DENIERS for one in denied if (stem := _stem(one))), name)
    return {**meant, **given}


def _object_of(pattern: str) -> str:
    """`scaling` of `with the scaling`."""
    return pattern.partition(" ")[2].removeprefix("the ")


def _stem(pattern: str) -> str:
    """`scal*` of `with scaling`: scale, scales, scaled; `divi*` of `with division`; empty for no such noun."""
    noun = pattern.rpartition(" ")[2]
    if noun.endswith("ing"):
        return noun.removesuffix("ing") + "*"
    return noun[:4] + "*" if noun.endswith("sion") else ""


def _translate(pattern: str) -> Iterator[str]:
    """`mit Skalierung` of `with scaling`: the word itself, and one of the same origin."""
    first, thing = pattern.partition(" ")[0], _object_of(pattern)
    if first not in _WITH or len(thing) < 4 or "..." in thing:
        return
    stems = {thing} if " " in thing else {thing, thing[:4] + "*", thing[:4].replace("c", "k") + "*", f"e{thing[:4]}*"}
    yield from (f"{one} {article}{stem}" for one in _WITH[first] for article in _ARTICLES for stem in stems)


def _left_out(spec: Compared, words: Sequence[str]) -> Iterator[Mention]:
    """`smaller with scaling than without`: of the last word the rest is left out."""
    last = next((at for at in range(len(words) - 1, -1, -1) if words[at].isalnum()), 0)
    word = words[last].lower() if words else ""
    told = next((one for one, others in _WITH.items() if word == one or word in others), "")
    found = {name for name, patterns in spec.subjects.items()
             if told and last and any(pattern.startswith(f"{told} ") for pattern in patterns)}  # fmt: skip
    if len(found) == 1:
        yield Mention(found.pop(), last, last + 1)


def _is_article(words: Sequence[str], start: int, pattern: str) -> bool:
    """`A smaller norm …` begins with an article, not with the model A."""
    if pattern != "A" or start > 0 or len(words) < 2:
        return False
    follower = words[1].lower()
    return follower.isalpha() and not mentions((follower,), _VERBS_OF_A)


_VERBS_OF_A = ("wins", "obviously", "clearly", "definitely", "bc", "bcs", "cuz", "coz", "due", "rather", "instead",
               "has", "is", "will", "s", "and", "gets", "should", "would", "does", "ends", "stays", "keeps", "hat",
               "ist", "est",
               "a", "es", "tiene", "ha", "è", "é", "tem", "的", "because", "since", "shrinks", "decreases", "grows",
               "increases", "becomes", "must", "can", "or", "not", "und", "et", "y", "e")  # fmt: skip
