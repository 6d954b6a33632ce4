"""Work under a name that does not say so, and what lies under the name of a module or a text and is none."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from grader.worker.files import kind_of
from grader.worker.signatures import why_no_python

# How much of a file is looked at to tell a notebook from other JSON.
HEAD_BYTES = 64 << 10
_TEXTS = (".json", ".txt", "")
_CODE = re.compile(r"\.(py[wcxo]?|ipynb|zip|rar|7z|tar|t?gz)(?![a-z0-9])", re.IGNORECASE)
_TEXT = re.compile(
    r"\.(?:md|markdown|tex|txt|html?|docx?|odt|pdf)"
    r"(?:~|\.|\.(?:bak|old|orig|save|tmp|part|partial|\w*download)|[ -]*\(\d+\))\Z",
    re.IGNORECASE,
)
_ELSEWHERE = (".url", ".webloc", ".lnk", ".desktop", ".gdoc")
_OTHER_NOTEBOOKS = (".rmd", ".qmd", ".nb", ".mlx", ".livemd")
_OTHER_LANGUAGES = (
    ".r", ".jl", ".m", ".java", ".kt", ".scala", ".c", ".cc", ".cpp", ".cu", ".cs", ".f90", ".go", ".rs", ".hs", ".ml",
    ".lua", ".swift", ".sage", ".pyx",
)  # fmt: skip
_WRAPPED = (".patch", ".diff", ".bundle", ".eml", ".msg", ".mht", ".mhtml", ".webarchive", ".b64", ".gpg", ".exe")
# What is known of a file, and nothing of what is in it.
_SUMS = (".md5", ".sha1", ".sha256", ".sha512", ".asc", ".sig", ".torrent")
# How files begin that hold others, and the suffix that says so.
_PACKED = {
    b"PK\x03\x04": ".zip", b"\x1f\x8b\x08": ".gz", b"BZh": ".bz2", b"\xfd7zXZ\0": ".xz", b"Rar!": ".rar",
    b"7z\xbc\xaf": ".7z",
}  # fmt: skip
_OFFICE = (b"[Content_Types].xml", b"mimetypeapplication/")
_MERGED = re.compile(rb"^<{7} .*^={7}\s*$.*^>{7} ", re.MULTILINE | re.DOTALL)
_LINK = re.compile(rb"\s*https?://\S+\s*\Z")


def may_be_disguised(path: str) -> bool:
    """Whether a file's name leaves open whether it is a notebook or an archive.

    >>> may_be_disguised("hw1.json"), may_be_disguised("hw1.ipynb (1)"), may_be_disguised("hw1.ipynb")
    (True, True, False)
    """
    name = path.rpartition("/")[2].lower()
    return kind_of(path) in ("other", "document") and (_suffix(name) in _TEXTS or ".ipynb" in name)


def is_notebook(head: bytes) -> bool:
    """Whether a file begins as a notebook does."""
    text = head[:HEAD_BYTES].removeprefix(b"\xef\xbb\xbf").lstrip()
    return text.startswith(b"{") and (b'"cell_type"' in text or b'"nbformat"' in text)


def name_by_content(path: str, head: bytes) -> str:
    """The name by which a file is read whose first bytes say that it is a notebook, or packed; else its own.

    >>> name_by_content("q1.py", b'{"nbformat": 4}'), name_by_content("hw1", b"Rar!"), name_by_content("q1.py", b"x")
    ('q1.py.ipynb', 'hw1.rar', 'q1.py')
    """
    kind = kind_of(path)
    if kind != "notebook" and is_notebook(head):
        return notebook_name(path)
    packed = next((suffix for begin, suffix in _PACKED.items() if head.startswith(begin)), "")
    is_office = any(mark in head[:200] for mark in _OFFICE)
    return path if kind == "archive" or is_office else path + packed


def why_no_source(content: bytes) -> str:
    """What lies under the name of a module and is none; empty where it may be one, be it with mistakes.

    >>> why_no_source(b"https://github.com/ana/hw1"), why_no_source(b"def f(:")
    ('it holds a link, and not what it leads to', '')
    """
    if _LINK.match(content):
        return "it holds a link, and not what it leads to"
    if b"<<<<<<< " in content and _MERGED.search(content):
        return "it holds the marks of a merge; open it, choose one version and save it"
    return why_no_python(content)


def notebook_name(path: str) -> str:
    """The name under which such a notebook is read, with its own in it.

    >>> notebook_name("a.b/hw1.json"), notebook_name("hw1"), notebook_name("hw1.ipynb (1)")
    ('a.b/hw1.ipynb.json', 'hw1.ipynb', 'hw1.ipynb (1).ipynb')
    """
    suffix = _suffix(path)
    return f"{path[: len(path) - len(suffix)]}.ipynb{suffix}" if suffix in (".json", ".txt") else f"{path}.ipynb"


def why_not_code(path: str) -> str:
    """Why a file that may hold code is not read, by its name; empty where its name does not speak of code.

    >>> why_not_code("q1.py.bak"), why_not_code("plot.png")
    ('its name is not that of a module or a notebook', '')
    """
    name = path.rpartition("/")[2].lower()
    suffix = _suffix(name)
    if suffix in _ELSEWHERE:
        return "it is a link, and not what it leads to"
    if suffix in _OTHER_NOTEBOOKS:
        return "it is a notebook of another system"
    if suffix in _OTHER_LANGUAGES:
        return "it is a program in another language than Python"
    if suffix in _WRAPPED:
        return "it may hold files, and is of a kind that is not opened"
    found = _CODE.search(name) if suffix not in _SUMS else None
    if found and found[1] in ("pyc", "pyo"):
        return "it is compiled, and the source is wanted"
    if found and found[1] not in ("py", "ipynb", "pyw", "pyx"):
        return "its name is not that of an archive"
    return "its name is not that of a module or a notebook" if found else ""


def why_not_text(path: str) -> str:
    """Why a file that may hold a text is not read, by its name; empty where its name does not speak of a text.

    >>> why_not_text("answers.md.bak"), why_not_text("plot.png")
    ('its name is not that of a text', '')
    """
    name = path.rpartition("/")[2]
    return "its name is not that of a text" if kind_of(name) == "other" and _TEXT.search(name) else ""


def _suffix(path: str) -> str:
    return PurePosixPath(path.lower()).suffix
