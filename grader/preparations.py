"""Prepared checks kept on disk, so that cases are drawn and the reference is run once and not at every start."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

# Older preparations of the same check that stay: those of the other seeds of a `--seeds` run.
MAX_KEPT = 8
_TAG = "Signature: 8a477f597d28d172789f06886806bc55\n# What grader prepared once; it may be deleted at any time.\n"


class Preparations:
    """Bytes by check and key in a folder of the course's cache; a folder that cannot be written keeps nothing.

    `used` are the files that were read or written.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.used: set[Path] = set()

    def get(self, check: str, key: str) -> bytes | None:
        """What was kept under exactly this key, or None."""
        try:
            data = self._path(check, key).read_bytes()
        except OSError:
            return None
        self.used.add(self._path(check, key))
        return data

    def put(self, check: str, key: str, data: bytes) -> None:
        """Keep `data`, whole or not at all, and let the oldest of this check go."""
        path = self._path(check, key)
        fresh = path.with_name(f"{path.name}.{os.getpid()}")
        with contextlib.suppress(OSError):
            _make(self._folder)
            fresh.write_bytes(data)
            fresh.replace(path)
            self.used.add(path)
            kept = sorted(self._folder.glob(f"{check}-*.prepared"), key=lambda path: path.stat().st_mtime)
            for old in kept[:-MAX_KEPT]:
                old.unlink()

    def _path(self, check: str, key: str) -> Path:
        return self._folder / f"{check}-{key[:32]}.prepared"


def _make(folder: Path) -> None:
    """The folder, within a cache that version control and backups leave out."""
    if folder.is_dir():
        return
    folder.mkdir(parents=True, mode=0o700)
    (folder.parent / ".gitignore").write_text("*\n")
    (folder.parent / "CACHEDIR.TAG").write_text(_TAG)
