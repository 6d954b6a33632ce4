"""Where in a document the answer to a question or part stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from grader.rubric.writeup_keys import Find
from grader.worker.reading.formulas import label_of
from grader.worker.reading.headings import part_number
from grader.worker.reading.lexer import Refused, tokenize
from grader.writeup.words import mentions, words_of

Block = dict[str, Any]

MAX_BLOCKS = 400
_FEW_WORDS = 15
_SENTENCE_ENDS = re.compile(
    r"(?<!\bi\.e)(?<!\be\.g)(?<!\bd\.h)(?<!\bz\.B)(?<!\bca)(?<!\bapprox)(?<!\bp\.ej)\. |[?!;] | \| |\n\n|。"
)


_INDEX_OF_DIGITS = re.compile(r"(?<=[A-Za-z])_(?=\d)")


@dataclass(frozen=True)
class Places:
    """The blocks that may hold an answer, the likeliest first.

    own: under the question and part asked for, the last time it is answered; earlier: the times before;
    elsewhere: in the question's other parts; unassigned: under no question; doubtful: under a number that may be it.
    """

    own: Sequence[Block]
    earlier: Sequence[Block]
    elsewhere: Sequence[Block]
    unassigned: Sequence[Block]
    has_question: bool
    has_part: bool
    is_mentioned: bool
    doubtful: Sequence[Block] = ()

    @property
    def is_absent(self) -> bool:
        """Whether there is clearly nothing where the answer should stand."""
        if self.own or self.earlier or self.doubtful or _may_be_an_answer(self.unassigned):
            return False
        if self.has_question:
            return self.has_part or not self.elsewhere or _has_parts(self.elsewhere)
        return not self.is_mentioned


def renumber(document: dict[str, Any], homework: str) -> dict[str, Any]:
    """The document with `1.3` read as question 3, where all its questions are numbered so and 1 is the homework.

    Args:
        homework: the assignment's number; empty where it is not known, and parts under `1.3` must show it.
    """
    sections = document["sections"]
    asked = [section for section in sections if section["question"]]
    firsts = {section["question"] for section in asked}
    seconds = {section["second"] for section in asked}
    has_parts = any(section["second_part"] for section in asked)
    is_so = len(firsts) == 1 and len(seconds) > 1 and "" not in seconds and (firsts == {homework} or has_parts)
    if not is_so or (homework and firsts != {homework}):
        return document
    moved = [{**section, "question": section["second"], "part": section["second_part"], "second": ""}
             if section["question"] else section for section in sections]  # fmt: skip
    return {**document, "sections": moved}


def places(document: dict[str, Any], find: Find) -> Places:
    """Look for a question and part in a document."""
    found = _places(document["sections"], find)
    if found.has_question:
        return found
    maybe = [{**section, "question": section["second"], "part": section["second_part"]}
             for section in document["sections"] if section.get("second")]  # fmt: skip
    second = _places(maybe, find)
    return replace(found, doubtful=[*second.own, *second.elsewhere]) if second.has_question else found


def _places(sections: Sequence[dict[str, Any]], find: Find) -> Places:
    mine = [section for section in sections if section["question"] == find.question]
    part = part_number(find.part)[0] if find.part else ""
    asked = [section for section in mine if not part or section["part"] == part]
    last = max((section["round"] for section in asked if section["blocks"]), default=0)
    if part and asked:  # the same part twice within one answer: the last one with content
        filled = [section for section in asked if section["blocks"]]
        own = list(filled[-1]["blocks"]) if filled else []
        earlier = _blocks(filled[:-1])
    else:
        whole = asked or mine
        own = _blocks(section for section in whole if section["round"] == last)
        earlier = _blocks(section for section in whole if section["round"] != last)
    is_whole = bool(part) and not asked
    parted = any(section["part"] for section in mine)
    if is_whole and parted:
        own, earlier = [], []
    beside = [section for section in mine if part and section not in asked] if parted or not is_whole else []
    elsewhere = _blocks(beside)
    unassigned = _blocks(section for section in sections if not section["question"])
    return Places(
        own,
        earlier,
        elsewhere,
        unassigned,
        bool(mine),
        bool(asked),
        not mine and _is_mentioned(sections, find.question),
    )


def _is_mentioned(sections: Sequence[dict[str, Any]], question: str) -> bool:
    """Whether a text names the question somewhere: it may be answered there."""
    names = [f"{word} {question}" for word in ("question", "problem", "exercise", "task", "aufgabe", "q")]
    return any(mentions(words_of(text), (*names, f"q{question}")) for text in texts(_blocks(sections)))


def _blocks(sections: Any) -> list[Block]:
    found = [{**block, "part": section["part"]} for section in sections for block in section["blocks"]]
    return found[-MAX_BLOCKS:]


def _has_parts(blocks: Sequence[Block]) -> bool:
    return any(block["part"] for block in blocks)


def _may_be_an_answer(blocks: Sequence[Block]) -> bool:
    n_words = sum(len(str(block["text"]).split()) for block in blocks if block["kind"] == "text")
    return n_words >= _FEW_WORDS or any(block["kind"] != "text" and not block.get("plain") for block in blocks)


def texts(blocks: Sequence[Block]) -> Iterator[str]:
    """The texts among blocks."""
    for block in blocks:
        if block["kind"] == "text":
            yield str(block["text"])


def text_of(blocks: Sequence[Block]) -> str:
    """What stands in blocks, as one text."""
    return "\n\n".join(texts(blocks))


@lru_cache(maxsize=500)
def canonical(label: str) -> str:
    """A label as the reader names what stands on the left of a relation."""
    try:
        return label_of(tokenize(label)) or label
    except Refused:
        return label


def _plain_name(name: str) -> str:
    """A name without what may be left out of it: `dl/dz`, `v_2`."""
    return _INDEX_OF_DIGITS.sub("", name.replace("/", ""))


def is_named(block: Block, labels: Sequence[str]) -> bool:
    """Whether a block's name on the left is one of the labels."""
    name = str(block.get("label", ""))
    spelled = {_plain_name(canonical(label)) for label in labels}
    return name != "" and (_plain_name(name) in spelled or name.lower() in {label.lower() for label in labels})


def lead_in(block: Block) -> str:
    """The sentence that leads to a block."""
    before = str(block.get("before", ""))
    return before[max((match.end() for match in _SENTENCE_ENDS.finditer(before)), default=0) :]
