"""A submission as bytes: what a student handed in, read from a folder, bounded and never run by anything here."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from grader.errors import SubmissionError

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}\Z")
MAX_FILES = 200
MAX_SOURCE_BYTES = 512 << 10
MAX_WRITEUP_BYTES = 1 << 20
MAX_TOTAL_BYTES = 20 << 20
MAX_ENTRIES = 5_000
# Folders that tools leave behind; nothing of a hand-in is in them.
_SKIPPED = {"__pycache__", "__MACOSX", "node_modules", "venv"}
_KEPT = (".py", ".ipynb", ".md")
# Never a link, never waiting for a pipe's other end; as far as the system has a word for it.
_READ_ONLY = os.O_RDONLY
for _flag in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"):
    _READ_ONLY |= getattr(os, _flag, 0)


@dataclass(frozen=True)
class Submission:
    """One hand-in.

    Args:
        files: path → content, of the kinds that are graded (`.py`, `.ipynb`, `.md`).
        notes: what was left out and why, for the feedback.
    """

    id: str
    files: Mapping[str, bytes]
    notes: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """sha256 over names and contents."""
        hashed = hashlib.sha256()
        for path in sorted(self.files):
            hashed.update(f"{path}\0{len(self.files[path])}\0".encode() + self.files[path])
        return hashed.hexdigest()

    @property
    def sources(self) -> dict[str, str | bytes]:
        """The Python sources: text where they are UTF-8, else bytes, whose encoding Python reads in the sandbox."""
        return {path: _text(data) for path, data in self.files.items() if path.endswith((".py", ".ipynb"))}


def _text(data: bytes) -> str | bytes:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data


def identifier(name: str) -> str:
    """A submission id for a folder's name: the name itself where it is one, else one made of it.

    >>> identifier("ana"), identifier("Größe/..")[:6]
    ('ana', 'Gr_e-1')
    """
    if ID.match(name) and ".." not in name:
        return name
    kept = re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_")[:40]
    return f"{kept or 'submission'}-{hashlib.sha256(name.encode('utf-8', 'surrogateescape')).hexdigest()[:8]}"


def read_folder(folder: Path) -> Submission:
    """The submission in a folder; links, devices and everything beyond the caps are left out with a note.

    Raises:
        SubmissionError: the folder cannot be read at all.
    """
    files: dict[str, bytes] = {}
    notes: list[str] = []
    total = 0
    try:
        for path, kind in _regular_files(folder, notes):
            cap = MAX_SOURCE_BYTES if kind == ".py" else MAX_WRITEUP_BYTES if kind == ".md" else MAX_TOTAL_BYTES
            size = (folder / path).lstat().st_size
            if size > cap and kind != ".md":
                notes.append(f"{path} has {size} bytes and was left out: at most {cap} are read")
            elif len(files) >= MAX_FILES or total + min(size, cap) > MAX_TOTAL_BYTES:
                notes.append(
                    f"{path} was left out: a submission has at most {MAX_FILES} files of {MAX_TOTAL_BYTES >> 20} MiB"
                )
            else:
                files[path] = _read(folder / path, cap + 1)
                total += len(files[path])
    except OSError as error:
        raise SubmissionError(f"{folder} cannot be read: {error.strerror or error}") from None
    name = folder.resolve().name
    if identifier(name) != name:
        notes.append(f"the folder's name {name[:80]!r} is no submission id; it is graded as {identifier(name)}")
    return Submission(identifier(name), files, tuple(notes))


def _read(path: Path, most: int) -> bytes:
    """At most `most` bytes of a regular file that is not a link, whatever it became since it was listed."""
    descriptor = os.open(path, _READ_ONLY)
    with open(descriptor, "rb") as stream:  # noqa: PTH123
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise SubmissionError(f"{path} is no regular file")
        return stream.read(most)


def _regular_files(folder: Path, notes: list[str]) -> Iterator[tuple[str, str]]:
    """Relative path and suffix of each file that may be part of a submission, in a fixed order."""
    seen = 0
    for here, folders, names in os.walk(folder, onerror=_raise):
        folders[:] = sorted(name for name in folders if name not in _SKIPPED and not name.startswith("."))
        for name in sorted(names):
            seen += 1
            if seen > MAX_ENTRIES:
                notes.append(f"only the first {MAX_ENTRIES} entries were looked at")
                return
            path = Path(here, name)
            relative = path.relative_to(folder).as_posix()
            if path.suffix not in _KEPT or name.startswith("."):
                continue
            if not stat.S_ISREG(path.lstat().st_mode):
                notes.append(f"{relative!r} was left out: it is no regular file")
            elif not _is_plain(relative):
                notes.append(f"{relative[:80]!r} was left out: its name cannot be a module's")
            else:
                yield relative, path.suffix


def _raise(error: OSError) -> None:
    raise error


def _is_plain(path: str) -> bool:
    """Whether every part of a path is printable and short."""
    return len(path) <= 200 and path.isprintable() and "\\" not in path and len(PurePosixPath(path).parts) <= 8
