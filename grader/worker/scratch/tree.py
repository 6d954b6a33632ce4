"""Folders and files in memory, by their paths; some are there to be read only, all others share a cap."""

from __future__ import annotations

import errno
import os
import stat
import time
from collections.abc import Mapping

# The current folder, and where temporary files go. No system has them: a path that begins with one is meant for here.
HOME, TEMPORARY = "/submission", "/submission-temporary"
DATA = "data"
MAX_BYTES = 64 << 20
MAX_ENTRIES = 2_000
_BLOCK = 512


class File:
    """The content of one file.

    Args:
        content: bytes where it can only be read.
    """

    def __init__(self, content: bytes | bytearray) -> None:
        self.content = content
        self.number = 0
        self.changed_at = time.time()

    @property
    def is_fixed(self) -> bool:
        """Whether it can only be read."""
        return isinstance(self.content, bytes)


class Folder:
    """What lies in one folder, by name."""

    def __init__(self, *, is_fixed: bool = False) -> None:
        self.entries: dict[str, Node] = {}
        self.is_fixed = is_fixed
        self.number = 0
        self.changed_at = time.time()


Node = File | Folder


class ScratchTree:
    """All of it.

    Args:
        given: files that can only be read, by their paths in the current folder.
    """

    def __init__(self, given: Mapping[str, bytes] | None = None) -> None:
        self.current = HOME
        self.size = self._n_entries = 0
        self._numbers = 0
        self._roots = {HOME: Folder(), TEMPORARY: Folder()}
        self.give(given or {})

    def give(self, given: Mapping[str, bytes]) -> None:
        """Lay down files that can only be read, by their paths in the current folder."""
        for path, content in given.items():
            self._lay_down(path.split("/"), content)

    def _lay_down(self, parts: list[str], content: bytes) -> None:
        folder = self._roots[HOME]
        for name in parts[:-1]:
            inner = folder.entries.setdefault(name, Folder(is_fixed=parts[0] == DATA))
            assert isinstance(inner, Folder)
            folder = inner
        folder.entries[parts[-1]] = File(bytes(content))

    def absolute(self, path: str) -> str:
        """The path from the root on, without `.` and `..`; where it lies is decided by its text alone."""
        path = path.replace("\\", "/") if os.name == "nt" else path
        parts: list[str] = []
        for part in (path if path.startswith("/") else f"{self.current}/{path}").split("/"):
            if part == "..":
                parts[-1:] = []
            elif part not in ("", "."):
                parts.append(part)
        return "/" + "/".join(parts)

    def holds(self, absolute: str) -> bool:
        """Whether a path is meant for here."""
        return f"/{absolute[1:].partition('/')[0]}" in self._roots

    def node(self, path: str) -> Node:
        """What lies at a path.

        Raises:
            OSError: nothing does.
        """
        return self._find(self.absolute(path), path)

    def _find(self, absolute: str, shown: str) -> Node:
        top, *parts = absolute[1:].split("/")
        node: Node | None = self._roots.get(f"/{top}")
        for name in parts:
            if isinstance(node, File):
                raise failure(errno.ENOTDIR, shown)
            node = node.entries.get(name) if node is not None else None
        if node is None or (isinstance(node, File) and shown.endswith("/")):
            raise failure(errno.ENOENT if node is None else errno.ENOTDIR, shown)
        return node

    def folder(self, path: str) -> Folder:
        """The folder at a path.

        Raises:
            OSError: there is none.
        """
        node = self.node(path)
        if isinstance(node, File):
            raise failure(errno.ENOTDIR, path)
        return node

    def place(self, path: str) -> tuple[Folder, str]:
        """The folder in which a path's last part lies, or may be made, and that part.

        Raises:
            OSError: there is no such folder, or nothing may be changed in it.
        """
        absolute = self.absolute(path)
        if absolute in self._roots:
            raise failure(errno.EBUSY, path)
        above, _, name = absolute.rpartition("/")
        folder = self._find(above, path)
        if isinstance(folder, File):
            raise failure(errno.ENOTDIR, path)
        if folder.is_fixed:
            raise failure(errno.EROFS, path)
        if len(name.encode("utf-8", "surrogateescape")) > 255:
            raise failure(errno.ENAMETOOLONG, path)
        return folder, name

    def add(self, path: str, node: Node) -> None:
        """Put something new at a path.

        Raises:
            OSError: it may not be there, something is there, or there is too much already.
        """
        folder, name = self.place(path)
        if name in folder.entries:
            raise failure(errno.EEXIST, path)
        if self._n_entries >= MAX_ENTRIES:
            raise failure(errno.ENOSPC, path, f"the folder in memory takes at most {MAX_ENTRIES:,} files")
        self._n_entries += 1
        folder.entries[name] = node
        folder.changed_at = time.time()

    def remove(self, path: str, *, folder: bool) -> None:
        """Take away a file, or an empty folder.

        Raises:
            OSError: it is not there, is the other of the two, is not empty, or may not be changed.
        """
        node = self.node(path)
        if isinstance(node, Folder) is not folder:
            raise failure(errno.ENOTDIR if folder else errno.EISDIR, path)
        above, name = self.place(path)
        if isinstance(node, Folder) and node.entries:
            raise failure(errno.ENOTEMPTY, path)
        if node.is_fixed:
            raise failure(errno.EROFS, path)
        if isinstance(node, File):
            self.size -= len(node.content)
        del above.entries[name]
        self._n_entries -= 1

    def move(self, source: str, target: str) -> None:
        """Give a file or a folder another path; a file that is there is replaced, and an empty folder by a folder.

        Raises:
            OSError: one of the two cannot be.
        """
        node = self.node(source)
        above, name = self.place(source)
        below, other = self.place(target)
        if node.is_fixed:
            raise failure(errno.EROFS, source)
        if f"{self.absolute(target)}/".startswith(f"{self.absolute(source)}/"):
            if self.absolute(target) == self.absolute(source):
                return
            raise failure(errno.EINVAL, source)
        before = below.entries.get(other)
        if isinstance(before, Folder) and isinstance(node, File):
            raise failure(errno.EISDIR, target)
        if isinstance(before, File) and isinstance(node, Folder):
            raise failure(errno.ENOTDIR, target)
        if before is not None:
            self.remove(target, folder=isinstance(before, Folder))
        del above.entries[name]
        below.entries[other] = node

    def resize(self, file: File, size: int) -> None:
        """Make a file shorter, or longer by zeros.

        Raises:
            OSError: it is too much.
        """
        assert isinstance(file.content, bytearray)
        more = size - len(file.content)
        if more > 0 and self.size + more > MAX_BYTES:
            raise failure(errno.ENOSPC, None, f"the folder in memory takes at most {MAX_BYTES >> 20} MiB")
        if more > 0:
            file.content.extend(bytes(more))
        else:
            del file.content[size:]
        self.size += more
        file.changed_at = time.time()

    def status(self, node: Node) -> os.stat_result:
        """What `os.stat` says of a node."""
        if not node.number:
            self._numbers += 1
            node.number = self._numbers
        writable = not node.is_fixed
        if isinstance(node, Folder):
            mode, size = stat.S_IFDIR | (0o755 if writable else 0o555), 0
        else:
            mode, size = stat.S_IFREG | (0o644 if writable else 0o444), len(node.content)
        at = node.changed_at
        fields: dict[str, object] = {f"st_{kind}time": at for kind in "amc"}
        fields |= {f"st_{kind}time_ns": int(at * 1e9) for kind in "amc"}
        fields |= {"st_blksize": 4096, "st_blocks": -(-size // _BLOCK)}
        return os.stat_result((mode, node.number, 1, 1, 0, 0, size, int(at), int(at), int(at)), fields)


def failure(number: int, path: object, reason: str = "") -> OSError:
    """The error that a real file system would raise."""
    text = reason or os.strerror(number)
    return OSError(number, text) if path is None else OSError(number, text, path)
