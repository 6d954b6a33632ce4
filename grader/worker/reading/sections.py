"""Collects what is read under the question and part that it belongs to."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import Any

from grader.worker.reading.headings import (
    Label,
    broken_at_questions,
    label_of_heading,
    label_of_line,
    label_of_title,
    part_number,
)
from grader.worker.reading.pieces import BEFORE, Block, Pieces

Section = dict[str, Any]

MAX_BLOCKS = 2_000
MAX_SECTIONS = 300
MAX_SIDES = 40
_BEGINS_WITH_RELATION = re.compile(r"\s*(?:&\s*)?(?:[=≈≡≃]|\\(?:approx|simeq|equiv|doteq|cong)(?![a-z]))")
# What a heading states, such as `Total: 61706`, is no mere title.
_STATES = re.compile(r"[:=]\s*[-+\d.$\\]|[<>≈≤≥]")
_RULE = re.compile(r"\s{0,3}(?:={2,}|-{2,})\s*")


class Sections:
    """The sections so far, and which question and part are open."""

    def __init__(self, pieces: Pieces) -> None:
        self.notes: list[str] = []
        self.is_full = False
        self.numbered_lists_are_questions = False
        self.sheets_are_titles = False
        self._pieces = pieces
        self._sections: list[Section] = [_section("", "", 0, "")]
        self._style = ""
        self._round: dict[str, int] = {}
        self._pending = ""
        self._has_titles_only = True  # before the first question
        self._n_blocks = 0
        self._last_text = ""
        self._last_section = self._now

    def take(self, unit: tuple[str, Any, int]) -> None:
        """Take the next unit of the document."""
        kind, content, number = unit
        if kind in ("table", "code") and not self._is_begun:
            self._has_titles_only = False
        if kind == "text":
            if number and "=" in self._pending.rpartition("\n")[2]:
                self._pending += ("\n- " if number == 1 else "\n+ ") + content
            else:
                self._flush()
                self._text(content)
            return
        if kind == "item" and content == "":
            return
        self._flush()
        before = self._before()
        if kind == "heading":
            self._heading(content)
        elif kind == "item":
            self._item(content, number)
        elif kind == "table":
            self._add(self._pieces.of_rows(content, before))
        else:
            self._add(self._pieces.of_code(content[0], content[1], before))

    def finish(self) -> list[Section]:
        """All sections; the first stands before any heading."""
        self._flush()
        if self._is_begun and self._has_titles_only:
            self._sections[0]["blocks"].clear()
        for _, group in itertools.groupby(self._sections, lambda one: (one["question"], one["round"])):
            written = [(block["text"], one) for one in group for block in one["blocks"] if block["kind"] == "text"]
            for table in self._pieces.of_lists([line for text, _ in written for line in text.split("\n")]):
                written[0][1]["blocks"].append(table)
        return [section for section in self._sections if section["blocks"] or section["question"] or section["part"]]

    @property
    def _now(self) -> Section:
        return self._sections[-1]

    @property
    def _is_begun(self) -> bool:
        """Whether a question or part was begun."""
        return len(self._sections) > 1

    def _heading(self, text: str) -> None:
        """Take a heading; one without a number stands within the question or part that is open."""
        label = label_of_heading(text)
        if label is None or not self._is_credible(label):
            if not self._is_begun and _STATES.search(text):
                self._has_titles_only = False
            self._pending = text
            return
        self._open(label, text)
        inner = label_of_line(label.rest) if label.is_dotted else None  # 1.3 (ii)
        if inner and inner.part and not inner.question:
            self._open(inner, text)
            label = inner
        self._pending = label.rest

    def _text(self, content: str) -> None:
        """Take a paragraph; a line that begins with a question or part starts a new section."""
        lines = broken_at_questions(content).split("\n")
        for line, following in zip(lines, [*lines[1:], ""], strict=True):
            label = label_of_line(line) if line.strip() else None
            if label is None and _RULE.fullmatch(following):
                label = label_of_title(line)
            if label is not None and self._is_credible(label):
                self._flush()
                self._open(label, line[:80])
                line = label.rest
            if line.strip() and not self._is_begun:
                self._has_titles_only = False
            self._pending += ("\n" if self._pending else "") + line

    def _is_credible(self, label: Label) -> bool:
        """Parts are counted in one way within a question; another way is a list within a part."""
        if label.is_sheet and self.sheets_are_titles:
            return False
        return bool(label.question) or not self._style or label.style == self._style

    def _item(self, number: str, nesting: int) -> None:
        if nesting != 1:
            return
        if self.numbered_lists_are_questions:
            self._open(Label(number.lstrip("0"), "", "", ""), number)
        elif self._now["question"] and self._style in ("", "digit"):
            part, style = part_number(number)
            taken = any(s["question"] == self._now["question"] and s["part"] == part for s in self._sections)
            if not taken:
                self._open(Label("", part, style, ""), number)

    def _open(self, label: Label, heading: str) -> None:
        question = label.question or self._now["question"]
        if label.question and (label.question != self._now["question"] or not label.part):
            self._style = ""
        self._style = "" if label.is_dotted else label.style or self._style
        if label.question and self._is_again(label):
            self._round[question] = self._round.get(question, 0) + 1
            note = f"Question {question} is answered more than once; the last answer counts."
            if note not in self.notes:
                self.notes.append(note)
        if label.is_dotted:
            self._start(question, label.part, heading, label.part)
        elif not label.question and self._now["second"]:
            self._start(question, self._now["part"], heading, self._now["second"], label.part)
        else:
            self._start(question, label.part, heading)

    def _is_again(self, label: Label) -> bool:
        """Whether this question, or this part of it, was already answered in this round."""
        now = self._round.get(label.question, 0)
        for section in self._sections:
            same = section["question"] == label.question and section["round"] == now and section["blocks"]
            if same and (not label.part or section["part"] == label.part):
                return True
        return False

    def _start(self, question: str, part: str, heading: str, second: str = "", second_part: str = "") -> None:
        if len(self._sections) >= MAX_SECTIONS:
            self.is_full = True
            return
        section = _section(question, part, self._round.get(question, 0), heading[:120])
        self._sections.append({**section, "second": second, "second_part": second_part})

    def _before(self) -> str:
        """The end of the text that stands before, in the same section."""
        return self._last_text if self._last_section is self._now else ""

    def _flush(self) -> None:
        text, self._pending = self._pending, ""
        if text.strip():
            self._add(self._pieces.of_text(text, self._before()))

    def _add(self, blocks: Any) -> None:
        for block in blocks:
            if self._n_blocks >= MAX_BLOCKS:
                self.is_full = True
                return
            self._n_blocks += 1
            if not _is_continued(self._now["blocks"], block):
                self._now["blocks"].append(block)
            if block["kind"] == "text":
                self._last_text, self._last_section = str(block["text"])[-BEFORE:], self._now


def _is_continued(blocks: Sequence[Block], block: Block) -> bool:
    """Whether a block is a formula that begins with a relation; the formula before it then goes on with it."""
    if block["kind"] != "formula" or not block["ops"] or not _BEGINS_WITH_RELATION.match(block["source"]):
        return False
    before = next((one for one in reversed(blocks) if one["kind"] != "text"), None)
    if before is None or before["kind"] != "formula" or len(before["sides"]) > MAX_SIDES:
        return False
    before["ops"] = [*before["ops"], *block["ops"]]
    before["sides"] = [*before["sides"], *block["sides"][1:]]
    before["source"] = f"{before['source']} {block['source']}"[:400]
    before["words"], before["inside"] = block["words"], block["inside"]
    before["error"] = before["error"] or block["error"]
    return True


def _section(question: str, part: str, number: int, heading: str) -> Section:
    return {
        "question": question,
        "part": part,
        "round": number,
        "heading": heading,
        "second": "",
        "second_part": "",
        "blocks": [],
    }
