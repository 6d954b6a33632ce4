"""A write-up as data: the questions and parts in the order written, each with its blocks.

{"sections": [{"question": "3", "part": "2", "round": 0, "heading": "ii)", "second": "", "second_part": "",
  "blocks": [block, …]}, …],
 "notes": […], "cut": false}
Where a heading is `1.3`, `second` is 3: the question, if 1 is the homework; `second_part` is then the part.
A block is a text, a table, a matrix or a formula (`kind`); `cut` says that the write-up is longer than what was read.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from grader.worker.reading.extraction import extract
from grader.worker.reading.headings import Label, broken_at_questions, label_of_heading, label_of_line
from grader.worker.reading.marks import plain_signs, single_backslashes
from grader.worker.reading.pieces import Pieces, ReadingBudget
from grader.worker.reading.sections import Sections

# Some hundred and fifty pages; what is beyond is for a person. A dozen patterns look through each line.
MAX_CHARACTERS = 300_000
MAX_LINES = 2_500
MAX_LINE = 60_000
# Between the cells of all tables; the parser makes three objects of each cell.
MAX_BARS = 12_000
_JOINS = re.compile(r"[(\[\\$\d\ue000]|[a-z]\b")
_FOOTNOTE = re.compile(r"\[\^[\w-]{1,20}\]:?")
_WORD = re.compile(r"[A-Za-z]{4,}")


def read_writeup(text: str) -> dict[str, Any]:
    """Read a write-up, whatever it holds; what is too long is cut, and says so."""
    kept, cut = _cut_to_bounds(text)
    extracted = extract(plain_signs(single_backslashes(unicodedata.normalize("NFC", kept))))
    extracted.text = _FOOTNOTE.sub("", extracted.text)
    budget = ReadingBudget()
    sections = Sections(Pieces(extracted, budget))
    tokens = _markdown().parse(extracted.text)
    units = list(_units(tokens))
    asked = [label for unit in units for label in _questions(unit)]
    sections.numbered_lists_are_questions = not asked
    sections.sheets_are_titles = any(not label.is_sheet for label in asked)
    for unit in units:
        sections.take(unit)
    found = sections.finish()
    is_cut = cut or budget.is_spent or sections.is_full or extracted.is_full
    return {"sections": found, "notes": sections.notes, "cut": is_cut}


def _cut_to_bounds(text: str) -> tuple[str, bool]:
    plain = text[:MAX_CHARACTERS].replace("\r\n", "\n").replace("\r", "\n").replace("\0", "�")
    lines = plain.split("\n", MAX_LINES + 1)
    kept = [line[:MAX_LINE] for line in lines[:MAX_LINES]]
    within = list(itertools.takewhile(lambda n_bars: n_bars <= MAX_BARS, itertools.accumulate(map(_bars, kept))))
    is_cut = len(text) > MAX_CHARACTERS or len(lines) > len(within) or any(len(line) > MAX_LINE for line in lines)
    return "\n".join(kept[: len(within)]), is_cut


def _bars(line: str) -> int:
    return line.count("|")


def _markdown() -> MarkdownIt:
    """Blocks only: within a paragraph Markdown would eat the stars and backslashes of formulas."""
    parser = MarkdownIt("commonmark", {"maxNesting": 12}).enable("table")
    # A rule under a paragraph makes no heading of it, and four spaces before a line no code: few mean that.
    parser.disable(["html_block", "reference", "lheading", "code", "inline", "text_join"], True)
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
                yield "text", token.content + _rule_below(tokens, at), _continuation(token, last)
        elif token.type == "tr_open":
            rows.append([])
        elif token.type == "table_close":
            yield "table", rows, 0
            rows = []
        elif token.type == "fence":
            yield "code", (token.content, token.info), 0


def _rule_below(tokens: Sequence[Token], at: int) -> str:
    """The rule right under a paragraph, which may underline its last line."""
    after, own = tokens[at + 2 : at + 3], tokens[at].map
    is_close = after and after[0].type == "hr" and after[0].map and own and after[0].map[0] == own[1]
    return "\n---" if is_close and after[0].markup[0] == "-" else ""


def _continuation(token: Token, item: tuple[str, int]) -> int:
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


def _questions(unit: Unit) -> Iterator[Label]:
    """The labels of questions that a unit announces."""
    kind, content, _ = unit
    labels: Iterable[Label | None] = ()
    if kind == "heading":
        labels = (label_of_heading(content),)
    elif kind == "text":
        labels = map(label_of_line, broken_at_questions(content).split("\n")[:200])
    yield from (label for label in labels if label is not None and label.question)
