"""A submission as bytes: what a student handed in, bounded, never opened and never run by anything here."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.errors import SubmissionError
from grader.worker.files import ARCHIVES, KEPT, MAX_ENTRIES, MAX_FILES, MAX_TOTAL_BYTES, SKIPPED, cap_of, is_plain

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}\Z")
MAX_ARCHIVE_BYTES = 32 << 20
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
        archive: what was handed in instead of files, which are found in it by the sandbox alone.
    """

    id: str
    files: Mapping[str, bytes]
    notes: tuple[str, ...] = ()
    archive: bytes | None = None
    archive_name: str = ""

    @property
    def digest(self) -> str:
        """sha256 over names and contents; of an archive as it is, which tells as much and need not be opened."""
        hashed = hashlib.sha256()
        if self.archive is not None:
            hashed.update(f"{self.archive_name}\0".encode() + self.archive)
            return hashed.hexdigest()
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


def is_submission(path: Path) -> bool:
    """Whether a path may be a submission: a folder, an archive, or a single file of a kind that is graded."""
    return path.is_dir() or path.name.lower().endswith((*ARCHIVES, *KEPT))


def is_hand_in(path: Path) -> bool:
    """Whether an entry of a class's folder is a student's: a folder, an archive or a notebook."""
    return not path.name.startswith(".") and (path.is_dir() or path.name.lower().endswith((*ARCHIVES, ".ipynb")))


def read_submission(path: Path) -> Submission:
    """The submission at a path: a folder, an archive, or a single file.

    Raises:
        SubmissionError: it cannot be read at all.
    """
    return read_folder(path) if path.is_dir() else _read_file(path)


def _read_file(path: Path) -> Submission:
    suffix = next((end for end in (*ARCHIVES, *KEPT) if path.name.lower().endswith(end)), "")
    stem = path.name[: len(path.name) - len(suffix)]
    try:
        data = _read(path, MAX_ARCHIVE_BYTES + 1)
    except OSError as error:
        raise SubmissionError(f"{path} cannot be read: {error.strerror or error}") from None
    if len(data) > MAX_ARCHIVE_BYTES:
        raise SubmissionError(f"{path} has more than {MAX_ARCHIVE_BYTES >> 20} MiB, which is more than is read")
    notes = _renamed(stem)
    if suffix in ARCHIVES:
        return Submission(identifier(stem), {}, notes, data, f"archive{suffix}")
    if not is_plain(path.name):
        raise SubmissionError(f"{path} has a name that no module can have")
    return Submission(identifier(stem), {path.name: data[: cap_of(path.name) + 1]}, notes)


def _renamed(name: str) -> tuple[str, ...]:
    if identifier(name) == name:
        return ()
    return (f"the name {name[:80]!r} is no submission id; it is graded as {identifier(name)}",)


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
            cap = cap_of(path)
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
    return Submission(identifier(name), files, (*notes, *_renamed(name)))


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
        folders[:] = sorted(name for name in folders if name not in SKIPPED and not name.startswith("."))
        for name in sorted(names):
            seen += 1
            if seen > MAX_ENTRIES:
                notes.append(f"only the first {MAX_ENTRIES} entries were looked at")
                return
            path = Path(here, name)
            relative = path.relative_to(folder).as_posix()
            if path.suffix not in KEPT or name.startswith("."):
                continue
            if not stat.S_ISREG(path.lstat().st_mode):
                notes.append(f"{relative!r} was left out: it is no regular file")
            elif not is_plain(relative):
                notes.append(f"{relative[:80]!r} was left out: its name cannot be a module's")
            else:
                yield relative, path.suffix


def _raise(error: OSError) -> None:
    raise error
