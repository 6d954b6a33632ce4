"""Python code as kinds of tokens, with the line of each: what stays when names, comments and layout change."""

from __future__ import annotations

import re
from collections.abc import Iterator

MAX_TOKENS = 60_000

# Broken code has tokens too, which the standard library's tokenizer would refuse.
_TOKEN = re.compile(
    r"(?P<space>[ \t\f\\]+|\r?\n)"
    r"|(?P<comment>\#[^\n]*)"
    r"|(?P<string>[rRbBuUfF]{0,2}(?:'''(?:[^'\\]|\\.|'(?!'')){0,4000}'''|\"\"\"(?:[^\"\\]|\\.|\"(?!\"\")){0,4000}\"\"\""
    r"|'(?:[^'\\\n]|\\.){0,1000}'|\"(?:[^\"\\\n]|\\.){0,1000}\"))"
    r"|(?P<number>(?:\d[\w.]*|\.\d[\w]*)(?:(?<=[eE])[+-]\d+)?)"
    r"|(?P<name>[^\W\d]\w*)"
    r"|(?P<sign>.)",
    re.DOTALL,
)
_KEYWORDS = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del",
    "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal",
    "not", "or", "pass", "raise", "return", "try", "while", "with", "yield", "match", "case",
]  # fmt: skip
# One sign for each keyword, from a part of Unicode that is nobody's.
_SIGNS = {word: chr(0xE100 + number) for number, word in enumerate(_KEYWORDS)}


def kinds_of(source: str) -> tuple[str, list[int]]:
    """One sign a token, and the line that each stands on; comments, docstrings and white space are left out."""
    signs: list[str] = []
    lines: list[int] = []
    for sign, line in _tokens(source):
        signs.append(sign)
        lines.append(line)
        if len(signs) == MAX_TOKENS:
            break
    return "".join(signs), lines


def _tokens(source: str) -> Iterator[tuple[str, int]]:
    line, begins = 1, True
    for found in _TOKEN.finditer(source):
        kind, text = found.lastgroup, found[0]
        if kind == "name":
            yield _SIGNS.get(text, "V"), line
        elif kind == "number":
            yield "N", line
        elif kind == "string" and not begins:  # a text that is a statement of its own explains
            yield "S", line
        elif kind == "sign":
            yield text, line
        begins = (begins and kind in ("space", "comment")) or text in ("\n", "\r\n") or (begins and kind == "string")
        line += text.count("\n")
