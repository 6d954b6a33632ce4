"""Which of two things a text says is smaller: in signs and in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from grader.rubric.writeup_keys import RelationSpec
from grader.writeup.claims import Claim, claims_in
from grader.writeup.clauses import reasons_of
from grader.writeup.finding import Block, canonical, text_of, texts
from grader.writeup.naming import named_only, names_concluded
from grader.writeup.outcome import NOTHING, WriteupOutcome, excerpt, pass_with, review, score_with
from grader.writeup.prose import is_denied
from grader.writeup.subjects import Compared
from grader.writeup.words import mentions, sentences_of, words_of

# Words of a passage that are read, some two pages: who is asked which of two is smaller writes a few sentences.
MAX_WORDS = 1_000
_TOO_LONG = "It goes on for longer than what was read."
_HEDGES = ("but", "however", "though*", "although", "might", "instead", "rather", "aber", "yet", "jedoch", "pourtant",
           "sin embargo", "tuttavia", "porém")  # fmt: skip
_SIGNS = {"<": "<", ">": ">", "≤": "<", "≥": ">", "≮": ">", "≯": "<", "≰": ">", "≱": "<"}


def judge_relation(spec: RelationSpec, blocks: Sequence[Block]) -> WriteupOutcome | None:
    """Judge what blocks claim; None where they claim nothing about the two."""
    claims = claims_of(spec, blocks)
    if not claims:
        return None
    read = claims[-1].source
    if doubtful := [claim for claim in claims if claim.doubt]:
        return review(f"Read '{excerpt(doubtful[-1].source)}'. {doubtful[-1].doubt}", doubtful[-1].source)
    if len({claim.smaller for claim in claims}) > 1:
        return review("The sentences read contradict each other.", read)
    if any(reason not in ("", claims[-1].smaller) for reason in _smaller_by_reasons(spec, blocks)):
        return review(f"Read '{excerpt(read)}'. Its reason says something else.", read)
    outcome = _conclude(spec, claims[-1].smaller, read)
    if outcome.status == "failed" and mentions(words_of(text_of(blocks)), _HEDGES):
        return outcome.for_review("It may be taken back in the same text.")
    return outcome


def claims_of(spec: Compared, blocks: Sequence[Block]) -> list[Claim]:
    """All that blocks say of which is the smaller one."""
    written, rest = _within_bounds(blocks)
    claims = [claim for block in blocks for claim in _in_signs(spec, block)]
    claims += [claim for text in written for claim in claims_in(spec, text)]
    clear = [claim for claim in claims if not claim.is_aside]
    if any(not claim.doubt for claim in clear):
        claims = [*clear, *(claim for text in written for claim in names_concluded(spec, text))]
    if claims and rest:
        claims.append(Claim("", rest, _TOO_LONG))
    return claims or list(_named_only(spec, blocks))


def _within_bounds(blocks: Sequence[Block]) -> tuple[list[str], str]:
    """The texts as far as they are read, and the first sentence that is not; empty where all is."""
    kept: list[str] = []
    left = MAX_WORDS
    for text in texts(blocks):
        sentences = sentences_of(text)
        for at, sentence in enumerate(sentences):
            left -= 1 + len(sentence) // 6
            if left < 0:
                return [*kept, "\n\n".join(sentences[:at])], sentence
        kept.append(text)
    return kept, ""


def _smaller_by_reasons(spec: Compared, blocks: Sequence[Block]) -> Iterator[str]:
    """Which subject is the smaller one by the reasons given; a reason that is not understood says nothing."""
    for text in _within_bounds(blocks)[0]:
        reasons = [reason for sentence in sentences_of(text) for reason in reasons_of(sentence)]
        yield from (claim.smaller for reason in reasons for claim in claims_in(spec, reason) if not claim.doubt)


def _named_only(spec: Compared, blocks: Sequence[Block]) -> Iterator[Claim]:
    written = [text for text in texts(blocks) if text.strip()]
    if len(written) == 1 and (subject := named_only(spec, written[0])):
        yield Claim(subject, written[0])


def _conclude(spec: RelationSpec, smaller: str, read: str) -> WriteupOutcome:
    larger = next((name for name in spec.subjects if name != smaller), "")
    if smaller == spec.smaller:
        return pass_with(f"Read '{excerpt(read)}': {smaller}'s is the smaller one, as expected.", read)
    said = f"{smaller}'s is smaller than {larger}'s" if smaller else "neither is smaller"
    return score_with(NOTHING, f"Read '{excerpt(read)}': {said}; expected {spec.expect}.", read)


def _in_signs(spec: Compared, block: Block) -> Iterator[Claim]:
    if block["kind"] != "formula":
        return
    for left, sign, right in zip(block["sides"], block["ops"], block["sides"][1:], strict=False):
        left, right = _subtract_or_divide(left, right)
        first, second = _subject_of(spec, left), _subject_of(spec, right)
        if sign in _SIGNS and first and second and first != second:
            yield Claim(first if _SIGNS[sign] == "<" else second, str(block["source"]), _doubt(block))
        elif sign == "=" and first and second and first != second:
            yield Claim("", str(block["source"]), _doubt(block))


def _doubt(block: Block) -> str:
    return "The words around it deny or doubt it." if is_denied(block.get("before", ""), block["words"]) else ""


def _subtract_or_divide(left: Any, right: Any) -> tuple[Any, Any]:
    """`a/b < 1` and `a - b < 0` as a < b."""
    if left and right == ["num", "1"] and left[0] == "div":
        return left[1], left[2]
    if left and right == ["num", "0"] and left[0] == "add" and len(left) == 3 and left[2][0] == "neg":
        return left[1], left[2][1]
    return left, right


def _subject_of(spec: Compared, tree: Any) -> str:
    """The subject whose symbol a side has; empty where it has none or both."""
    names = {part for name in _symbols(tree) for part in (name, *name.split("_"))}
    found = {subject for subject, spelled in spec.subjects.items() if names & _spell_out(spelled)}
    return found.pop() if len(found) == 1 else ""


def _spell_out(patterns: Sequence[str]) -> set[str]:
    return {canonical(pattern.replace(" ", "")) for pattern in patterns}


def _symbols(tree: Any) -> Iterator[str]:
    if isinstance(tree, list) and tree:
        if tree[0] == "sym":
            yield str(tree[1]).replace("^(", "_").rstrip(")")
        else:
            for part in tree[1:]:
                yield from _symbols(part)
