"""What may be a file of a submission: its names, kinds and sizes, the same for folders and archives."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath
from typing import Literal

Kind = Literal["python", "notebook", "document", "archive", "other"]

MAX_FILES = 200
MAX_SOURCE_BYTES = 512 << 10
MAX_WRITEUP_BYTES = 1 << 20
MAX_PRINTED_BYTES = 8 << 20
# Of a notebook whatever its plots are: they are taken out before anything else looks at it.
MAX_NOTEBOOK_BYTES = 40 << 20
MAX_ARCHIVE_BYTES = 32 << 20
# Of sources and write-ups together; notebooks may have MAX_NOTEBOOK_BYTES beside them.
MAX_TOTAL_BYTES = 20 << 20
MAX_ENTRIES = 5_000
# Of entries that are looked at by name alone, such as pictures.
MAX_NAMES = 100_000

# What tools leave behind; nothing of a hand-in is in them.
SKIPPED = frozenset({"__pycache__", "__MACOSX", "node_modules", "venv", "site-packages", "dist-packages"})
LEAVINGS = frozenset({
    "thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r", "$recycle.bin", "system volume information", "@eadir",
    "#recycle", "lost+found", "network trash folder", "temporary items",
})  # fmt: skip
# The program itself, which a kit brings.
_PROGRAM = re.compile(r"numgrade-.+\.whl", re.IGNORECASE)
# Where a file came from, which Windows keeps beside it and other systems show as a file.
_ORIGIN = re.compile(r".+[:\uf03a]Zone\.Identifier")
# A folder of this name may be a tool's or a student's: it is looked at when all else was.
LAST = frozenset({"env", "virtualenv", "lib", "lib64"})

TEXTS = (".md", ".markdown", ".txt", ".text", ".tex", ".html", ".htm")
IMAGES = (".png", ".jpg", ".jpeg", ".heic", ".tif", ".tiff", ".webp", ".bmp", ".gif")
# Made to be printed: their text is taken out, and a person looks at them.
PRINTED = (".docx", ".odt", ".pdf")
_DOCUMENTS = (*TEXTS, *PRINTED, ".doc", ".rtf", ".pages", ".rst")
# The last two are parts of an archive in several.
_ARCHIVE = re.compile(
    r"\.(zip|tar|tgz|tbz2?|txz|gz|bz2|xz|zst|rar|7z|z\d\d|(?:zip|7z|rar|tar|gz)\.\d{3}"
    r"|whl|egg|pyz|jar|lz4|lzma|lz|lzh|lha|br|cab|iso|dmg|arj|ace|sitx?|z)\Z",
    re.IGNORECASE,
)
_TARRED = re.compile(r"\.tar(-\d+)?\.\w{1,4}\Z", re.IGNORECASE)
# What a platform or an editor hangs on a name that had its suffix already.
_SECOND = re.compile(r"(\.(?:py|ipynb|md))\.(?:txt|json)\Z", re.IGNORECASE)


def kind_of(path: str) -> Kind:
    """What a file is by its name.

    >>> kind_of("q1.PY"), kind_of("hw1.ipynb.json"), kind_of("hw1.tar-1.gz"), kind_of("answers.txt"), kind_of("x.csv")
    ('python', 'notebook', 'archive', 'document', 'other')
    """
    name = without_extra_suffix(path).lower()
    if name.endswith(".py"):
        return "python"
    if name.endswith(".ipynb"):
        return "notebook"
    if archive_suffix(name):
        return "archive"
    return "document" if name.endswith(_DOCUMENTS) else "other"


def archive_suffix(name: str) -> str:
    """The suffix by which a file is an archive, or nothing.

    >>> archive_suffix("eva.tar-1.gz"), archive_suffix("ana")
    ('.tar-1.gz', '')
    """
    found = _TARRED.search(name) or _ARCHIVE.search(name)
    return found[0] if found else ""


def without_extra_suffix(path: str) -> str:
    """A path without a second suffix that was hung on it.

    >>> without_extra_suffix("q3_losses.py.txt"), without_extra_suffix("data.json")
    ('q3_losses.py', 'data.json')
    """
    return _SECOND.sub(r"\1", path, count=1) if path.lower().endswith((".txt", ".json")) else path


def is_plain(path: str) -> bool:
    """Whether every part of a relative path is printable and short, and none means another place on any system."""
    parts = PurePosixPath(path).parts
    return (
        0 < len(path) <= 250
        and path.isprintable()
        and not set(path) & set("\\:")
        and not path.startswith("/")
        and "//" not in path
        and ".." not in parts
        and len(parts) <= 16
        and unicodedata.normalize("NFKC", path).split("/") == [unicodedata.normalize("NFKC", part) for part in parts]
    )


def is_leaving(path: str) -> bool:
    """Whether a file is what tools leave behind, by its own name or that of a folder around it."""
    parts = path.split("/")
    hidden = any(part[:1] == "." and part not in (".", "..") for part in parts)
    is_lock = parts[-1].startswith("~$")  # which office programs lay beside an open document
    is_program = _PROGRAM.fullmatch(parts[-1]) is not None or _ORIGIN.fullmatch(parts[-1]) is not None
    return (
        hidden
        or is_lock
        or is_program
        or not SKIPPED.isdisjoint(parts)
        or not LEAVINGS.isdisjoint(map(str.lower, parts))
    )


def is_read(path: str) -> bool:
    """Whether the content of a file is taken in: code, notebooks and plain text."""
    kind = kind_of(path)
    return kind in ("python", "notebook") or (kind == "document" and path.lower().endswith((*TEXTS, *PRINTED)))


def stands_alone(path: str) -> bool:
    """Whether one file of that name may be all of a submission."""
    return is_read(path) and not path.lower().endswith(PRINTED)


def is_wanted(path: str) -> bool:
    """Whether a file's content is taken in, and it is not what tools leave behind."""
    return is_read(path) and not is_leaving(path)


def cap_of(path: str) -> int:
    """The most bytes that are read of a file."""
    kind = kind_of(path)
    if kind == "archive":
        return MAX_ARCHIVE_BYTES
    if kind == "notebook":
        return MAX_NOTEBOOK_BYTES
    if path.lower().endswith(PRINTED):
        return MAX_PRINTED_BYTES
    return MAX_SOURCE_BYTES if kind == "python" else MAX_WRITEUP_BYTES


def lies_last(path: str) -> bool:
    """Whether a file lies in a folder that is rather a tool's than a student's."""
    return not LAST.isdisjoint(part.lower() for part in path.split("/")[:-1])


def turn(path: str) -> tuple[bool, int, int, bool, str]:
    """In which order files are read, so that caps leave out what matters least: code and Markdown first, and of them
    what lies high."""
    is_text = path.lower().endswith(".md")
    rank = 0 if is_text else {"python": 0, "notebook": 0, "archive": 1}.get(kind_of(path), 2)
    return (lies_last(path), rank, path.count("/"), not is_text, path)
