"""Takes off what only changes how a formula looks: comments, boxes, braces above and below, colours.

The formula keeps its length, so that a place in it stays the same place.
"""

from __future__ import annotations

import re

_COMMENT = re.compile(r"(?:(?<=\s)|(?<=\A)|(?<=[^\\\d}]))%(?![ ]{0,3}[,.;]?\s*\Z)[^\n]*")
_WRAPPER = re.compile(
    r"\\(?:(?P<boxed>boxed|ensuremath|fbox|framebox|underline|mathclap|mathllap|mathrlap|smash)"
    r"|(?P<braced>underbrace|overbrace|underbracket|overbracket)"
    r"|(?P<coloured>textcolor|colorbox|bbox|href)\s{0,2}(?:\[[^\[\]]{0,40}\]|\{[^{}]{0,80}\})"
    r"|(?P<hidden>[hv]?phantom|label|require|tag\*?|vspace\*?|raisebox))(?![A-Za-z])\s{0,2}(?=\{)"
)
_COLOUR = re.compile(r"\\color\s{0,2}\{[^{}]{0,40}\}")
_INDICATOR = re.compile(r"\\math(?:bf|bb|bbm|ds|rm|1)\s?\{\s?(?P<sign>[1I])\s?\}(?=\s?[_(\[{\\])")
# A relation with a word above it: `\overset{\text{def}}{=}`.
_TOLD_RELATION = re.compile(
    r"\\(?:overset|underset|stackrel)\s{0,2}\{(?:[^{}]|\{[^{}]{0,40}\}){0,60}\}\s{0,2}"
    r"\{\s?(?P<sign>[=<>≈]|\\(?:approx|leq?|geq?|equiv|Rightarrow|implies))\s?\}"
)
_NOTE = re.compile(r"\s{0,3}[_^]\s{0,3}(?=\{)")
_JOINS = re.compile(
    r"\s{0,3}[-+=<>&]|.{0,3000}?(?:[=<>]|\\(?:approx|leq?|geq?|lt|gt|neq?|simeq|equiv)(?![a-z]))", re.DOTALL
)
MAX_WRAPPED = 3_000
MAX_WRAPPERS = 60


def without_comments(source: str) -> str:
    """The formula without LaTeX's comments, of the same length."""
    return _COMMENT.sub(_blank, source) if "%" in source else source


def without_typesetting(source: str) -> str:
    """The formula without boxes, braces above and below, and colours, of the same length."""
    if "{1}" in source or "{I}" in source:
        source = _INDICATOR.sub(_bare, source)
    if "\\color" in source:
        source = _COLOUR.sub(_blank, source)
    if "set{" in source or "stackrel" in source:
        source = _TOLD_RELATION.sub(_bare, source)
    at = 0
    for _ in range(MAX_WRAPPERS):
        match = _WRAPPER.search(source, at)
        if match is None:
            break
        source, at = _unwrap(source, match), match.start()
    return source


def _bare(match: re.Match[str]) -> str:
    return match["sign"].rjust(len(match[0]))


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _unwrap(source: str, match: re.Match[str]) -> str:
    start = match.end()
    end = closing_brace(source, start)
    if end < 0:
        return _blank_out(source, match.start(), match.end())
    if match["hidden"]:
        return _blank_out(source, match.start(), end + 1)
    if match["braced"] and (note := _NOTE.match(source, end + 1)):
        stop = closing_brace(source, note.end())
        if stop >= 0:
            source = _blank_out(source, end + 1, stop + 1)
    source = _blank_out(source, match.start(), match.end())
    if _JOINS.match(source, start + 1, end):
        source = _blank_out(_blank_out(source, start, start + 1), end, end + 1)
    return source


def _blank_out(source: str, start: int, end: int) -> str:
    return source[:start] + " " * (end - start) + source[end:]


def closing_brace(source: str, start: int) -> int:
    """Where the brace that stands at `start` is closed; -1 where it is not, or too far away."""
    level = 0
    for at in range(start, min(len(source), start + MAX_WRAPPED)):
        sign = source[at]
        if sign in "{}" and (at == 0 or source[at - 1] != "\\"):
            level += 1 if sign == "{" else -1
            if level == 0:
                return at
    return -1
