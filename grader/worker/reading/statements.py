"""Formulas and numbers that stand in sentences: `so J = 0.8026 nats`, `loss = -y*log(p) - (1-y)*log(1-p)`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from grader.worker.reading import vocabulary as known
from grader.worker.reading.formulas import Formula, formulas_of
from grader.worker.reading.lexer import Refused, Token, tokenize

MAX_LINE = 4_000
_WORTH_READING = re.compile(r"[\d=<>≤≥≈‖√½⅓]|\\\w|log|ln")
_BOLD = re.compile(r"(?:(?<=\s)|(?<=\A)|(?<=[(:]))(?:\*\*|__)(?=\S)|(?<=\S)(?:\*\*|__)(?=[\s.,;:)]|\Z)")
_EMPHASIS = re.compile(r"(?<![\w*)\]])\*(?=[A-Za-z\d])([^*\n]{1,120})(?<=[\w.)])\*(?![\w*(])")
_HAT_WORDS = frozenset(("yhat", "phat", "xhat", "zhat"))
_IDENTIFIERS = known.GREEK | known.FUNCTIONS | known.NUMERIC_MODULES | _HAT_WORDS | {"Wx", "wx", "wA", "wB", "xW"}
_TRAILING = frozenset((".", ",", ":", ";", "!", "?", "*", "+", "-", "/", "…", "_", "^"))
_LEADING = frozenset((".", ",", ":", ";", "!", "?", "*", "/", "…", "⇒"))


def read_statements(line: str) -> list[Formula]:
    """The formulas in a line of text, each with the words before it (`before`) and after it (`words`)."""
    if not _WORTH_READING.search(line):
        return []
    plain = without_emphasis(line[:MAX_LINE]).replace("`", " ")
    try:
        tokens = tokenize(plain)
    except Refused:
        return []
    return list(_found(tokens, plain))


def without_emphasis(text: str) -> str:
    """The text without the stars that make it bold or italic; a star between two factors stays."""
    return _EMPHASIS.sub(r"\1", _BOLD.sub("", text))


def _found(tokens: Sequence[Token], text: str) -> Iterator[Formula]:
    start = 0
    while start < len(tokens):
        if _is_word(tokens, start):
            start += 1
            continue
        end = start
        while end < len(tokens) and not _is_word(tokens, end) and not _ends_sentence(tokens, end):
            end += 1
        yield from _run(tokens, start, end, text)
        start = max(end, start + 1)


def _is_word(tokens: Sequence[Token], at: int) -> bool:
    token = tokens[at]
    if token.kind == "text" or _is_article(tokens, at):
        return True
    if token.kind != "sym" or len(token.value) < 2 or not token.value.isalpha() or token.value in _IDENTIFIERS:
        return False
    return not (_is_joined(tokens, at) or _is_joined(tokens, at + 1))


def _is_article(tokens: Sequence[Token], at: int) -> bool:
    """`a 2 by 2 matrix` is not a product."""
    follower = tokens[at + 1] if at + 1 < len(tokens) else None
    return tokens[at].value in ("a", "A", "I") and follower is not None and follower.spaced and follower.kind == "num"


def _is_joined(tokens: Sequence[Token], at: int) -> bool:
    """Whether an underscore, power or a dot binds the tokens at both sides of a position: y_hat, np.log."""
    for place in (at - 1, at):
        if 0 < place < len(tokens) - 1 and tokens[place].kind == "op" and tokens[place].value in ("_", "^"):
            return not tokens[place].spaced and not tokens[place + 1].spaced
    return False


def _ends_sentence(tokens: Sequence[Token], at: int) -> bool:
    token = tokens[at]
    if token.kind != "op" or token.value not in (".", ":", ";", "!", "?", "⇒"):
        return False
    return at + 1 == len(tokens) or tokens[at + 1].spaced or token.value in ":;⇒"


def _run(tokens: Sequence[Token], start: int, end: int, text: str) -> Iterator[Formula]:
    first, last = _trimmed(tokens, start, end)
    run = list(tokens[first:last])
    if not any(token.kind == "num" or _is_relation(token) or (token.kind == "func" and len(run) > 1) for token in run):
        return
    name = tokens[first - 1] if first and _is_word(tokens, first - 1) and tokens[first - 1].kind == "sym" else None
    if _is_relation(run[0]):
        run = [name, *run] if name is not None else run[1:]
    if not run:
        return
    stop = tokens[last].at if last < len(tokens) else len(text)
    before, after = text[max(0, run[0].at - 160) : run[0].at], text[stop : stop + 80]
    try:
        for formula in formulas_of(run, text[:stop]):
            formula["before"] = " ".join(before.split())
            formula["words"] = " ".join([formula["words"], *after.split()]).strip()[:120]
            yield formula
    except Refused:
        return


def _is_relation(token: Token) -> bool:
    return token.kind == "op" and token.value in known.RELATIONS


def _trimmed(tokens: Sequence[Token], start: int, end: int) -> tuple[int, int]:
    """The run without the punctuation and the one-sided brackets at its ends."""
    while start < end and tokens[start].kind == "op" and tokens[start].value in _LEADING:
        start += 1
    changed = True
    while changed and start < end:
        changed = False
        opens = sum(token.kind == "open" for token in tokens[start:end])
        closes = sum(token.kind == "close" for token in tokens[start:end])
        if (
            (tokens[end - 1].kind == "op" and tokens[end - 1].value in _TRAILING)
            or (closes > opens and tokens[end - 1].kind == "close")
            or (opens > closes and tokens[end - 1].kind == "open")
        ):
            end, changed = end - 1, True
        elif opens > closes and tokens[start].kind == "open":
            start, changed = start + 1, True
    return start, end
