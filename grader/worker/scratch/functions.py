"""What Python's `open` and its module `os` do, done to files in memory."""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Iterator
from typing import Any

from grader.worker.scratch.stream import NUMBERS, Stream
from grader.worker.scratch.tree import File, Folder, Node, ScratchTree, failure

_FLAGS = {"r": os.O_RDONLY, "w": os.O_WRONLY | os.O_CREAT | os.O_TRUNC, "a": os.O_WRONLY | os.O_CREAT | os.O_APPEND,
          "x": os.O_WRONLY | os.O_CREAT | os.O_EXCL}  # fmt: skip
_ACCESS = os.O_RDONLY | os.O_WRONLY | os.O_RDWR
# A temporary file without a name; Python makes one with a name where there are none.
_NAMELESS = getattr(os, "O_TMPFILE", 0) & ~getattr(os, "O_DIRECTORY", 0)


def stream_at(tree: ScratchTree, path: str, flags: int) -> Stream:
    """The open file at a path.

    Raises:
        OSError: as `os.open` would.
    """
    writes = bool(flags & _ACCESS) or bool(flags & os.O_TRUNC)
    if flags & _NAMELESS:
        raise failure(errno.EISDIR, path)
    try:
        node = tree.node(path)
        if flags & os.O_CREAT and flags & os.O_EXCL:
            raise failure(errno.EEXIST, path)
    except FileNotFoundError:
        if not flags & os.O_CREAT:
            raise
        node = File(bytearray())
        tree.add(path, node)
    if isinstance(node, Folder):
        raise failure(errno.EISDIR, path)
    if writes and node.is_fixed:
        raise failure(errno.EROFS, path)
    if flags & os.O_TRUNC and node.content:
        tree.resize(node, 0)
    return Stream(tree, node, flags, path)


def open_file(
    tree: ScratchTree,
    path: Any,
    mode: str = "r",
    buffering: int = -1,
    encoding: str | None = None,
    errors: str | None = None,
    newline: str | None = None,
    closefd: bool = True,
    opener: Any = None,
) -> Any:
    """What `open` returns for a path, or for the number of an open file.

    Raises:
        OSError, ValueError, TypeError: as `open` would.
    """
    letters = set(mode)
    if len(letters) != len(mode) or letters - set("rwaxbt+") or len(letters & set("rwax")) != 1 or {*"bt"} <= letters:
        raise ValueError(f"invalid mode: {mode!r}")
    flags = _FLAGS[next(iter(letters & set("rwax")))]
    flags = flags & ~_ACCESS | os.O_RDWR if "+" in letters else flags
    if "b" in letters and (encoding or errors or newline):
        raise ValueError("binary mode doesn't take an encoding, errors or newline argument")
    stream = _open(tree, path, flags, closefd, opener)
    stream.mode = mode if "b" in letters else stream.mode
    if "b" in letters:
        return stream
    text = io.TextIOWrapper(stream, encoding, errors, newline, line_buffering=buffering == 1)
    text.mode = mode  # type: ignore[misc]
    return text


def _open(tree: ScratchTree, path: Any, flags: int, closefd: bool, opener: Any) -> Stream:
    number = opener(path, flags) if opener is not None else path
    held = NUMBERS.get(number)
    if held is None:
        return stream_at(tree, os.fsdecode(path), flags)
    return held if closefd else _Borrowed(tree, held.file, flags, path)


class _Borrowed(Stream):
    """Another view of an open file, which its closing leaves open."""


class FolderEntry:
    """What `os.scandir` yields."""

    def __init__(self, tree: ScratchTree, folder: str, name: str, node: Node) -> None:
        self.name = name
        self.path = os.path.join(folder, name)  # noqa: PTH118
        self._tree = tree
        self._node = node

    def is_dir(self, *, follow_symlinks: bool = True) -> bool:
        """Whether it is a folder."""
        return isinstance(self._node, Folder)

    def is_file(self, *, follow_symlinks: bool = True) -> bool:
        """Whether it is a file."""
        return isinstance(self._node, File)

    def is_symlink(self) -> bool:
        """Never."""
        return False

    def is_junction(self) -> bool:
        """Never."""
        return False

    def inode(self) -> int:
        """Its number."""
        return self.stat().st_ino

    def stat(self, *, follow_symlinks: bool = True) -> os.stat_result:
        """What `os.stat` says of it."""
        return self._tree.status(self._node)

    def __fspath__(self) -> str:
        return self.path

    def __repr__(self) -> str:
        return f"<DirEntry {self.name!r}>"


class Entries(Iterator[FolderEntry]):
    """What `os.scandir` returns."""

    def __init__(self, entries: list[FolderEntry]) -> None:
        self._entries = iter(entries)

    def __next__(self) -> FolderEntry:
        return next(self._entries)

    def close(self) -> None:
        """End it."""
        self._entries = iter(())

    def __enter__(self) -> Entries:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Functions:
    """The functions of `os` that take a path, by their names there; a path is text that the tree holds."""

    def __init__(self, tree: ScratchTree) -> None:
        self._tree = tree

    def open(self, path: str, flags: int, mode: int = 0o777) -> int:
        """A number of an open file."""
        return NUMBERS.hold(stream_at(self._tree, path, flags))

    def stat(self, path: str, *, follow_symlinks: bool = True) -> os.stat_result:
        """What is known of a file or folder."""
        return self._tree.status(self._tree.node(path))

    lstat = stat

    def access(self, path: str, mode: int, *, effective_ids: bool = False, follow_symlinks: bool = True) -> bool:
        """Whether it may be read or written."""
        try:
            node = self._tree.node(path)
        except OSError:
            return False
        return not (mode & os.W_OK and node.is_fixed)

    def listdir(self, path: str = ".") -> list[str]:
        """The names in a folder."""
        return list(self._tree.folder(path).entries)

    def scandir(self, path: str = ".") -> Entries:
        """The entries of a folder."""
        entries = self._tree.folder(path).entries
        return Entries([FolderEntry(self._tree, path, name, node) for name, node in entries.items()])

    def mkdir(self, path: str, mode: int = 0o777) -> None:
        """Make a folder."""
        self._tree.add(path, Folder())

    def rmdir(self, path: str) -> None:
        """Remove an empty folder."""
        self._tree.remove(path, folder=True)

    def unlink(self, path: str) -> None:
        """Remove a file."""
        self._tree.remove(path, folder=False)

    remove = unlink

    def truncate(self, path: str, length: int) -> None:
        """Make a file so long."""
        stream_at(self._tree, path, os.O_RDWR).truncate(length)

    def chdir(self, path: str) -> None:
        """Make another folder the current one."""
        self._tree.folder(path)
        self._tree.current = self._tree.absolute(path)

    def utime(self, path: str, times: Any = None, *, ns: Any = None, follow_symlinks: bool = True) -> None:
        """Change when it was changed."""
        node = self._changeable(path)
        if times is not None:
            node.changed_at = float(times[1])
        elif ns is not None:
            node.changed_at = ns[1] / 1e9

    def chmod(self, path: str, mode: int, *, follow_symlinks: bool = True) -> None:
        """Nothing: what may be written stays so."""
        self._changeable(path)

    def listxattr(self, path: str, *, follow_symlinks: bool = True) -> list[str]:
        """Files have none."""
        self._tree.node(path)
        return []

    def readlink(self, path: str) -> str:
        """There are no links."""
        self._tree.node(path)
        raise failure(errno.EINVAL, path)

    def symlink(self, target: str, path: str, target_is_directory: bool = False) -> None:
        """There are no links."""
        raise failure(errno.EPERM, path, "there are no links here: copy the file")

    def _changeable(self, path: str) -> Node:
        node = self._tree.node(path)
        if node.is_fixed:
            raise failure(errno.EROFS, path)
        return node


class ByNumber:
    """The functions of `os` that take the number of an open file, by their names there."""

    def read(self, stream: Stream, length: int) -> bytes:
        """At most so many bytes."""
        return stream.read(length)

    def write(self, stream: Stream, data: Any) -> int:
        """How many bytes were written: all."""
        return stream.write(data)

    def close(self, stream: Stream) -> None:
        """Close it."""
        stream.close()

    def lseek(self, stream: Stream, offset: int, whence: int) -> int:
        """Move the position."""
        return stream.seek(offset, whence)

    def fstat(self, stream: Stream) -> os.stat_result:
        """What is known of the file."""
        return stream.status()

    def ftruncate(self, stream: Stream, length: int) -> None:
        """Make it so long."""
        stream.truncate(length)

    def fsync(self, stream: Stream) -> None:
        """Nothing: it is all there is."""

    fdatasync = fsync

    def isatty(self, stream: Stream) -> bool:
        """Never."""
        return False

    def get_inheritable(self, stream: Stream) -> bool:
        """Never."""
        return False

    def set_inheritable(self, stream: Stream, inheritable: bool) -> None:
        """Nothing: no other process begins here."""
