"""A submission as bytes: what a student handed in, bounded, never opened and never run by anything here."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from grader.worker.encodings import decode_source

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}\Z")
# The end of an id that was made of a name; no name has it and stays as it is.
_MADE = re.compile(r"\.[0-9a-f]{8}\Z")


@dataclass(frozen=True)
class Submission:
    """One hand-in.

    Args:
        files: path → content, of the kinds that are read: code, notebooks, plain text, and archives to be opened.
        notes: what was noticed on the way, for the feedback.
        archive: what was handed in instead of files, which are found in it by the sandbox alone.
        others: the paths of files that are known by name alone.
        unread: path → why it was not read.
        unread_digest: of the bytes of `others` and `unread`, which a person may have looked at.
    """

    id: str
    files: Mapping[str, bytes]
    notes: tuple[str, ...] = ()
    archive: bytes | None = None
    archive_name: str = ""
    others: tuple[str, ...] = ()
    unread: Mapping[str, str] = field(default_factory=dict)
    unread_digest: str = ""

    @property
    def digest(self) -> str:
        """sha256 over names and contents; of an archive as it is, which tells as much and need not be opened."""
        hashed = hashlib.sha256()
        if self.archive is not None:
            hashed.update(f"{self.archive_name.lower().rpartition('.')[2]}\0".encode() + self.archive)
            return hashed.hexdigest()
        for path in sorted(self.files):
            hashed.update(f"{path}\0{len(self.files[path])}\0".encode() + self.files[path])
        for path in (*sorted(self.others), *sorted(self.unread)):
            hashed.update(f"\0{path}\0".encode("utf-8", "surrogateescape"))
        hashed.update(self.unread_digest.encode())
        return hashed.hexdigest()

    @cached_property
    def sources(self) -> dict[str, str | bytes]:
        """The Python sources: as text, or bytes where they name their encoding, for Python to read in the sandbox.

        A notebook stays bytes: pictures in it make it longer than a text in a message may be.
        """
        own = {path: data for path, data in self.files.items() if path.endswith((".py", ".ipynb"))}
        return {path: decode_source(data)[0] if path.endswith(".py") else data for path, data in own.items()}


def identifier(name: str) -> str:
    """A submission id for a folder's name: the name itself where it is one, else one made of it.

    >>> identifier("ana"), identifier("Größe/..")[:5]
    ('ana', 'Gr_e.')
    """
    return name if is_id(name) else made_id(name)


def id_of_name(name: str) -> str:
    """The id under which a folder of this name, as somebody types it, is graded."""
    return identifier(unicodedata.normalize("NFC", name))


def is_id(name: str) -> bool:
    """Whether a name is a submission's id as it is; one that looks as if it had been made of another never is."""
    return bool(ID.match(name)) and ".." not in name and not _MADE.search(name)


def is_made(name: str) -> bool:
    """Whether a name is such as `made_id` makes them."""
    return _MADE.search(name) is not None


def made_id(name: str) -> str:
    """An id that is made of a name, and of no other."""
    kept = re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_")[:40]
    return f"{kept or 'submission'}.{hashlib.sha256(os.fsencode(name)).hexdigest()[:8]}"
