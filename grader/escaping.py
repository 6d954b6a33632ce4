"""Makes text harmless for where it goes: one function per destination."""

from __future__ import annotations

import unicodedata
from typing import Any


def terminal(text: str, *, keep_newlines: bool = True) -> str:
    """For a terminal: control characters, escapes and bidirectional marks become visible."""
    return "".join(_shown(char, keep_newlines) for char in text)


def _shown(char: str, keep_newlines: bool) -> str:
    if char == "\n" and keep_newlines:
        return char
    if char == "\t":
        return "    "
    category = unicodedata.category(char)
    if category in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp"):
        code = ord(char)
        return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 65536 else f"\\U{code:08x}"
    return char


def csv_cell(value: Any) -> Any:
    """For a spreadsheet: text that would be taken for a formula gets an apostrophe before it (OWASP ASVS 1.2.10)."""
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return "'" + value
    return value
