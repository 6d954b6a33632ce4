"""Formulas as data: chains of relations whose sides are trees, with the name before them and the words after.

{"source": "l = -y \\log p", "label": "l", "sides": [["sym", "l"], …], "ops": ["="], "words": "nats", "inside": "nats",
 "error": ""}
A side that is empty or a mere name is None; so is one that cannot be read, and `error` says why. `inside` are the words
that stand right behind it in the formula itself, where they may change it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Any

from grader.worker.reading import vocabulary as known
from grader.worker.reading.cursor import partners
from grader.worker.reading.lexer import Refused, Token, tokenize
from grader.worker.reading.parser import Parser
from grader.worker.reading.typesetting import without_comments, without_typesetting
from grader.worker.reading.vectors import numbers_within

Formula = dict[str, Any]

MAX_EXCERPT = 400
_OPERANDS = frozenset(("num", "sym", "func", "frac", "root", "open", "accent", "begin"))
_FONT = re.compile(r"(?:\\[A-Za-z]{1,20}\s?\{?)+\Z")
_NAMED_BY = frozenset(("sym", "accent", "func", "text", "num"))


def read_formulas(source: str) -> list[Formula]:
    """The formulas in LaTeX or keyboard notation; at least one, with an error where nothing could be read."""
    try:
        lines = list(_lines(tokenize(without_typesetting(without_comments(source)))))
        formulas = [formula for line in lines for formula in formulas_of(line, source)]
    except Refused as reason:
        return [_unread(source, str(reason))]
    return formulas or [_unread(source, "no formula")]


def _unread(source: str, reason: str) -> Formula:
    return {
        "source": source[:MAX_EXCERPT],
        "label": "",
        "sides": [],
        "ops": [],
        "words": "",
        "inside": "",
        "error": reason[:200],
    }


def formulas_of(line: Sequence[Token], source: str) -> Iterator[Formula]:
    """The formulas of one line of tokens: parted by words, arrows and commas; one goes on where a relation follows."""
    if len(line) > 2 and line[0].value == "∑" and _is_relation(line[1]):
        line = [line[0]._replace(kind="sym", value="sum"), *line[1:]]
    if len(line) > 2 and line[0].value == "{" and partners(line).get(0) == len(line) - 1:
        line = line[1:-1]
    now: list[Token] = []
    words: list[str] = []
    inside: list[str] = []
    for part in _parts(line):
        if part[0].kind == "text" and len(part) == 1:
            words.append(part[0].value)
            inside += [part[0].value] if now and _is_next(line, now[-1], part[0]) else []
            continue
        if now and _is_relation(part[0]):
            now, words, inside = now + part, [], []
            continue
        if now:
            yield _with_words(_formula(now, source, line), words, inside)
        now, words, inside = part, [], []
    if now:
        yield _with_words(_formula(now, source, line), words, inside)


def _with_words(formula: Formula, words: Sequence[str], inside: Sequence[str]) -> Formula:
    return {**formula, "words": " ".join(words)[:200], "inside": " ".join(inside)[:200]}


def _is_next(line: Sequence[Token], token: Token, word: Token) -> bool:
    """Whether nothing, not even a space of LaTeX, parts a word from the token before it."""
    return all(between.at <= token.at or between.at >= word.at for between in line if between.value == ",")


def _lines(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """The lines of a display, without what only sets it; a line that goes on with the one before is joined to it."""
    line: list[Token] = []
    for piece in _break_lines(tokens):
        first = next((token for token in piece if token.kind != "sp"), None)
        if line and first and not (_goes_on(line[-1]) or _goes_on(first)):
            yield line
            line = []
        line = line + piece
    if line:
        yield line


def _goes_on(token: Token) -> bool:
    return token.kind == "op" and (token.value in "+-*/" or token.value in known.RELATIONS)


def _break_lines(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    piece: list[Token] = []
    inside: list[str] = []
    before = ""
    is_comment = False
    for token in tokens:
        if token.kind in ("begin", "end") and token.value in known.LINE_ENVIRONMENTS:
            continue
        if token.kind == "begin":
            inside.append(token.value)
        elif token.kind == "end" and inside:
            inside.pop()
        if not inside and token.kind == "newline":
            yield piece
            piece, is_comment = [], False
        elif inside or token.kind != "amp":
            is_comment = is_comment or (token.kind == "text" and before == "amp" and bool(piece) and not inside)
            piece += [] if is_comment else [token]
        before = token.kind if token.kind != "sp" else before
    yield piece


def _levels(tokens: Sequence[Token]) -> list[int]:
    """How many brackets and environments are open before each token; a bracket never closed opens none."""
    closing = partners(tokens)
    ends = set(closing.values())
    level, levels = 0, []
    for at, token in enumerate(tokens):
        down = at in ends or token.kind == "end"
        level -= down
        levels.append(level + down)
        level += at in closing or token.kind == "begin"
    return levels


def _parts(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    part: list[Token] = []
    levels = _levels(tokens)
    for at, token in enumerate(tokens):
        if levels[at] > 0 or token.kind != "text":
            if levels[at] <= 0 and _separates(tokens, at, part):
                yield from filter(None, (part,))
                part = []
            else:
                part.append(token)
        elif _names(tokens, at, part):
            part.append(token._replace(kind="sym"))
        elif _operates(tokens, at, part):
            part.append(token)
        else:
            yield from filter(None, (part, [token]))
            part = []
    if part:
        yield part


def _follower(tokens: Sequence[Token], at: int) -> Token | None:
    return next((token for token in tokens[at + 1 : at + 4] if token.kind != "sp"), None)


def _names(tokens: Sequence[Token], at: int, part: Sequence[Token]) -> bool:
    """Whether a text is the name of what follows, as in \\text{loss} = or \\text{MSE}(y), or an index, or has one."""
    follower = _follower(tokens, at)
    if part and part[-1].kind == "op" and part[-1].value in "_^":
        return True
    if follower is None:
        return False
    is_argument = follower.value == "(" or (follower.kind == "begin" and follower.value in known.MATRIX_ENVIRONMENTS)
    return follower.value == "_" or (not part and (is_argument or follower.value in known.RELATIONS))


def _operates(tokens: Sequence[Token], at: int, part: Sequence[Token]) -> bool:
    """Whether a word stands where it may change the value: before a bracket, after a sign, between two operands."""
    follower = _follower(tokens, at)
    if not part or (tokens[at].value.lower().split() or [""])[0] in known.CONNECTIVES:
        return False
    last = next((token for token in reversed(part) if token.kind != "sp"), part[-1])
    if last.kind in ("op", "func", "frac") and last.value not in (")", "%", "⊤", "'"):
        return True
    if follower is None or follower.kind not in _OPERANDS or last.value == ",":
        return False
    return follower.value == "(" or not any(map(_is_relation, tokens[at:]))


def _separates(tokens: Sequence[Token], at: int, part: Sequence[Token]) -> bool:
    token = tokens[at]
    if token.kind == "op" and token.value in ("⇒", ";"):
        return True
    is_comma = token.kind == "op" and token.value in (",", ".", ":")
    if token.kind == "sp" and token.value == ",":  # \quad parts formulas, but not a sign from its operand
        is_comma = bool(part) and part[-1].kind != "op" and at + 1 < len(tokens) and tokens[at + 1].kind != "op"
    return is_comma and not _is_long_row(_tail(tokens, at))


def _tail(tokens: Sequence[Token], at: int) -> Sequence[Token]:
    """The tokens of the side that a position stands in."""
    start, end = at, at + 1
    while start and at - start < 100 and not _is_relation(tokens[start - 1]):
        start -= 1
    while end < len(tokens) and not _is_relation(tokens[end]) and end - start < 100:
        end += 1
    return tokens[start:end] if end - start < 100 else ()


def _is_relation(token: Token) -> bool:
    return token.kind == "op" and token.value in known.RELATIONS


def _is_long_row(tokens: Sequence[Token]) -> bool:
    rows = numbers_within(tokens)
    return rows is not None and len(rows) == 1 and len(rows[0]) > 2


def _formula(tokens: Sequence[Token], source: str, line: Sequence[Token]) -> Formula:
    sides: list[list[Token]] = [[]]
    ops = []
    for token, level in zip(tokens, _levels(tokens), strict=True):
        if level <= 0 and _is_relation(token):
            ops.append(token.value)
            sides.append([])
        else:
            sides[-1].append(token)
    formula = _unread(_excerpt(source, tokens, line), "")
    formula["ops"] = ops
    label = label_of(sides[0]) if ops else ""
    formula["label"] = label if any(map(_is_in_names, label)) else ""
    for side in sides:
        formula["sides"].append(_side(side, formula))
    if "∈" in ops[1:]:  # W = … ∈ ℝ^(4×16): what follows says no value
        end = ops.index("∈", 1)
        formula["ops"], formula["sides"] = ops[:end], formula["sides"][: end + 1]
    _name_first(formula, sides)
    return formula


def _is_in_names(sign: str) -> bool:
    """Whether a sign shows that what it stands in is a name, and no calculation with numbers."""
    return sign.isalpha() or sign in "∑∏∂∇⋆"


def _name_first(formula: Formula, sides: Sequence[Sequence[Token]]) -> None:
    """`0.8 = J` names the number on its left."""
    first, last = formula["sides"][0], formula["sides"][-1]
    is_named = last and (last[0] == "sym" or _is_gradient(last))
    if set(formula["ops"]) == {"="} and first and is_named and first[0] not in ("sym", "apply", "mul"):
        formula["sides"] = [last, *formula["sides"][:-1]]
        formula["label"] = label_of(sides[-1])


def _side(tokens: Sequence[Token], formula: Formula) -> list[Any] | None:
    while len(tokens) > 1 and tokens[-1].kind == "op" and tokens[-1].value == "…" and tokens[-2].kind == "num":
        tokens = tokens[:-1]
    if not tokens:
        return None
    try:
        rows = numbers_within(tokens) if len(tokens) > 2 else None
        if rows is not None and len(rows) == 1 and len(rows[0]) > 2:
            return Parser([Token("open", "("), *tokens, Token("close", ")")]).parse()
        return _aside(tokens) or Parser(tokens).parse()
    except Refused as reason:
        is_name = formula["label"] and not formula["sides"] and tokens[0].kind in ("sym", "accent")
        if not is_name:
            formula["error"] = formula["error"] or str(reason)[:200]
        return None


def _aside(tokens: Sequence[Token]) -> list[Any] | None:
    """`61706 (156 + 2416 + …)`: a number with its calculation in brackets, or a product; both are kept."""
    if len(tokens) < 4 or tokens[0].kind != "num" or tokens[1].value != "(" or not tokens[1].spaced:
        return None
    if partners(tokens).get(1) != len(tokens) - 1:
        return None
    return ["aside", ["num", tokens[0].value], Parser(tokens[2:-1]).parse()]


def _excerpt(source: str, tokens: Sequence[Token], line: Sequence[Token]) -> str:
    behind = bisect_right(line, tokens[-1].at, key=lambda token: token.at)
    start = tokens[0].at
    if font := _FONT.search(source, max(0, start - 60), start):
        start = font.start()
    return source[start : line[behind].at if behind < len(line) else len(source)].strip()[:MAX_EXCERPT]


def _is_gradient(tree: Any) -> bool:
    """`∇L`, which is a name; any other product of symbols may be the answer."""
    return tree[0] == "mul" and len(tree) == 3 and tree[1][0] == tree[2][0] == "sym" and tree[1][1].startswith("nabla")


def label_of(tokens: Sequence[Token]) -> str:
    """The name on the left of a relation as plain letters: Wx, l, w⋆x, x^T, -J; arguments in brackets are left out."""
    closing = partners(tokens)
    name, skip_to, accent = "", -1, ""
    for at, token in enumerate(tokens):
        if at <= skip_to or token.kind == "sp" or token.value in ("{", "}", "*", "@"):
            continue
        if token.kind == "begin":
            break
        if token.kind == "open" and name:
            skip_to = closing.get(at, len(tokens))
        elif token.kind == "accent":
            accent = token.value
        elif token.kind == "sym" and accent:
            name, accent = f"{name}{accent}({token.value})", ""
        elif token.kind in _NAMED_BY or token.kind == "op":
            name += "T" if token.value == "⊤" else token.value
    return name[:60]
