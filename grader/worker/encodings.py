"""The encoding of a module's source, where it is not one that Python finds out by itself."""

from __future__ import annotations

import codecs
import re

# UTF-32 before UTF-16, whose mark its own begins with.
_MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32"), (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"), (codecs.BOM_UTF16_BE, "UTF-16"),
)  # fmt: skip
_COOKIE = re.compile(rb"\A(?:[^\n]*\n)?[ \t\f]*#[^\n]*coding[:=]")
# What old systems and broken uploads put after the end of a text.
_AFTER_THE_END = "\0\x1a"


def decode_source(data: bytes) -> tuple[str | bytes, str]:
    """A source as text, or as bytes where it says its encoding to Python; and the encoding where Python would not
    have found it.

    >>> decode_source("# é".encode()), decode_source(b"# \\xe9"), decode_source("x".encode("utf-16-le") * 3)
    (('# é', ''), ('# é', 'Windows-1252'), ('xxx', 'UTF-16'))
    """
    name = next((name for mark, name in _MARKS if data.startswith(mark)), "") or _without_mark(data)
    if name:
        return _decode(data, name), name.removesuffix("-LE").removesuffix("-BE")
    try:
        return _without_end(data.decode("utf-8-sig")), ""
    except UnicodeDecodeError:
        if _COOKIE.match(data):
            return data, ""
    try:
        return data.decode("cp1252"), "Windows-1252"
    except UnicodeDecodeError:
        return data.decode("latin-1"), "Latin-1"


def _without_mark(data: bytes) -> str:
    """UTF-16 where every other byte is nothing, as it is in a text of mostly Latin letters."""
    pairs = len(data) // 2
    zeros = [data[start:4000:2].count(0) for start in (0, 1)]
    sampled = max(1, min(pairs, 2000))
    if pairs > 1 and max(zeros) > 0.8 * sampled:
        return "UTF-16-BE" if zeros[0] > zeros[1] else "UTF-16-LE"
    return ""


def _decode(data: bytes, name: str) -> str | bytes:
    try:
        return _without_end(data.decode(name).removeprefix("\ufeff"))
    except UnicodeDecodeError:
        return data


def _without_end(text: str) -> str:
    """The text that ends where it ended; one of such signs alone is none, and stays what Python refuses."""
    return text.rstrip(_AFTER_THE_END) or text
