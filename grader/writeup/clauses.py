"""Parts a sentence into the clauses that claim something: without reasons, and with what makes one a supposition."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from grader.writeup.comparatives import comparatives
from grader.writeup.prose import CAUSES
from grader.writeup.words import matches, mentions, words_of

HYPOTHETICAL = ("would", "wouldn", "could", "might", "may", "wäre", "würde", "würden", "könnte", "serait",
                 "aurait", "sería",
                 "sarebbe", "seria", "if", "wenn", "falls", "think", "thought", "guess", "suppose*", "although",
                 "though",
                 "assum*", "如 果")  # fmt: skip
_SAYING = ("i would say", "we would say", "i think", "we think", "i guess", "i would expect", "we would expect",
           "would expect",
           "i expect", "we expect", "if we compare", "would have", "would be", "will")  # fmt: skip
_PARTS = re.compile(
    r"[,;:—]|(?<=\s)\((?=[^()]{12,}\))|(?<=[^()]{12})\)|(?:^|(?<=\s))(?:but|while|whereas|whilst|however|yet|hence|thus|therefore|so|and|which|who|sondern|während|aber|"
    r"daher|deshalb|somit|und|mais|tandis que|alors que|donc|et|pero|sino|mientras|por tanto|ma|mentre|quindi|mas|"
    r"enquanto|portanto)(?=\s)|而|但|，|；|所以|因此|–(?=\s)",
    re.IGNORECASE,
)
_BARS = re.compile(r"‖|\\\||\|\|")
_BY_SIZE = re.compile(
    r"\b(?:by|durch|mit|par|por|per|with)\s(?:a factor of\s|the square root of\s|1/)?"
    r"(?:\$?\\?(?:sqrt|frac)[^$<>=]{1,30}\$|(?:sqrt\s?\([^()]{1,12}\)|√\s?\(?\w{1,3}\)?|\$?d(?:_k|_\{k\})?\$?(?![\w])))",
)
_LONG_FORMULA = re.compile(r"\$[^$]{80,}\$")


def plain_sentence(sentence: str) -> str:
    """A sentence without the signs that only set it; bars are a norm's."""
    sentence = _BY_SIZE.sub(" ", _LONG_FORMULA.sub(" ", sentence))
    sentence = _BARS.sub(" norm ", sentence)
    for sign in ("$", "{", "}", "\\left", "\\right", "\\mathbf", "\\mathrm", "\\text", "|", "*", "`"):
        sentence = sentence.replace(sign, " ")
    return sentence.replace("\\", " ").replace("'s", " s").replace("’s", " s")


def reasons_of(sentence: str) -> Iterator[str]:
    """What a sentence gives as reasons, each from behind its `because` on."""
    for part in re.split(r"[;:]", plain_sentence(sentence)):
        words = words_of(part)
        found = next(matches(words, CAUSES), None)
        if found is not None:
            yield " ".join(words[found[2] :])


def clauses_of(sentence: str) -> Iterator[tuple[list[str], str]]:
    """The clauses that claim, without the reasons; each with why it is none that can be judged."""
    reason = False
    for part in _PARTS.split(plain_sentence(sentence)):
        words = words_of(part or "")
        if not any(word.isalnum() for word in words):
            continue
        cause = next((start for _, start, _ in matches(words, CAUSES)), len(words))
        if reason and cause == len(words):
            reason = False  # `Because of decay, A …`: what follows the comma is the claim
        elif cause == 0:
            reason = True
            continue
        yield words[:cause], _supposition(words[:cause])


def _supposition(words: Sequence[str]) -> str:
    if mentions(words, HYPOTHETICAL) and not mentions(words, _SAYING[:-1]):
        return "It is a supposition."
    return ""


def is_afterthought(words: Sequence[str]) -> bool:
    """`A cannot be larger, I thought at first`: behind what is compared it is said to be a former view."""
    former = max((start for _, start, _ in matches(words, _AT_FIRST)), default=-1)
    return 0 <= max((one.start for one in comparatives(words)), default=-1) < former


_AT_FIRST = ("at first", "first thought", "i thought", "we thought", "initially", "zuerst", "anfangs", "d ' abord",
             "al principio", "all ' inizio")  # fmt: skip
