"""From bytes to text: UTF-8, with or without BOM, UTF-16 and UTF-32, else Windows-1252 with a note."""

from __future__ import annotations

from grader.worker.encodings import decode_source


def decode_writeup(data: bytes) -> tuple[str, list[str]]:
    """The text of a write-up, and what was noticed about its encoding."""
    text, name = decode_source(data)
    if name.startswith("UTF"):
        text = text if isinstance(text, str) else text.decode(name, "replace")
        return text, [f"The write-up is {name}; save it as UTF-8."]
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        note = f"The write-up is not UTF-8 (byte {error.start}) and was read as Windows-1252; save it as UTF-8."
        return data.decode("cp1252", "replace"), [note]
