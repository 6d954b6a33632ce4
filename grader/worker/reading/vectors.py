"""Rows of numbers within brackets: (10 \\ 10 \\ 0 \\ 0), [1, 0, -1], [1 0; 0 1]."""

from __future__ import annotations

from collections.abc import Sequence

from grader.worker.reading.lexer import Token


def numbers_within(tokens: Sequence[Token]) -> list[list[str]] | None:
    """The rows of numbers that the tokens between two brackets are, or None where they are anything else."""
    rows: list[list[str]] = [[]]
    explicit = parted = True  # whether a comma or spacing command parts all numbers; whether one stands just before
    n_signs = 0
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token.kind == "sp" or (token.kind == "op" and token.value == ","):
            parted = True
        elif token.kind == "newline" or (token.kind == "op" and token.value == ";"):
            rows.append([])
            parted = True
        else:
            item = _item(tokens, at, parted)
            if item is None:
                return None
            explicit &= parted
            n_signs += len(item[0]) > 1 and item[0][0] in "+-"
            rows[-1].append(item[0].lstrip("+"))
            at += item[1] - 1
            parted = False
        at += 1
    return _rectangle(rows, explicit, n_signs)


def _item(tokens: Sequence[Token], at: int, parted: bool) -> tuple[str, int] | None:
    """One number with its sign, and how many tokens it is."""
    token = tokens[at]
    if token.kind == "num":
        below = _below(tokens, at + 1)
        return (token.value + below, 1 + len(below[:1]) * 2) if parted or token.spaced else None
    follower = tokens[at + 1] if at + 1 < len(tokens) else None
    if token.kind != "op" or token.value not in "+-" or follower is None or follower.kind != "num":
        return None
    if not parted and (follower.spaced or not token.spaced):
        return None  # 5 - 3 and 5-3 are differences, 5 -3 may be two numbers
    below = _below(tokens, at + 2)
    return token.value + follower.value + below, 2 + len(below[:1]) * 2


def _below(tokens: Sequence[Token], at: int) -> str:
    """`/4` where it stands right behind a number."""
    if at + 1 >= len(tokens) or tokens[at].value != "/" or tokens[at + 1].kind != "num":
        return ""
    return "" if tokens[at].spaced or tokens[at + 1].spaced else f"/{tokens[at + 1].value}"


def _rectangle(rows: list[list[str]], explicit: bool, n_signs: int) -> list[list[str]] | None:
    filled = [row for row in rows if row]
    if all(len(row) == 1 for row in filled) and any("," in row[0] for row in filled):
        filled = [[row[0] for row in filled]]  # (0,25; 0,25; 0,5)
    count = sum(map(len, filled))
    if count < 2 or len({len(row) for row in filled}) != 1:
        return None
    if not explicit and len(filled) == 1 and (count < 3 and n_signs):
        return None
    return filled
