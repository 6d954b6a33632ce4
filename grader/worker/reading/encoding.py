"""From bytes to text: UTF-8, with or without BOM, UTF-16 by its BOM, else Windows-1252 with a note."""

from __future__ import annotations

import codecs


def decode_writeup(data: bytes) -> tuple[str, list[str]]:
    """The text of a write-up, and what was noticed about its encoding."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace"), ["The write-up is UTF-16; save it as UTF-8."]
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        note = f"The write-up is not UTF-8 (byte {error.start}) and was read as Windows-1252; save it as UTF-8."
        return data.decode("cp1252", "replace"), [note]
