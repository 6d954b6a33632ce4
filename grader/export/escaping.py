"""Makes text harmless for where it goes: one function per destination."""

from __future__ import annotations

import html as _html
import json
import re
import unicodedata
from typing import Any

# What a reader does not see, or what changes how its neighbours are seen.
_INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
# Whatever cannot stand in XML 1.0; a carriage return can, but readers turn it into a line feed.
_NOT_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ASCII_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
# GitHub links these after it has undone escapes, so they are taken apart by a space of no width: mentions and
# addresses, issues, hosts, schemes, emoji.
_LINKED = re.compile(r"([@#]|\bgh-|\bwww|:(?=//|[\w+-]+:))", re.IGNORECASE)
_APART = "&#8203;"
# `::error::`, at whose begin a line may be broken, and the older `##[error]` and `##vso[…]`, found anywhere in a line.
_COMMAND = re.compile(r"::(?=\s*[A-Za-z])|(?<!\S)::|##(?=\[|vso\[)", re.IGNORECASE)
_BACKTICKS = re.compile("`+")


def terminal(text: str, *, keep_newlines: bool = True) -> str:
    """For a terminal or a log: control characters, escapes and bidirectional marks become visible.

    So do the signs by which runners of CI know a command, wherever they stand: lines are wrapped after this.
    """
    return _disarm_commands(_visible(text.replace("\t", "    "), "\n" if keep_newlines else ""))


def _disarm_commands(text: str) -> str:
    """The text with the second sign of what begins a command made visible."""
    return _COMMAND.sub(lambda found: f"{found[0][0]}\\x{ord(found[0][1]):02x}", text)


def csv_cell(value: Any) -> Any:
    """For a spreadsheet: text that would be taken for a formula gets an apostrophe before it (OWASP ASVS 1.2.10)."""
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return "'" + value
    return value


def html(text: str) -> str:
    """For HTML, as text or within a quoted attribute; what cannot be seen becomes visible."""
    return _html.escape(_visible(text, "\n\t"), quote=True)


def visible(text: str) -> str:
    """For whoever escapes markup itself: what cannot be seen becomes visible, and nothing else changes."""
    return _visible(text, "\n\t")


def json_in_html(value: Any) -> str:
    """For a `<script>`: JSON in which no tag, comment or entity can begin.

    Raises:
        ValueError: the value holds a NaN or an infinity, for which JSON has no word.
    """
    text = json.dumps(value, ensure_ascii=True, allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def markdown(text: str) -> str:
    """For a line or a table's cell of GitHub's Markdown: nothing of it is markup, mentions or links; one line.

    Backslashes keep markup from being markup. What GitHub links in the finished page (`@ana`, `#12`) gets a space of
    no width, and a dollar sign the tags that GitHub asks for where no formula is meant.
    """
    line = " ".join(_visible(text, "\n\t").split())
    apart = _LINKED.sub(lambda found: found[0] + "\0", line)
    escaped = _ASCII_PUNCTUATION.sub(r"\\\1", apart)
    return escaped.replace("\\$", "<span>$</span>").replace("\0", _APART)


def fence(text: str) -> str:
    """For a block of GitHub's Markdown that is shown as it is: a fence longer than any within."""
    shown = _disarm_commands(_visible(text, "\n\t"))
    fence = "`" * max(3, 1 + max(map(len, _BACKTICKS.findall(shown)), default=0))
    return f"{fence}text\n{shown}\n{fence}"


def github_data(text: str) -> str:
    """For the message of a GitHub workflow command: `::error::MESSAGE`."""
    shown = _visible(text, "\n\r\t")
    return shown.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def github_property(text: str) -> str:
    """For a property of a GitHub workflow command: `::error file=PROPERTY::`."""
    return github_data(text).replace(":", "%3A").replace(",", "%2C")


def xml_text(text: str) -> str:
    """For a tree whose writer escapes markup itself: what XML cannot hold at all becomes `#x1B`, as pytest has it.

    No line of it is a command to a runner of CI, to whose log such files are shown at times.
    """
    return _disarm_commands(_NOT_XML.sub(lambda found: f"#x{ord(found[0]):02X}", text))


def _visible(text: str, kept: str) -> str:
    if text.isprintable():  # nearly every text: nothing in it is of the kinds that are made visible
        return text
    return "".join(char if char in kept else _escape(char) for char in text)


def _escape(char: str) -> str:
    if unicodedata.category(char) not in _INVISIBLE:
        return char
    code = ord(char)
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 65536 else f"\\U{code:08x}"
