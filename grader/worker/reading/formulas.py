"""Formulas as data: chains of relations whose sides are trees, with the name before them and the words after.

{"source": "l = -y \\log p", "label": "l", "sides": [["sym", "l"], …], "ops": ["="], "words": "nats", "error": ""}
A side that is empty or a mere name is None; so is one that cannot be read, and `error` says why.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from grader.worker.reading import vocabulary as known
from grader.worker.reading.cursor import partners
from grader.worker.reading.lexer import Refused, Token, tokenize
from grader.worker.reading.parser import Parser
from grader.worker.reading.vectors import numbers_within

Formula = dict[str, Any]

MAX_EXCERPT = 400
_NAMED_BY = frozenset(("sym", "accent", "func", "text", "num"))


def read_formulas(source: str) -> list[Formula]:
    """The formulas in LaTeX or keyboard notation; at least one, with an error where nothing could be read."""
    try:
        lines = list(_lines(tokenize(source)))
        formulas = [formula for line in lines for formula in formulas_of(line, source)]
    except Refused as reason:
        return [_unread(source, str(reason))]
    return formulas or [_unread(source, "no formula")]


def _unread(source: str, reason: str) -> Formula:
    return {"source": source[:MAX_EXCERPT], "label": "", "sides": [], "ops": [], "words": "", "error": reason[:200]}


def formulas_of(line: Sequence[Token], source: str) -> Iterator[Formula]:
    """The formulas of one line of tokens: parted by words, arrows and commas."""
    formula: Formula | None = None
    if len(line) > 2 and line[0].value == "{" and partners(line).get(0) == len(line) - 1:
        line = line[1:-1]
    for part in _parts(line):
        if part[0].kind == "text":
            if formula is not None:
                formula["words"] = " ".join([formula["words"], *(token.value for token in part)]).strip()[:200]
            continue
        formula = _formula(part, source, line)
        yield formula


def _lines(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """The lines of a display, without what only sets it; a line that goes on with the one before is joined to it."""
    line: list[Token] = []
    for piece in _broken(tokens):
        first = next((token for token in piece if token.kind != "sp"), None)
        if line and first and not (_goes_on(line[-1]) or _goes_on(first)):
            yield line
            line = []
        line = line + piece
    if line:
        yield line


def _goes_on(token: Token) -> bool:
    return token.kind == "op" and (token.value in "+-*/" or token.value in known.RELATIONS)


def _broken(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    piece: list[Token] = []
    inside: list[str] = []
    for token in tokens:
        if token.kind in ("begin", "end") and token.value in known.LINE_ENVIRONMENTS:
            continue
        if token.kind == "begin":
            inside.append(token.value)
        elif token.kind == "end" and inside:
            inside.pop()
        if inside or token.kind not in ("amp", "newline"):
            piece.append(token)
        elif token.kind == "newline":
            yield piece
            piece = []
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
        if levels[at] <= 0 and token.kind == "text" and not _names(tokens, at, part):
            yield from filter(None, (part, [token]))
            part = []
        elif levels[at] <= 0 and _separates(tokens, at, part):
            yield from filter(None, (part,))
            part = []
        else:
            part.append(token._replace(kind="sym") if levels[at] <= 0 and token.kind == "text" else token)
    if part:
        yield part


def _names(tokens: Sequence[Token], at: int, part: Sequence[Token]) -> bool:
    """Whether a text is the name of what follows, as in \\text{loss} = or \\text{MSE}(y), or an index."""
    follower = tokens[at + 1] if at + 1 < len(tokens) else None
    if part and part[-1].kind == "op" and part[-1].value in "_^":
        return True
    return not part and follower is not None and (follower.value in "(_" or follower.value in known.RELATIONS)


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
    while start and not _is_relation(tokens[start - 1]):
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
    formula["label"] = label_of(sides[0]) if ops else ""
    for side in sides:
        formula["sides"].append(_side(side, formula))
    if "∈" in ops[1:]:  # W = … ∈ ℝ^(4×16): what follows says no value
        end = ops.index("∈", 1)
        formula["ops"], formula["sides"] = ops[:end], formula["sides"][: end + 1]
    _name_first(formula, sides)
    return formula


def _name_first(formula: Formula, sides: Sequence[Sequence[Token]]) -> None:
    """`0.8 = J` names the number on its left."""
    first, last = formula["sides"][0], formula["sides"][-1]
    if set(formula["ops"]) == {"="} and first and last and last[0] == "sym" and first[0] not in ("sym", "apply", "mul"):
        formula["sides"] = [last, *formula["sides"][:-1]]
        formula["label"] = label_of(sides[-1])


def _side(tokens: Sequence[Token], formula: Formula) -> list[Any] | None:
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
    later = [token.at for token in line if token.at > tokens[-1].at]
    return source[tokens[0].at : later[0] if later else len(source)].strip()[:MAX_EXCERPT]


def label_of(tokens: Sequence[Token]) -> str:
    """The name on the left of a relation as plain letters: Wx, l, w⋆x, x^T, -J; arguments in brackets are left out."""
    closing = partners(tokens)
    name, skip_to, accent = "", -1, ""
    for at, token in enumerate(tokens):
        if at <= skip_to or token.kind == "sp" or token.value in ("{", "}", "*", "@"):
            continue
        if token.kind == "open" and name:
            skip_to = closing.get(at, len(tokens))
        elif token.kind == "accent":
            accent = token.value
        elif token.kind == "sym" and accent:
            name, accent = f"{name}{accent}({token.value})", ""
        elif token.kind in _NAMED_BY or token.kind == "op":
            name += "T" if token.value == "⊤" else token.value
    return name[:60]
