"""A write-up as paragraphs, tables and formulas to be drawn: LaTeX becomes MathML in here, never outside the sandbox.

[["heading", 2, [piece, …]], ["paragraph", 0, […]], ["item", depth, […]], ["quote", 0, […]], ["code", 0, "text"],
 ["table", 0, [[[piece, …], …], …]]], a piece being ["text" | "strong" | "em" | "code", text] or
["math" | "display" | "source", MathML or the reason why there is none, LaTeX].
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from grader.worker.reading.extraction import CLOSE, take_formulas
from grader.worker.reading.lexer import FORMULA

MAX_CHARACTERS = 400_000
MAX_BLOCKS = 2_000
# Beyond these the converter is not asked: thousands of nested groups end its process.
MAX_LATEX = 5_000
MAX_DEPTH = 100

Piece = list[str]
Block = list[Any]

_PLACEHOLDER = re.compile(f"{FORMULA}(\\d{{1,7}}){CLOSE}")
_MARKS = {"strong_open": "strong", "em_open": "em"}
# Commands that take what follows without braces nest as deeply as they stand in a row.
_ROW = re.compile(r"(?:\\[A-Za-z]+\s*){100}")
_MONEY = re.compile(r"\d[\d.,]*\s(?:[^\\^_{}=]*\s)?\Z")


def typeset(text: str, *, draws: bool) -> list[Block]:
    """The blocks of a write-up.

    Args:
        draws: turn formulas into MathML; else their source is all that is shown.
    """
    extracted = take_formulas(text[:MAX_CHARACTERS].replace("\r\n", "\n").replace("\r", "\n").replace("\0", "�"))
    formulas = [_formula(source, display=display, draws=draws) for source, display in extracted.formulas]
    parser = MarkdownIt("commonmark", {"maxNesting": 60, "html": False}).enable("table")
    parser.disable(["html_block", "html_inline", "reference", "image"], True)
    blocks = _blocks(parser.parse(extracted.text), formulas)
    found = [block for block, _ in zip(blocks, range(MAX_BLOCKS), strict=False)]
    # What is nested deeper than Markdown is read has no blocks; it is shown as it was written.
    return found or ([["code", 0, text[:MAX_CHARACTERS]]] if text.strip() else [])


def _formula(source: str, *, display: bool, draws: bool) -> Piece:
    if not display and _MONEY.match(source):
        return ["text", "", f"${source}$"]
    if not draws:
        return ["source", "", source]
    if len(source) > MAX_LATEX or _depth(source) > MAX_DEPTH or _ROW.search(source):
        return ["source", "it is too long or too deep to be drawn", source]
    core = sys.modules["math_core"]
    try:
        drawn = core.LatexToMathML(fancy_error=False).convert_with_local_state(source, displaystyle=display)
    except core.LatexError as error:
        return ["source", str(error)[:200], source]
    return ["display" if display else "math", str(drawn), source]


def _depth(source: str) -> int:
    depth = deepest = 0
    for sign in source:
        depth += (sign in "{[(") - (sign in "}])")
        deepest = max(deepest, depth)
    return deepest


def _blocks(tokens: Sequence[Token], formulas: Sequence[Piece]) -> Iterator[Block]:
    depth, rows = 0, list[list[list[Piece]]]()
    for at, token in enumerate(tokens):
        if token.type in ("ordered_list_open", "bullet_list_open"):
            depth += 1
        elif token.type in ("ordered_list_close", "bullet_list_close"):
            depth -= 1
        elif token.type == "tr_open":
            rows.append([])
        elif token.type == "table_close":
            yield ["table", 0, rows]
            rows = []
        elif token.type in ("fence", "code_block"):
            yield ["code", 0, _restore(token.content, formulas)]
        elif token.type == "inline":
            pieces = _pieces(token.children or [], formulas)
            parent = tokens[at - 1].type
            if parent in ("th_open", "td_open"):
                rows[-1].append(pieces)
            elif parent == "heading_open":
                yield ["heading", int(tokens[at - 1].tag[1:]), pieces]
            else:
                yield ["item" if depth else "paragraph", depth, pieces]


def _pieces(children: Sequence[Token], formulas: Sequence[Piece]) -> list[Piece]:
    found: list[Piece] = []
    marks = ["text"]
    for token in children:
        if token.type in _MARKS:
            marks.append(_MARKS[token.type])
        elif token.type in ("strong_close", "em_close"):
            marks.pop()
        elif token.type == "code_inline":
            found.append(["code", _restore(token.content, formulas)])
        elif token.type in ("softbreak", "hardbreak"):
            found.append(["text", " " if token.type == "softbreak" else "\n"])
        elif token.type == "link_open":  # where a link leads is shown, and leads nowhere
            found.append(["text", f"[{token.attrGet('href') or ''}] "])
        elif token.content:
            found += _split(token.content, marks[-1], formulas)
    return found


def _split(text: str, kind: str, formulas: Sequence[Piece]) -> Iterator[Piece]:
    """The text between formulas, and the formulas."""
    for index, part in enumerate(_PLACEHOLDER.split(text)):
        if index % 2 == 0:
            if part:
                yield [kind, part]
        elif int(part) < len(formulas):
            piece = formulas[int(part)]
            yield [kind, piece[2]] if piece[0] == "text" else piece


def _restore(text: str, formulas: Sequence[Piece]) -> str:
    """Code with what looked like formulas in it as it was written."""
    return _PLACEHOLDER.sub(lambda found: formulas[int(found[1])][2] if int(found[1]) < len(formulas) else "", text)
