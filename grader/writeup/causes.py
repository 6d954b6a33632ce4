"""Which subject brings about what a clause says: the agent of a verb, a cause, the condition asked about."""

from __future__ import annotations

from collections.abc import Sequence

from grader.rubric.writeup_keys import RelationSpec
from grader.writeup.comparatives import Comparative
from grader.writeup.prose import NEGATIONS
from grader.writeup.subjects import Compared, Mention
from grader.writeup.words import mentions

# What makes a noun the condition under which something is said, as `when scaling is used`.
_WHEN = ("when", "using", "if", "through", "by", "under", "wenn", "durch", "bei", "quand", "cuando", "quando")


def agent_of(spec: Compared, words: Sequence[str], one: Comparative) -> str:
    """The condition that does it: `scaling` of `with scaling` in `Scaling reduces …` or `is reduced by scaling`."""
    if one.kind != "verb" and not mentions(words[: one.start], _CAUSING) and not mentions(words, _WHEN):
        return ""
    if mentions(words, _LACKS):
        return ""
    nouns = _nouns(spec).items()
    found = {subject for subject, names in nouns for at, word in enumerate(words) if word.lower() in names
             and (at < one.start or "by" in [part.lower() for part in words[one.end : at]])}  # fmt: skip
    return found.pop() if len(found) == 1 else ""


_CAUSING = ("make*", "keep*", "lead*", "macht", "rend*")
_LACKS = ("lack*", "missing", "absence", "removing", "dropping", "omitting", "leaving out", "fehl*", "manque", "falta",
          "manca*", "ohne", "sans", "sin", "senza", "sem", "without")  # fmt: skip


def _nouns(spec: Compared) -> dict[str, set[str]]:
    """What does it: `scaling` of the subject `with scaling`."""
    return {subject: {pattern.split()[-1].lower() for pattern in patterns
                      if pattern.split()[0] in ("with", "after", "mit") and len(pattern.split()) > 1} - {"it", "..."}
            for subject, patterns in spec.subjects.items()}  # fmt: skip


def cause_of(spec: Compared, words: Sequence[str]) -> str:
    """The subject of `The scaling makes the softmax flatter`, which what follows is said of."""
    if not mentions(words, _CAUSING) or mentions(words, (*NEGATIONS, *_LACKS)):
        return ""
    found = {subject for subject, names in _nouns(spec).items() if any(word.lower() in names for word in words)}
    return found.pop() if len(found) == 1 else ""


_IS = ("is", "gets", "becomes", "will", "would", "ist", "wird")


def subject_asked_about(spec: Compared, words: Sequence[str], mentioned: Sequence[Mention]) -> str:
    """`Smaller.` to the question whether it is smaller with or without: of the one asked about."""
    names = [pattern for patterns in spec.subjects.values() for pattern in patterns]
    is_pronoun = 2 < len(words) <= 4 and words[0].lower() in ("it", "es") and mentions(words[1:3], _IS)
    has_letters = any(len(name) == 1 and name.isupper() for name in names)
    is_bare = (len(words) <= 2 or is_pronoun) and not mentioned and not has_letters
    return spec.expect.split()[0] if is_bare and isinstance(spec, RelationSpec) else ""
