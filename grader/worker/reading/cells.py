"""A table's cells: as text, as a shape, as formulas."""

from __future__ import annotations

import html
import re
from typing import Any

from grader.worker.reading.formulas import read_formulas
from grader.worker.reading.markup import STRUCK
from grader.worker.reading.statements import read_statements, without_emphasis

Cell = dict[str, Any]

MAX_CELL = 1_000
_WRAPPED = re.compile(r"(?:torch\.)?[Ss]ize|shape|tuple|list")
# From what goes in to what comes out.
_ARROW = re.compile(r"→|->|=>|⇒|\\(?:to|rightarrow|Rightarrow|mapsto)(?![A-Za-z])")
_LATEX = re.compile(r"\\(?:left|right|text|mathrm|mathbf|operatorname|[,;:! ()]|quad)")
_PART = re.compile(r"\s*(-\s?1|−1|–1|\d{1,9}|None|none|[A-Za-z_]{1,12}|\?|[-–])\s*([,;@×xX*·]|\\times|\\cdot|\\ast)?")
_PARTS_BY_X = re.compile(r"(?<=\d)\s*[xX×]\s*(?=[-\dN(])|(?<=[NBn])\s*[x×]\s*(?=\d)")
_BRACKETS = str.maketrans(dict.fromkeys("[](){}$<>`", " "))
_PLAIN_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+|\d+")


def read_cell(text: str) -> Cell:
    """One cell; `text` may hold LaTeX, with or without dollars."""
    shown = html.unescape(without_emphasis(text.strip()[:MAX_CELL])).strip()
    shown = shown.replace(STRUCK, "").strip() or shown  # what is left counts
    cell: Cell = {"text": shown, "shape": _shape(shown), "formulas": []}
    if any(sign.isdigit() for sign in shown):
        cell["formulas"] = _formulas(shown)
    return cell


def _formulas(text: str) -> list[Any]:
    if _PLAIN_NUMBER.fullmatch(text):
        return [{"source": text, "label": "", "sides": [["num", text]], "ops": [], "words": "", "error": ""}]
    formulas = read_formulas(text.replace("$", " "))
    if all(formula["error"] or len(formula["sides"]) < 1 for formula in formulas) or _has_words(text):
        spoken = read_statements(text.replace("$", " "))
        return spoken or formulas
    return formulas


def _has_words(text: str) -> bool:
    return re.search(r"(?<![\\A-Za-z])(?!log|exp|sqrt|times)[A-Za-z]{3,}", text) is not None


def _shape(text: str) -> list[Any] | None:
    """The dimensions, ints and the signs that stand for a batch; None where the text is no shape."""
    plain = _LATEX.sub(" ", _WRAPPED.sub(" ", _ARROW.split(text)[-1])).translate(_BRACKETS)
    plain = _PARTS_BY_X.sub(" × ", plain.replace("\\_", "_").replace("\\-", "-").replace("−", "-"))
    if not plain.strip() or not any(sign.isdigit() for sign in plain):
        return None
    parts: list[Any] = []
    at = 0
    stripped = plain.strip().rstrip(",;. ")
    while at < len(stripped):
        match = _PART.match(stripped, at)
        if match is None or match.end() == at:
            return None
        at = match.end()
        word = match[1].replace(" ", "").replace("–", "-")
        if word in ("x", "X"):
            continue
        is_number = word.lstrip("-").isdigit()
        if len(parts) > 8 or (parts and not is_number):
            return None
        parts.append(int(word) if is_number else word)
    return parts or None
