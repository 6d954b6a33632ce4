"""Key ideas of a text, found or not: a suggestion to the person who reads it."""

from __future__ import annotations

from collections.abc import Sequence

from grader.rubric.writeup_keys import TextSpec
from grader.writeup.finding import Block, texts
from grader.writeup.outcome import NOTHING, WriteupOutcome, join_items, review
from grader.writeup.words import mentions, sentences_of, words_of

_ENOUGH_WORDS = 3


def judge_text(spec: TextSpec, blocks: Sequence[Block]) -> WriteupOutcome | None:
    """Look for the key ideas; the score is provisional. None where there is no text."""
    written = "\n\n".join(texts(blocks))
    sentences = [words_of(sentence) for sentence in sentences_of(written)]
    if sum(map(len, sentences)) < _ENOUGH_WORDS:
        return None
    found = [idea for idea in spec.ideas if any(mentions(words, idea.any) for words in sentences)]
    missed = [idea.name for idea in spec.ideas if idea not in found]
    credit = sum((idea.share for idea in found), NOTHING) / (sum((idea.share for idea in spec.ideas), NOTHING) or 1)
    told = [f"found {join_items([idea.name for idea in found])}"] if found else []
    told += [f"did not find {join_items(missed)}"] if missed else []
    return review(f"A person reads this text. The program {' and '.join(told)}.", written, credit)
