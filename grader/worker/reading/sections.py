"""Collects what is read under the question and part that it belongs to."""

from __future__ import annotations

from typing import Any

from grader.worker.reading.headings import (
    Label,
    broken_at_questions,
    label_of_heading,
    label_of_line,
    part_number,
)
from grader.worker.reading.pieces import BEFORE, Pieces

Section = dict[str, Any]

MAX_BLOCKS = 2_000
MAX_SECTIONS = 300
_NO_HEADING = 7


class Sections:
    """The sections so far, and which question and part are open."""

    def __init__(self, pieces: Pieces) -> None:
        self.notes: list[str] = []
        self.is_full = False
        self.numbered_lists_are_questions = False
        self._pieces = pieces
        self._sections: list[Section] = [_section("", "", 0, "")]
        self._level = _NO_HEADING
        self._style = ""
        self._round: dict[str, int] = {}
        self._pending = ""
        self._n_blocks = 0

    def take(self, unit: tuple[str, Any, int]) -> None:
        """Take the next unit of the document."""
        kind, content, number = unit
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
            self._heading(content, number)
        elif kind == "item":
            self._item(content, number)
        elif kind == "table":
            self._add(self._pieces.of_rows(content, before))
        else:
            self._add(self._pieces.of_code(content[0], content[1], before))

    def finished(self) -> list[Section]:
        """All sections; the first stands before any heading."""
        self._flush()
        return [section for section in self._sections if section["blocks"] or section["question"] or section["part"]]

    @property
    def _now(self) -> Section:
        return self._sections[-1]

    def _heading(self, text: str, level: int) -> None:
        label = label_of_heading(text)
        if label is None:
            if level <= self._level and self._now["question"]:
                self._start("", "", text)
            self._pending = text
            return
        if label.question:
            self._level = level
        self._open(label, text)
        self._pending = label.rest

    def _text(self, content: str) -> None:
        """Take a paragraph; a line that begins with a question or part starts a new section."""
        for line in broken_at_questions(content).split("\n"):
            label = label_of_line(line) if line.strip() else None
            if label is not None and self._is_credible(label):
                self._flush()
                if label.question:
                    self._level = _NO_HEADING
                self._open(label, line[:80])
                line = label.rest
            self._pending += ("\n" if self._pending else "") + line

    def _is_credible(self, label: Label) -> bool:
        """Parts are counted in one way within a question; another way is a list within a part."""
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
        self._style = label.style or self._style
        if label.question and self._is_again(label):
            self._round[question] = self._round.get(question, 0) + 1
            note = f"Question {question} is answered more than once; the last answer counts."
            if note not in self.notes:
                self.notes.append(note)
        self._start(question, label.part, heading)

    def _is_again(self, label: Label) -> bool:
        """Whether this question, or this part of it, was already answered in this round."""
        now = self._round.get(label.question, 0)
        for section in self._sections:
            same = section["question"] == label.question and section["round"] == now and section["blocks"]
            if same and (not label.part or section["part"] == label.part):
                return True
        return False

    def _start(self, question: str, part: str, heading: str) -> None:
        if len(self._sections) >= MAX_SECTIONS:
            self.is_full = True
            return
        self._sections.append(_section(question, part, self._round.get(question, 0), heading[:120]))

    def _before(self) -> str:
        for block in reversed(self._now["blocks"]):
            if block["kind"] == "text":
                return str(block["text"])[-BEFORE:]
        return ""

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
            self._now["blocks"].append(block)


def _section(question: str, part: str, number: int, heading: str) -> Section:
    return {"question": question, "part": part, "round": number, "heading": heading, "blocks": []}
