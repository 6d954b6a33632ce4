"""Prepared checks kept on disk, so that cases are drawn and the reference is run once and not at every start."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

# Older preparations of the same name that stay: those of the other seeds of a `--seeds` run.
MAX_KEPT = 8
_SEAL = hashlib.sha256().digest_size
MAX_JOURNAL = 4 << 20
_KEPT, _LEARNT = ".prepared", ".journal"
_TAG = "Signature: 8a477f597d28d172789f06886806bc55\n# What grader prepared once; it may be deleted at any time.\n"


def seal(data: bytes) -> bytes:
    """Bytes behind their digest, so that damage is seen."""
    return hashlib.sha256(data).digest() + data


def unseal(data: bytes) -> bytes | None:
    """What was sealed; None where it is not what it was."""
    seal, content = data[:_SEAL], data[_SEAL:]
    return content if hashlib.sha256(content).digest() == seal else None


class Preparations:
    """Bytes by name and key in a folder of the course's cache; a folder that cannot be written keeps nothing.

    A name is a check's and what is kept of it: `conv2d_edges/cases`. `used` are the files that were read or
    written, `damaged` those that are not as they were written, which are made anew.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.used: set[Path] = set()
        self.damaged: set[Path] = set()

    def get(self, name: str, key: str) -> bytes | None:
        """What was kept under exactly this key, or None."""
        try:
            sealed = self._path(name, key).read_bytes()
        except OSError:
            return None
        data = unseal(sealed)
        if data is None:
            self.damaged.add(self._path(name, key))
            return None
        self.used.add(self._path(name, key))
        return data

    def put(self, name: str, key: str, data: bytes) -> None:
        """Keep `data`, whole or not at all, and let the oldest of this name go."""
        path = self._path(name, key)
        fresh = path.with_name(f"{path.name}.{os.getpid()}")
        with contextlib.suppress(OSError):
            self._make(path.parent)
            fresh.write_bytes(seal(data))
            fresh.replace(path)
            self.used.add(path)
            kept = sorted(self._folder.glob(f"{name}-*{_KEPT}"), key=lambda path: path.stat().st_mtime)
            for old in kept[:-MAX_KEPT]:
                old.unlink()
                old.with_suffix(_LEARNT).unlink(missing_ok=True)

    def journal(self, name: str, key: str) -> AppendLog:
        """What was learnt since about what is kept under this name and key."""
        return AppendLog(self._path(name, key).with_suffix(_LEARNT))

    def _path(self, name: str, key: str) -> Path:
        return self._folder / f"{name}-{key[:32]}{_KEPT}"

    def _make(self, folder: Path) -> None:
        """A folder, within a cache that version control and backups leave out."""
        if not folder.is_dir():
            folder.mkdir(parents=True, mode=0o700, exist_ok=True)
            (self._folder.parent / ".gitignore").write_text("*\n")
            (self._folder.parent / "CACHEDIR.TAG").write_text(_TAG)


class AppendLog:
    """Records that several processes write down, a line each; whoever is killed at it loses its own only."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read = 0

    def add(self, record: bytes) -> None:
        """Write a record down, while the journal is not full."""
        line = b"\n" + base64.b64encode(seal(record)) + b"\n"  # the first ends what somebody else did not
        with contextlib.suppress(OSError), self._path.open("ab", buffering=0) as file:
            if file.tell() + len(line) <= MAX_JOURNAL:
                file.write(line)

    def news(self) -> Iterator[bytes]:
        """The whole records that came since the last time."""
        try:
            if self._path.stat().st_size == self._read:
                return
            with self._path.open("rb") as file:
                file.seek(self._read)
                lines = file.read(MAX_JOURNAL).split(b"\n")
        except OSError:
            return
        self._read += sum(len(line) + 1 for line in lines[:-1])
        for line in lines[:-1]:
            with contextlib.suppress(ValueError):
                if line and (record := unseal(base64.b64decode(line, validate=True))) is not None:
                    yield record
