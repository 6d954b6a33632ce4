"""What lies under the name of a text or a module and is none: told by how it begins, and by signs that no text has."""

from __future__ import annotations

import re

from grader.worker.encodings import decode_source

_HEAD_BYTES = 64 << 10
# Of a text whose beginning says it.
_TEXTS = {
    b"%pdf-": "it is a PDF",
    b"version https://git-lfs": "it is a pointer of Git's large-file storage; the file itself was not handed in",
    **dict.fromkeys((b"<!doctype html", b"<html"), "it is a web page"),
    b"{\\rtf": "it is a document of an office program",
}
_OFFICE = (b"[Content_Types].xml", b"mimetypeapplication/", b"word/", b"xl/", b"ppt/")
# Of what is no text: a text may well begin with some of these.
_DATA = {
    b"\xd0\xcf\x11\xe0": "it is a document of an office program",
    b"PK": "it is a zip archive",
    b"\x1f\x8b": "it is a file compressed with gzip",
    b"BZh": "it is a file compressed with bzip2",
    b"\xfd7zXZ\0": "it is a file compressed with xz",
    b"\x28\xb5\x2f\xfd": "it is a file compressed with zstd",
    b"7z\xbc\xaf": "it is a 7z archive",
    b"Rar!": "it is a rar archive",
    b"\x89PNG": "it is a picture (PNG)",
    b"\xff\xd8\xff": "it is a picture (JPEG)",
    b"GIF8": "it is a picture (GIF)",
    b"BM": "it is a picture (BMP)",
    **dict.fromkeys((b"II*\0", b"MM\0*"), "it is a picture (TIFF)"),
    b"SQLite format 3": "it is a database",
    b"\x93NUMPY": "it is an array that numpy saved",
    b"\x89HDF": "it is data in HDF5",
    **dict.fromkeys((b"\x7fELF", b"MZ"), "it is a program"),
}
_LATER = {
    b"ustar": (257, "it is a tar archive"),
    b"ftyp": (4, "it is a picture or a film of a phone"),
    b"WEBP": (8, "it is a picture (WebP)"),
    b"\r\r\n": (1, "it is compiled Python; the source is wanted"),
}
# Blanks of all kinds, and what terminals colour with, which is pasted with their output.
_UNWRITTEN = re.compile(r"[\0-\x08\x0e-\x19\x1c-\x1f\x7f]")
# One sign in so many may be a slip of an editor.
_SIGNS_FOR_A_SLIP = 100
_LONE_ZERO = re.compile(rb"(?<!\0)\0(?!\0)")
_ZEROS_OF_A_GAP = 8
_HOLDS_ZEROS = "it holds zero bytes, as a file whose upload was cut off; hand it in again"


def why_no_text(content: bytes) -> str:
    """What lies under the name of a text and is none; empty where it may be one.

    >>> why_no_text(b"%PDF-1.7"), why_no_text(b"\\x89PNG\\r\\n\\x1a\\n\\0\\0\\0\\rIHDR"), why_no_text(b"MZ = 1")
    ('it is a PDF', 'it is a picture (PNG)', '')
    """
    head = content[:_HEAD_BYTES]
    begin = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    said = next((why for sign, why in _TEXTS.items() if begin.startswith(sign)), "")
    return said or ("" if _may_be_text(head) else _describe(head))


def why_no_python(content: bytes) -> str:
    """What lies under the name of a module that Python cannot take for a text.

    A zero byte that somebody wrote into it is a mistake, which Python tells of.

    >>> why_no_python(b"x = '\\0'"), why_no_python(b"x = 1" + bytes(8) + b"y")
    ('', 'it holds zero bytes, as a file whose upload was cut off; hand it in again')
    """
    if (why := why_no_text(content)) and why_no_text(_LONE_ZERO.sub(b" ", content)):
        return why
    text, _ = decode_source(content)
    has_gap = "\0" * _ZEROS_OF_A_GAP in text if isinstance(text, str) else bytes(_ZEROS_OF_A_GAP) in text
    return _HOLDS_ZEROS if has_gap else ""


def _may_be_text(head: bytes) -> bool:
    if len(head) == _HEAD_BYTES:
        head = head[: -4 - len(head) % 4]  # a sign that is cut in two is no reason
    text, encoding = decode_source(head)
    if encoding.startswith("UTF") or not isinstance(text, str):
        return True
    return len(_UNWRITTEN.findall(text)) * _SIGNS_FOR_A_SLIP <= len(text)


def _describe(head: bytes) -> str:
    found = next((why for sign, why in _DATA.items() if head.startswith(sign)), "")
    if head.startswith(b"PK") and any(mark in head for mark in _OFFICE):
        found = "it is a document of an office program"
    later = (why for sign, (at, why) in _LATER.items() if head[at : at + len(sign)] == sign)
    signs = {*_UNWRITTEN.findall(head.decode("latin-1"))}
    return found or next(later, _HOLDS_ZEROS if signs == {"\0"} else "it is no text")
