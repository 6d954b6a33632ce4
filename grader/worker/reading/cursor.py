"""A place within the tokens of one expression, and the brackets that belong together."""

from __future__ import annotations

from collections.abc import Sequence

from grader.worker.reading import vocabulary as known
from grader.worker.reading.lexer import Refused, Token

MAX_NESTING = 40
END = Token("", "")


def partners(tokens: Sequence[Token]) -> dict[int, int]:
    """Position of each opening bracket to that of the bracket that closes it."""
    found: dict[int, int] = {}
    stack: list[int] = []
    for at, token in enumerate(tokens):
        if token.kind == "open":
            stack.append(at)
            if len(stack) > MAX_NESTING:
                raise Refused(f"brackets nested deeper than {MAX_NESTING}")
        elif token.kind == "close" and stack:
            found[stack.pop()] = at
    return found


class Cursor:
    """The tokens, where reading stands, and how deep."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._partner = partners(tokens)
        self._at = 0
        self._level = 0

    @property
    def _now(self) -> Token:
        while self._at < len(self._tokens) and self._tokens[self._at].kind == "sp":
            self._at += 1
        return self._tokens[self._at] if self._at < len(self._tokens) else END

    def _take(self) -> Token:
        token = self._now
        self._at += 1
        return token

    def _is_op(self, *signs: str) -> bool:
        return self._now.kind == "op" and self._now.value in signs

    def _deeper(self) -> None:
        self._level += 1
        if self._level > 2 * MAX_NESTING:
            raise Refused("an expression nested too deep")


def parts_arguments(token: Token) -> bool:
    """Whether a token within brackets shows that they hold a function's arguments."""
    return token.kind == "op" and (token.value in ",;¦" or token.value in known.RELATIONS)


def n_bars(tokens: Sequence[Token]) -> int:
    """How many bars stand among tokens."""
    return sum(token == ("op", "|", token.spaced, token.at) for token in tokens)
