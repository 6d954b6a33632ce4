"""Macros that a write-up defines with \\newcommand, \\def or \\DeclareMathOperator: found, taken out, expanded."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

# Stands where a definition stood, so that what is around it does not run together.
GAP = "\ue004"
MAX_MACROS = 100
MAX_BODY = 400
MAX_EXPANSIONS = 2_000
MAX_EXPANDED = 6_000
_DEFINITION = re.compile(
    r"\\(?:(?:re)?newcommand|providecommand|DeclareMathOperator|DeclareRobustCommand)\*?\s{0,3}"
    r"(?:\{\s{0,3}\\(?P<braced>[A-Za-z]{1,40})\s{0,3}\}|\\(?P<bare>[A-Za-z]{1,40}))\s{0,3}"
    r"(?:\[(?P<count>\d)\]\s{0,3}(?:\[(?P<default>[^\[\]]{0,80})\])?)?\s{0,3}(?=\{)"
    r"|\\def\s{0,3}\\(?P<defined>[A-Za-z]{1,40})\s{0,3}(?P<arguments>(?:#\d){0,9})\s{0,3}(?=\{)"
)
_ARGUMENT = re.compile(r"#(\d)")
_NEXT = re.compile(r"\\([A-Za-z]{1,40})")
_SINGLE = re.compile(r"\s{0,3}(\\[A-Za-z]{1,40}|[^\s{}])")


class Macro(NamedTuple):
    """What a command stands for."""

    body: str
    n_arguments: int = 0
    default: str | None = None


class TooMuch(Exception):
    """The macros expand to more than is read."""


def take_macros(source: str) -> tuple[str, dict[str, Macro]]:
    """The text without its definitions, and what they define; a later definition counts from where it stands on."""
    if "\\def" not in source and "command" not in source and "\\Declare" not in source:
        return source, {}
    macros: dict[str, Macro] = {}
    kept, at = [], 0
    while len(macros) < MAX_MACROS and (match := _DEFINITION.search(source, at)):
        end = _closing_brace(source, match.end())
        if end < 0:
            kept.append(source[at : match.end()])
            at = match.end()
            continue
        body = source[match.end() + 1 : end]
        if "Declare" in match[0]:
            body = f"\\operatorname{{{body}}}"
        name = match["braced"] or match["bare"] or match["defined"]
        count = int(match["count"] or 0) or len(match["arguments"] or "") // 2
        macros[name] = Macro(body, count, match["default"])
        kept += [source[at : match.start()], GAP]
        at = end + 1
    return "".join(kept) + source[at:], macros


def _closing_brace(source: str, start: int) -> int:
    """Where the brace that stands at `start` is closed; -1 where it is not, or too far away."""
    level = 0
    for at in range(start, min(len(source), start + MAX_BODY)):
        sign = source[at]
        if sign in "{}" and source[at - 1] != "\\":
            level += 1 if sign == "{" else -1
            if level == 0:
                return at
    return -1


class Expansion:
    """Replaces macros by what they stand for, within a budget for the whole write-up."""

    def __init__(self, macros: Mapping[str, Macro]) -> None:
        self._macros = macros
        self._left = MAX_EXPANSIONS

    def of(self, source: str) -> str:
        """The formula without macros.

        Raises:
            TooMuch: they expand to more than is read, as those do that call themselves.
        """
        at = 0
        while self._macros and (match := _NEXT.search(source, at)):
            macro = self._macros.get(match[1])
            if macro is None:
                at = match.end()
                continue
            self._left -= 1
            body, end = _fill(macro, source, match.end())
            source = f"{source[: match.start()]}{body}{source[end:]}"
            at = match.start()
            if self._left < 0 or len(source) > MAX_EXPANDED + at:
                raise TooMuch
        return source


def _fill(macro: Macro, source: str, at: int) -> tuple[str, int]:
    """The body with its arguments, and where they end."""
    given: list[str] = []
    if macro.default is not None:
        given.append(macro.default)
        if source[at : at + 1] == "[" and (end := source.find("]", at, at + MAX_BODY)) >= 0:
            given[0], at = source[at + 1 : end], end + 1
    while len(given) < macro.n_arguments:
        start = at + len(source[at : at + 3]) - len(source[at : at + 3].lstrip())
        end = _closing_brace(source, start) if source[start : start + 1] == "{" else -1
        if end >= 0:
            given.append(source[start + 1 : end])
            at = end + 1
        elif single := _SINGLE.match(source, at):
            given.append(single[1])
            at = single.end()
        else:
            break
    body = _ARGUMENT.sub(lambda m: given[int(m[1]) - 1] if 0 < int(m[1]) <= len(given) else m[0], macro.body)
    return (f"{{{body}}}" if macro.n_arguments else f" {body} " if body[-1:].isalpha() else body), at
