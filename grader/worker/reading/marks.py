"""Marks that programs and thumbs leave in a text: exports of word processors, notes, consoles, telephones."""

from __future__ import annotations

import re
from collections.abc import Iterator

# Signs of East Asian keyboards that stand for those of a formula; ticks stand for nothing.
_WIDE = {ord(wide): plain for wide, plain in zip("０１２３４５６７８９＝＋－＜＞≐", "0123456789=+-<>≈", strict=True)}
_WIDE |= dict.fromkeys(map(ord, "✔✓✅☑"), " ")
_WIDE_POINT = re.compile(r"(?<=\d)．(?=\d)")
_LOW_QUOTE = re.compile(r"(?<=\d)‚(?=\d)")  # what some telephones write for a comma
_HIGHLIGHT = re.compile(r"(?<![=\w])==(?=[^\s=])([^=\n]{0,200}(?:=[^=\n]{1,200})?)(?<=[^\s=])==(?![=\w])")
_CALLOUT = re.compile(r"^((?:[ \t]{0,3}>)+)[ \t]?\[![A-Za-z-]{1,20}\][+-]?", re.MULTILINE)
# R numbers what it prints.
_PRINTED = re.compile(
    r"^([ \t]{0,3}(?:##[ \t]|\(?\w{1,4}[).:][ \t])?)\[1\][ \t]+(?=-?[\d.,]+(?:e[+-]?\d+)?[ \t]*$)", re.MULTILINE
)
_WITH = re.compile(r"(?<![^\s(])w/(o?)(?=\s?[A-Za-z]{3})")
_BOX = re.compile(r"^[ \t]*[-*+][ \t]+\[(?P<mark>[ xX])\][ \t]+")
# `pj - yj`: symbols of one index, typed in a hurry.
_INDEXED = re.compile(r"(?<![\w\\^])([A-Za-z])([ijk])(\s?[-+−]\s?)([A-Za-z])\2(?![\w(^])")
_BY_INDEXED = re.compile(r"(?<=/d)([A-Za-z])([ijk])(?=\s?=)")
# `hat(y)`, as Typst and AsciiMath write an accent.
_ACCENT = re.compile(r"(?<![\\\w.])(hat|bar|tilde)\(([A-Za-z])\)")
# Rows of numbers in braces, `{{1, 0}, {0, 1}}`, and R's `c(1, 0)`.
_NUMBERS = r"[-+−\d.,/\seE]"
_BRACES = re.compile(rf"\{{\s?\{{{_NUMBERS}{{1,400}}\}}(?:\s?,\s?\{{{_NUMBERS}{{1,400}}\}}){{0,60}}\s?\}}")
_COMBINED = re.compile(rf"(?<![\w\\.])c(?=\({_NUMBERS}{{3,400}}\))")
_SQUARE = str.maketrans("{}", "[]")
# Pandoc sets symbols in italics, and writes an index between tildes.
_LOW = re.compile(r"(?<=[^\W\d_])(\*?)~([A-Za-z\d]{1,4})~(?!~)")
_SYMBOL = re.compile(r"(?<![\w*)\]])\*([^\W\d_](?:_[A-Za-z\d]{1,4})?)\*(?![\w*])")


def _apart(text: str) -> str:
    """Letters and their index apart, where two of one index are added."""
    indexed, n_found = _INDEXED.subn(r"\1_\2\3\4_\2", text)
    return _BY_INDEXED.sub(r"\1_\2", indexed) if n_found else text


# `\\\\frac`: no line of a matrix begins with such a name.
_TWICE = re.compile(
    r"(?<!\\)\\\\(?:begin|[dt]?frac|left|mathbf|mathrm|text|operatorname|log|ln|exp|hat|bar|tilde|sum|cdot|times|approx|partial"
    r"|nabla|sqrt|lambda|sigma|alpha|beta|eta|mu|ell|boxed|max|min)(?![A-Za-z])"
)
_ONCE = re.compile(r"(?<!\\)\\(?=[A-Za-z])")
_DOUBLED = re.compile(r"\\{4}|\\\\(?=[A-Za-z|{}(),;:!_%#$]|\](?!\w)|\[(?!-?[\d.]{1,6}[a-z]{2}\]))")


def plain_signs(text: str) -> str:
    """The text with the usual digits, commas, signs and brackets."""
    plain = _WIDE_POINT.sub(".", _LOW_QUOTE.sub(",", text.translate(_WIDE)))
    if "{{" in plain or "{ {" in plain:
        plain = _BRACES.sub(lambda match: match[0].translate(_SQUARE), plain)
    if "c(" in plain:
        plain = _COMBINED.sub("", plain)
    return _ACCENT.sub(r"\\\1{\2}", plain)


def single_backslashes(text: str) -> str:
    """The text with one backslash before each command, where an exporter has written two before all of them."""
    if not _TWICE.search(text) or _ONCE.search(text):
        return text
    return _DOUBLED.sub(lambda match: match[0][: len(match[0]) // 2], text)


def without_marks(text: str) -> str:
    """Prose without highlights, callouts and numbers of what was printed; of boxes only those that are ticked."""
    if "==" in text:
        text = _HIGHLIGHT.sub(r"\1", text)
    if "[!" in text:
        text = _CALLOUT.sub(r"\1", text)
    if "[1]" in text:
        text = _PRINTED.sub(r"\1", text)
    if "w/" in text:
        text = _WITH.sub(lambda match: "without" if match[1] else "with", text)
    text = _apart(text)
    if "] " in text:
        text = "\n".join(_without_empty_boxes(text.split("\n")))
    return "\n".join(map(_without_italics, text.split("\n"))) if "*" in text or "~" in text else text


def _without_empty_boxes(lines: list[str]) -> Iterator[str]:
    """Lines without the boxes left empty in a list that has a ticked one."""
    run: list[tuple[str, str]] = []
    for line in [*lines, None]:
        box = _BOX.match(line) if line is not None and "[" in line[:20] else None
        if box is not None and line is not None:
            run.append((box["mark"], line[: box.start("mark") - 1] + line[box.end() :]))
            continue
        is_choice = {mark == " " for mark, _ in run} == {True, False}
        yield from (text for mark, text in run if mark != " " or not is_choice)
        run = []
        if line is not None:
            yield line


def _without_italics(line: str) -> str:
    """`*y* log *ŷ*` as `y log ŷ` and `*z~j~*` as `z_j`: where a line sets several symbols so, it is a formula."""
    if len(line) > 2_000:
        return line
    indexed = _LOW.sub(lambda match: f"_{match[2]}{match[1]}", line) if line.count("~") > 1 else line
    plain, n_symbols = _SYMBOL.subn(r"\1", indexed)
    return plain if n_symbols > 1 else line if n_symbols == 0 and "*" in line else indexed
