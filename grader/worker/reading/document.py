"""A write-up as data: the questions and parts in the order written, each with its blocks.

{"sections": [{"question": "3", "part": "2", "round": 0, "heading": "ii)", "blocks": [block, …]}, …],
 "notes": […], "cut": false}
A block is a text, a table, a matrix or a formula (`kind`); `cut` says that the write-up is longer than what was read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from grader.worker.reading.extraction import extract
from grader.worker.reading.headings import broken_at_questions, label_of_heading, label_of_line
from grader.worker.reading.pieces import Budget, Pieces
from grader.worker.reading.sections import Sections

MAX_CHARACTERS = 1 << 20
MAX_LINES = 8_000
MAX_LINE = 60_000
_JOINS = re.compile(r"[(\[\\$\d\ue000]|[a-z]\b")
_WORD = re.compile(r"[A-Za-z]{4,}")


def read_writeup(text: str) -> dict[str, Any]:
    """Read a write-up, whatever it holds; what is too long is cut, and says so."""
    kept, cut = _bounded(text)
    extracted = extract(unicodedata.normalize("NFC", kept))
    budget = Budget()
    sections = Sections(Pieces(extracted, budget))
    tokens = _markdown().parse(extracted.text)
    units = list(_units(tokens))
    sections.numbered_lists_are_questions = not any(_names_question(unit) for unit in units)
    for unit in units:
        sections.take(unit)
    return {"sections": sections.finished(), "notes": sections.notes, "cut": cut or budget.is_spent or sections.is_full}


def _bounded(text: str) -> tuple[str, bool]:
    plain = text[:MAX_CHARACTERS].replace("\r\n", "\n").replace("\r", "\n").replace("\0", "�")
    lines = plain.split("\n", MAX_LINES + 1)
    kept = [line[:MAX_LINE] for line in lines[:MAX_LINES]]
    is_cut = len(text) > MAX_CHARACTERS or len(lines) > MAX_LINES or any(len(line) > MAX_LINE for line in lines)
    return "\n".join(kept), is_cut


def _markdown() -> MarkdownIt:
    """Blocks only: within a paragraph Markdown would eat the stars and backslashes of formulas."""
    parser = MarkdownIt("commonmark", {"maxNesting": 12}).enable("table")
    parser.disable(["html_block", "reference", "inline", "text_join"], True)
    return parser


Unit = tuple[str, Any, int]


def _units(tokens: Sequence[Token]) -> Iterator[Unit]:
    """What stands in a document: ("heading", text, level), ("text", text, 0), ("item", number, nesting), …"""
    rows: list[list[str]] = []
    lists = 0
    last = ("", -1)
    for at, token in enumerate(tokens):
        if token.type in ("ordered_list_open", "bullet_list_open"):
            lists += 1
        elif token.type in ("ordered_list_close", "bullet_list_close"):
            lists -= 1
        elif token.type == "list_item_open":
            yield "item", token.info, lists
            last = (token.markup, token.map[0] if token.map else -1)
        elif token.type == "inline":
            parent = tokens[at - 1]
            if parent.type == "heading_open":
                yield "heading", token.content, int(parent.tag[1:])
            elif parent.type in ("th_open", "td_open"):
                rows[-1].append(token.content)
            else:
                yield "text", token.content, _continued(token, last)
        elif token.type == "tr_open":
            rows.append([])
        elif token.type == "table_close":
            yield "table", rows, 0
            rows = []
        elif token.type in ("fence", "code_block"):
            yield "code", (token.content, token.info), 0


def _continued(token: Token, item: tuple[str, int]) -> int:
    """1 or 2 where a list item is rather a line of a formula that begins with minus or plus, else 0."""
    begins_item = token.map is not None and token.map[0] == item[1] and item[0] in ("-", "+")
    first = token.content.split("\n", 1)[0]
    looks_so = (
        begins_item
        and "=" not in first
        and ":" not in first
        and _JOINS.match(first)
        and not _WORD.search(first.replace("\\", " ").replace("frac", ""))
    )
    return (1 if item[0] == "-" else 2) if looks_so else 0


def _names_question(unit: Unit) -> bool:
    kind, content, _ = unit
    if kind == "heading":
        label = label_of_heading(content)
        return label is not None and label.question != ""
    if kind == "text":
        lines = broken_at_questions(content).split("\n")[:200]
        return any((label := label_of_line(line)) is not None and label.question for line in lines)
    return False
