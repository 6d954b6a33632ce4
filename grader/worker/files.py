"""What may be a file of a submission: its names, kinds and sizes, the same for folders and archives."""

from __future__ import annotations

import unicodedata
from pathlib import PurePosixPath

MAX_FILES = 200
MAX_SOURCE_BYTES = 512 << 10
MAX_WRITEUP_BYTES = 1 << 20
MAX_TOTAL_BYTES = 20 << 20
MAX_ENTRIES = 5_000
KEPT = (".py", ".ipynb", ".md")
ARCHIVES = (".zip", ".tar.gz", ".tgz", ".tar")
# Folders that tools leave behind; nothing of a hand-in is in them.
SKIPPED = frozenset({"__pycache__", "__MACOSX", "node_modules", "venv"})


def is_plain(path: str) -> bool:
    """Whether every part of a relative path is printable and short, and none means another place on any system."""
    parts = PurePosixPath(path).parts
    return (
        0 < len(path) <= 200
        and path.isprintable()
        and not set(path) & set("\\:")
        and not path.startswith("/")
        and ".." not in parts
        and len(parts) <= 8
        and unicodedata.normalize("NFKC", path).split("/") == [unicodedata.normalize("NFKC", part) for part in parts]
    )


def is_wanted(path: str) -> bool:
    """Whether a file is of a kind that is graded, and not in what tools leave behind."""
    parts = path.split("/")
    hidden = any(part[:1] == "." and part[1:2] not in ("", ".") for part in parts)
    return path.endswith(KEPT) and not hidden and SKIPPED.isdisjoint(parts)


def cap_of(path: str) -> int:
    """The most bytes that are read of a file."""
    return MAX_SOURCE_BYTES if path.endswith(".py") else MAX_WRITEUP_BYTES if path.endswith(".md") else MAX_TOTAL_BYTES
