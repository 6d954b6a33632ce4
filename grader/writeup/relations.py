"""Which of two things a text says is smaller: in signs, in words, with negations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from grader.writeup.finding import Block, canonical, texts, told
from grader.writeup.outcome import NOTHING, WriteupOutcome, excerpt, passed, review, scored
from grader.writeup.spec import ReadableSpec, RelationSpec
from grader.writeup.words import match_at, mentions, sentences_of, words_of

_SMALLER = ("smaller", "smallest", "less", "lower", "lowest", "lesser", "shorter", "tinier", "minor", "kleiner*",
            "geringer*", "niedriger*", "shrink*", "shrunk*", "reduce*", "small", "lessen*")  # fmt: skip
_LARGER = ("larger", "largest", "greater", "greatest", "bigger", "biggest", "higher", "highest", "longer", "größer*",
           "grösser*", "höher*", "exceed*", "large", "big")  # fmt: skip
_EQUAL = ("same", "equal", "equally", "identical", "gleich")
_NOT = frozenset(("not", "never", "no", "nicht", "cannot", "neither", "kein", "t"))
# What else may be called larger: `a higher weight decay` says nothing of the weights.
_BESIDE = ("decay", "penalt*", "regulari*", "loss", "cost", "gradient*")
_HEDGES = ("but", "however", "though*", "although", "might", "instead", "rather", "aber", "yet")
_CAUSES = frozenset(("because", "since", "weil", "da", "denn"))
_THAN = ("than", "als")
_NOUNS_AFTER = 3
_SHORT = 12
_STOPS = frozenset((
    ".", ",", ";", ":", "!", "?", "(", ")", "than", "in", "for", "because", "as", "of", "and", "due", "since", "when",
    "at", "to", "with", "by", "the", "is", "are", "or", "als", "ist", "sind", "wie",
))  # fmt: skip
_VERBS = ("shrink*", "shrunk*", "reduce*", "lessen*", "exceed*")
_FLIPPED = {"<": ">", ">": "<", "≤": ">", "≥": "<", "≮": ">", "≯": "<", "≰": ">", "≱": "<"}
_SIGNS = {"<": "<", ">": ">", "≤": "<", "≥": ">", "≮": ">", "≯": "<", "≰": ">", "≱": "<"}


Compared = RelationSpec | ReadableSpec


class Mention(NamedTuple):
    """One of the two subjects, where its words begin and end."""

    subject: str
    start: int
    end: int


class Claim(NamedTuple):
    """Which subject a sentence says is the smaller one; empty for neither."""

    smaller: str
    source: str


def judge_relation(spec: RelationSpec, blocks: Sequence[Block]) -> WriteupOutcome | None:
    """Judge what blocks claim; None where they claim nothing about the two."""
    claims = claims_of(spec, blocks)
    if not claims:
        return None
    read = claims[-1].source
    if len({claim.smaller for claim in claims}) > 1:
        return review("The sentences read contradict each other.", read)
    outcome = _concluded(spec, claims[-1].smaller, read)
    if outcome.status == "failed" and mentions(words_of(told(blocks)), _HEDGES):
        return outcome.for_review("It may be taken back in the same text.")
    return outcome


def claims_of(spec: Compared, blocks: Sequence[Block]) -> list[Claim]:
    """All that blocks say of which is the smaller one."""
    claims = [claim for block in blocks for claim in _in_signs(spec, block)]
    claims += [
        claim for text in texts(blocks) for sentence in sentences_of(text) for claim in _in_words(spec, sentence)
    ]
    return claims or list(_named_only(spec, blocks))


def _concluded(spec: RelationSpec, smaller: str, read: str) -> WriteupOutcome:
    larger = _other(spec, smaller)
    if smaller == spec.smaller:
        return passed(f"Read '{excerpt(read)}': {smaller}'s is the smaller one, as expected.", read)
    told = f"{smaller}'s is smaller than {larger}'s" if smaller else "neither is smaller"
    return scored(NOTHING, f"Read '{excerpt(read)}': {told}; expected {spec.expect}.", read)


def _other(spec: Compared, subject: str) -> str:
    return next((name for name in spec.subjects if name != subject), "")


def _in_signs(spec: Compared, block: Block) -> Iterator[Claim]:
    if block["kind"] != "formula":
        return
    for left, sign, right in zip(block["sides"], block["ops"], block["sides"][1:], strict=False):
        first, second = _subject_of(spec, left), _subject_of(spec, right)
        if sign in _SIGNS and first and second and first != second:
            yield Claim(first if _SIGNS[sign] == "<" else second, str(block["source"]))
        elif sign == "=" and first and second and first != second:
            yield Claim("", str(block["source"]))


def _subject_of(spec: Compared, tree: Any) -> str:
    """The subject whose symbol a side has; empty where it has none or both."""
    names = set(_symbols(tree))
    found = {subject for subject, spelled in spec.subjects.items() if names & _spelled(spelled)}
    return found.pop() if len(found) == 1 else ""


def _spelled(patterns: Sequence[str]) -> set[str]:
    return {canonical(pattern.replace(" ", "")) for pattern in patterns}


def _symbols(tree: Any) -> Iterator[str]:
    if isinstance(tree, list) and tree:
        if tree[0] == "sym":
            yield str(tree[1]).replace("^(", "_").rstrip(")")
        else:
            for part in tree[1:]:
                yield from _symbols(part)


def _in_words(spec: Compared, sentence: str) -> Iterator[Claim]:
    words = words_of(_plain(sentence))
    found = _mentions(spec, words)
    is_told = False
    for at in range(len(words)):
        if is_told and words[at].lower() in _CAUSES:
            return  # what follows is the reason
        names_quantity = mentions((words[at],), spec.quantity)  # as `largest` in `the largest weight`
        sense = "" if names_quantity else _sense(words, at)
        if sense and _is_about(spec, words, at):
            claim = _claim(spec, words, at, sense, found)
            if claim is not None:
                is_told = True
                yield Claim(claim, sentence)


def _plain(sentence: str) -> str:
    for sign in ("$", "{", "}", "\\left", "\\right", "\\mathbf", "\\mathrm", "\\text", "\\|", "‖", "|", "*", "`"):
        sentence = sentence.replace(sign, " ")
    return sentence.replace("\\", " ").replace("'s", " s")


def _sense(words: Sequence[str], at: int) -> str:
    """< for smaller, > for larger, = for equal; empty for any other word."""
    word = words[at]
    for sign, patterns in (("<", _SMALLER), (">", _LARGER), ("=", _EQUAL)):
        if mentions((word,), patterns):
            if word.lower() in ("small", "large", "big") and not _is_graded(words, at):
                return ""
            return sign
    return ""


def _is_graded(words: Sequence[str], at: int) -> bool:
    """`not as large as` compares, `large` alone does not."""
    return (
        at > 0 and words[at - 1].lower() in ("as", "so") and "as" in [word.lower() for word in words[at + 1 : at + 5]]
    )


def _is_about(spec: Compared, words: Sequence[str], at: int) -> bool:
    """Whether the word compares the quantity: it follows, or no other noun does."""
    following = words[at + 1 : at + 1 + _NOUNS_AFTER]
    if mentions(following, _BESIDE):
        return False
    if not spec.quantity or mentions(following, spec.quantity):
        return True
    if mentions((words[at],), _VERBS):
        return mentions(words[at + 1 :][:8], spec.quantity) or mentions(words[:at][-8:], spec.quantity)
    return not following or following[0].lower() in _STOPS or match_at(following, 0, "s") > 0


def _claim(spec: Compared, words: Sequence[str], at: int, sense: str, found: Sequence[Mention]) -> str | None:
    before = [mention for mention in found if mention.end <= at and not _parted(words, mention.end, at)]
    after = [mention for mention in found if mention.start > at and not _parted(words, at, mention.start)]
    if sense == "=":
        if at and words[at - 1].lower() == "or":
            return None  # less than or equal
        both = {mention.subject for mention in found}
        return "" if len(both) == 2 and not _is_negated(words, at) else None
    if _is_negated(words, at):
        sense = _FLIPPED[sense]
    end = next((place for place in range(at, len(words)) if words[place].lower() in _CAUSES), len(words))
    than = next((place for place in range(at + 1, end) if words[place].lower() in _THAN), None)
    if words[at].lower() in ("small", "large", "big"):
        than = next((place for place in range(at + 1, len(words)) if words[place].lower() == "as"), None)
    compared = next((mention.subject for mention in after if than is not None and mention.start > than), "")
    subject = _leading(before, compared) or next(
        (mention.subject for mention in after if than is None or mention.start < than), ""
    )
    subject = subject or (_other(spec, compared) if compared else "")
    if not subject or subject == compared:
        return None
    return subject if sense == "<" else _other(spec, subject)


def _leading(before: Sequence[Mention], compared: str) -> str:
    """The subject of the clause: the nearest before, other than the one compared with."""
    return next((mention.subject for mention in reversed(before) if mention.subject != compared), "")


def _parted(words: Sequence[str], start: int, end: int) -> bool:
    """Whether another clause begins between two places."""
    between = [word.lower() for word in words[start:end]]
    return any(word in ("while", "whereas", "but", "whilst", "während", ";") for word in between)


def _is_negated(words: Sequence[str], at: int) -> bool:
    before = [word.lower() for word in words[max(0, at - 4) : at]]
    return sum(word in _NOT for word in before) % 2 == 1


def _mentions(spec: Compared, words: Sequence[str]) -> list[Mention]:
    """The subjects named, the longest name winning where two overlap."""
    hits = [
        Mention(subject, start, end)
        for subject, patterns in spec.subjects.items()
        for pattern in patterns
        for start in range(len(words))
        if (end := match_at(words, start, pattern.replace("_", " "))) and not _is_article(words, start, pattern)
    ]
    kept: list[Mention] = []
    for hit in sorted(hits, key=lambda hit: hit.start - hit.end):
        if all(hit.end <= other.start or hit.start >= other.end for other in kept):
            kept.append(hit)
    return sorted(kept, key=lambda hit: hit.start)


def _is_article(words: Sequence[str], start: int, pattern: str) -> bool:
    """`A smaller norm …` begins with an article, not with the model A."""
    if pattern != "A" or start > 0 or len(words) < 2:
        return False
    follower = words[1].lower()
    return follower.isalpha() and follower not in (
        "has",
        "is",
        "will",
        "s",
        "and",
        "gets",
        "should",
        "would",
        "does",
        "hat",
    )


def _named_only(spec: Compared, blocks: Sequence[Block]) -> Iterator[Claim]:
    """A short answer that names one of the two, `Model A's.`, to the question whose is smaller."""
    written = [text for text in texts(blocks) if text.strip()]
    words = words_of(_plain(written[0])) if len(written) == 1 else []
    n_words = sum(word.isalpha() for word in words)
    subjects = {mention.subject for mention in _mentions(spec, words)} if 0 < n_words <= _SHORT else set()
    if len(subjects) == 1 and not any(word.lower() in _NOT for word in words):
        yield Claim(subjects.pop(), written[0])
