"""Answers that only name one of the two: `Model A.` to the question whose is smaller, `…, hence model A.`"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from grader.writeup.claims import Claim, claims_in
from grader.writeup.clauses import clauses_of
from grader.writeup.prose import BUTS
from grader.writeup.subjects import Compared, mentions_of
from grader.writeup.words import mentions, sentences_of, words_of

MAX_NAMING = 600
_NAMING = ("the", "those", "ones",
           "model", "one", "network", "answer", "is", "it", "s", "d", "of", "that", "das", "die", "der", "modell",
           "ist", "es",
           "le", "la", "el", "il", "modèle", "modelo", "modello", "模", "型", "so", "therefore", "hence", "thus",
           "clearly",
           "obviously", "definitely", "surely", "certainly", "its", "would", "be",
           "should", "expect", "we", "i", "say", "think", "believe")  # fmt: skip
_CONCLUSION = re.compile(
    r"(?:^|[,;:—–]|\s)\s?(?:hence|thus|therefore|so|daher|deshalb|somit|also|folglich|donc|por tanto|"
    r"por lo tanto|quindi|dunque|portanto|logo|所以|因此)[\s,:]+(?P<rest>.{1,120})\Z",
    re.IGNORECASE | re.DOTALL,
)


def named_only(spec: Compared, text: str) -> str:
    """The one subject that a text names and says nothing of; what follows the name is its reason."""
    if len(text) > MAX_NAMING:
        return ""
    named: set[str] = set()
    for sentence in (one for one in sentences_of(text) if not one.rstrip(" *_)").endswith(("?", "？"))):
        if is_name_turned(spec, sentence):
            return ""
        for words, doubt in clauses_of(sentence):
            subjects = _subjects_named(spec, words)
            if not doubt and _is_lead(spec, words):
                continue  # `Answer: A`
            if not subjects or doubt:
                if named:
                    continue
                return ""
            named |= subjects
    return named.pop() if len(named) == 1 else ""


def is_name_turned(spec: Compared, sentence: str) -> bool:
    """Whether a name is followed by a `but`, in whatever language it is one: what follows is no reason."""
    words = words_of(sentence)
    mentioned = mentions_of(spec, words)
    return bool(mentioned) and mentions(words[mentioned[0].end :], BUTS)


def names_concluded(spec: Compared, text: str) -> Iterator[Claim]:
    """What a text answers by a name beside what it claims: in a sentence of its own, or behind `hence`."""
    for sentence in sentences_of(text):
        conclusion = _CONCLUSION.search(sentence[-MAX_NAMING:])
        for part in (sentence, conclusion["rest"] if conclusion else ""):
            clauses = [words for words, _ in clauses_of(part[:MAX_NAMING]) if not _is_lead(spec, words)]
            named = _subjects_named(spec, clauses[0]) if clauses else set()
            if len(named) == 1 and (len(clauses) == 1 or _is_a_claim(spec, clauses[1])):
                yield Claim(next(iter(named)), sentence)
                break


def _is_lead(spec: Compared, words: Sequence[str]) -> bool:
    """Whether a clause does nothing but lead to a name: `Answer:`, `So,`."""
    return not mentions_of(spec, words) and all(mentions((word,), _NAMING) for word in words if word[0].isalnum())


def _is_a_claim(spec: Compared, words: Sequence[str]) -> bool:
    """Whether a clause claims something by itself: the one before it, a name, is the answer, not its subject."""
    return any(not claim.doubt for claim in claims_in(spec, " ".join(words)))


def _subjects_named(spec: Compared, words: Sequence[str]) -> set[str]:
    """The subjects of a clause that does nothing but name them."""
    mentioned = mentions_of(spec, words)
    rest = [word for at, word in enumerate(words) if word[0].isalnum()
            and not any(one.start <= at < one.end for one in mentioned)]  # fmt: skip
    is_name = all(mentions((word,), (*_NAMING, *spec.quantity)) for word in rest)
    return {one.subject for one in mentioned} if is_name else set()
