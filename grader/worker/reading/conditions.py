"""Conditions of formulas that have cases: `if y = 1`, `otherwise`, `j is the true class`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from grader.worker.reading import vocabulary as known
from grader.worker.reading.cursor import partners
from grader.worker.reading.lexer import Refused, Token, tokenize
from grader.worker.reading.trees import Tree

COMPARED = frozenset("=≠<>≤≥")


def condition(tokens: Sequence[Token], parse: Callable[[Sequence[Token]], Tree]) -> list[Any] | None:
    """`if y = 1` as [y, "=", 1]; None for `otherwise`.

    Args:
        parse: makes a tree of one side.
    """
    if any(word in known.OTHERWISE for token in tokens for word in token.value.lower().split()):
        return None
    flat: list[Token] = []
    for token in tokens:
        flat += tokenize(token.value) if token.kind == "text" else [token]
    flat = [token for token in flat if token.value.lower() not in known.IF and token.value not in (",", ".", ";", ":")]
    while len(flat) > 2 and flat[0].kind == "open" and partners(flat).get(0) == len(flat) - 1:
        flat = flat[1:-1]
    flat = [token._replace(kind="op", value="=") if token.value.lower() in known.IS else token for token in flat
            if token.value.lower() not in known.ARTICLES]  # fmt: skip
    if (about_label := _label_condition(flat)) is not None:
        return about_label
    signs = [at for at, token in enumerate(flat) if token.kind == "op" and token.value in COMPARED]
    if len(signs) != 1:
        raise Refused("a case whose condition is no comparison")
    at = signs[0]
    return [parse(flat[:at]), flat[at].value, parse(flat[at + 1 :])]


def _label_condition(tokens: Sequence[Token]) -> list[Any] | None:
    """`j is the true class` as [j, "=", the label]; with `not` it is ≠."""
    words = [token.value.lower() for token in tokens[1:] if token.value not in ("=", "{", "}")]
    denied = [word for word in words if word in ("not", "≠")]
    rest = [word for word in words if word not in denied]
    if not tokens or tokens[0].kind != "sym" or len(tokens[0].value) > 1 or len(denied) > 1:
        return None
    if not set(rest) & known.LABELS or not set(rest) <= known.OF_LABELS:
        return None
    return [["sym", tokens[0].value], "≠" if denied else "=", ["sym", known.LABEL]]
