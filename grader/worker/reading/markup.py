"""HTML within Markdown: comments go, tables become Markdown's, what is struck out is marked; code is left as it is."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator

# Stand for a piece of code while tags are read, and for text that was struck out.
_CODE, _CODE_END = "\ue002", "\ue003"
STRUCK = "[struck out]"
MAX_STRUCK = 4_000
_TAGS = (
    "a|abbr|b|blockquote|body|big|br|caption|center|code|dd|del|details|dir|div|dl|dt|em|figure|font|footer|form|"
    "h[1-6]|head|header|hr|html|i|iframe|img|input|ins|kbd|li|link|main|mark|meta|nav|ol|p|pre|q|s|samp|script|"
    "section|small|span|strike|strong|style|summary|svg|table|tbody|td|tfoot|th|thead|title|tr|tt|u|ul|video"
)
_TAG = re.compile(rf"<(/?)({_TAGS})(?:\s[^<>]{{0,300}})?/?>", re.IGNORECASE)
_SOURCE = re.compile(r"""\ssrc\s?=\s?["']?([^"'\s<>]{1,200})""")
_INDEX = re.compile(r"<(sub|sup)>([^<>]{1,40})</\1>", re.IGNORECASE)
_ENTITY = re.compile(r"&#?[A-Za-z0-9]{1,10};")
_BREAKS = frozenset(("br", "p", "div", "tr", "li", "hr", "ul", "ol", "pre", "details", "summary", "section"))
_STRIKES = frozenset(("s", "del", "strike"))
_CODES = re.compile(r"^[ \t]{0,3}(?P<fence>`{3,}|~{3,})|(?P<tick>`+)", re.MULTILINE)
_TABLE_CLOSES = re.compile(r"</table\s{0,3}>", re.IGNORECASE)
_HELD = re.compile(f"{_CODE}(\\d{{1,7}}){_CODE_END}")
_EMPHASIS = re.compile(r"\\(?:textbf|textit|emph|underline|texttt|textrm)\s?\{([^{}\\]{0,400})\}")
_STRIKE_COMMAND = re.compile(r"\\(?:sout|st|xout)\s?\{([^{}]{0,2000})\}")


def without_emphasis_commands(text: str) -> str:
    """The text without the commands of LaTeX that make some of it bold or italic."""
    return _EMPHASIS.sub(r"\1", text) if "\\" in text else text


def without_html(text: str) -> str:
    """The text without comments and tags; <br> ends a line, <sub>2</sub> is _{2}, a heading's tag begins one."""
    if "<" not in text and "&" not in text:
        return text
    held: list[str] = []
    plain = "".join(_without_code(text.replace(_CODE, "�").replace(_CODE_END, "�"), held))
    if "<!--" in plain:
        plain = _without_comments(plain)
    if "<" in plain:
        plain = _INDEX.sub(lambda match: ("_{" if match[1].lower() == "sub" else "^{") + match[2] + "}", plain)
        plain = "".join(_with_tables(plain))
    plain = _ENTITY.sub(lambda match: html.unescape(match[0]), plain)
    return _HELD.sub(lambda match: held[int(match[1])], plain)


def outside_code(text: str, change: Callable[[str], str]) -> str:
    """A text changed everywhere but in its pieces of code."""
    held: list[str] = []
    plain = "".join(_without_code(text.replace(_CODE, "�").replace(_CODE_END, "�"), held))
    return _HELD.sub(lambda match: held[int(match[1])], change(plain))


def _without_code(text: str, held: list[str]) -> Iterator[str]:
    """The text with its pieces of code put aside."""
    at, absent = 0, set[str]()
    while match := _CODES.search(text, at):
        closing = "\n" + match["fence"] if match["fence"] else match["tick"]
        end = -1 if closing in absent else text.find(closing, match.end())
        if end < 0:
            absent.add(closing)
        is_code = end >= 0 and (match["fence"] or end - match.end() <= MAX_STRUCK)
        stop = end + len(closing) if is_code else match.end()
        yield text[at : match.start()]
        yield f"{_CODE}{len(held)}{_CODE_END}" if is_code else match[0]
        if is_code:
            held.append(text[match.start() : stop])
        at = stop
    yield text[at:]


def _without_comments(text: str) -> str:
    kept, at = [], 0
    while (start := text.find("<!--", at)) >= 0:
        end = text.find("-->", start)
        kept.append(text[at:start])
        if end < 0:
            return "".join(kept) + text[start:]
        at = end + 3
    return "".join(kept) + text[at:]


def _with_tables(text: str) -> Iterator[str]:
    """The text without tags; a table is written as Markdown's."""
    at = 0
    while match := _TABLE.search(text, at):
        closing = _TABLE_CLOSES.search(text, match.end())
        if closing is None:
            break
        yield _without_tags(text[at : match.start()])
        yield _pipes(text[match.end() : closing.start()])
        at = closing.end()
    yield _without_tags(text[at:])


_TABLE = re.compile(r"<table(?:\s[^<>]{0,300})?>", re.IGNORECASE)
_ROW = re.compile(r"<tr(?:\s[^<>]{0,300})?>", re.IGNORECASE)
_CELL = re.compile(r"<t[dh](?:\s[^<>]{0,300})?/?>", re.IGNORECASE)


def _pipes(inside: str) -> str:
    """The rows of a table, as lines of cells between pipes."""
    rows = [_CELL.split(row)[1:] for row in _ROW.split(inside)[1:]]
    lines = ["| " + " | ".join(map(_cell, row)) + " |" for row in rows if row]
    if not lines:
        return "\n\n" + _without_tags(inside) + "\n\n"
    width = max(map(len, rows))
    return "\n\n" + "\n".join([lines[0], "|" + "---|" * width, *lines[1:]]) + "\n\n"


def _cell(text: str) -> str:
    return " ".join(_TAG.sub(_inline_tag, text).split()).replace("|", "\\|")


def _inline_tag(match: re.Match[str]) -> str:
    name = match[2].lower()
    return "~~" if name in _STRIKES else " " if name in _BREAKS else ""


def _without_tags(text: str) -> str:
    return _TAG.sub(_tag, text) if "<" in text else text


def _tag(match: re.Match[str]) -> str:
    name = match[2].lower()
    if name[0] == "h" and name[1:].isdigit():
        line = match.string[match.string.rfind("\n", 0, match.start()) + 1 : match.start()]
        if "|" in line or (not match[1] and line.strip(" \t>")):
            return " "  # within a cell or a line a heading's tag changes no structure
        return "\n\n" if match[1] else f"\n\n{'#' * int(name[1])} "
    if name == "img":
        source = _SOURCE.search(match[0])
        return f"![picture]({source[1].rpartition('/')[2]})" if source else ""
    if name in ("th", "td"):
        return " " if match[1] else " | "
    if name in _STRIKES:
        return "~~"
    return "\n" if name in _BREAKS else ""


def without_struck(text: str) -> str:
    """The text with what is struck out replaced by a note of it; within one paragraph."""
    if "\\s" in text or "\\x" in text:
        text = _STRIKE_COMMAND.sub(STRUCK, text)
    kept, at = [], 0
    while (start := text.find("~~", at)) >= 0:
        stop = start + 2
        if text[stop : stop + 1] == "~":  # a fence
            while text[stop : stop + 1] == "~":
                stop += 1
            kept.append(text[at:stop])
            at = stop
            continue
        end = text.find("~~", stop, stop + MAX_STRUCK)
        if end < 0 or "\n\n" in text[stop:end]:
            kept.append(text[at:stop])
            at = stop
            continue
        kept += [text[at:start], STRUCK]
        at = end + 2
    return "".join(kept) + text[at:]
