"""Open files: they read and write the content in memory as Python's own would read and write a disk."""

from __future__ import annotations

import errno
import io
import os
import weakref
from typing import Any

from grader.worker.scratch.tree import File, ScratchTree, failure


class Stream(io.BufferedIOBase):
    """An open file, of bytes; nothing is held back, so all who have it open see the same.

    Args:
        flags: those of `os.open`.
    """

    def __init__(self, tree: ScratchTree, file: File, flags: int, path: Any) -> None:
        self._tree = tree
        self._file = file
        access = flags & (os.O_RDONLY | os.O_WRONLY | os.O_RDWR)
        self._reads, self._writes = access != os.O_WRONLY, access != os.O_RDONLY
        self._appends = bool(flags & os.O_APPEND)
        self._at = 0
        self._number: int | None = None
        self.name = path
        self.mode = {(True, False): "rb", (False, True): "wb", (True, True): "rb+"}[self._reads, self._writes]

    @property
    def file(self) -> File:
        """What is open."""
        return self._file

    def status(self) -> os.stat_result:
        """What is known of the file."""
        return self._tree.status(self._file)

    def readable(self) -> bool:
        """Whether it was opened to be read."""
        return self._reads

    def writable(self) -> bool:
        """Whether it was opened to be written."""
        return self._writes

    def seekable(self) -> bool:
        """Always."""
        self._refuse_closed()
        return True

    def fileno(self) -> int:
        """A number for Python's functions of the module os; the kernel knows nothing of it."""
        self._refuse_closed()
        if self._number is None:
            self._number = NUMBERS.add(self)
        return self._number

    def isatty(self) -> bool:
        """Never."""
        return False

    def read(self, size: int | None = -1, /) -> bytes:
        """At most so many bytes."""
        self._refuse_closed()
        if not self._reads:
            raise io.UnsupportedOperation("not readable")
        content = self._file.content
        end = len(content) if size is None or size < 0 else min(self._at + size, len(content))
        data = bytes(memoryview(content)[self._at : end])
        self._at += len(data)
        return data

    read1 = read

    def peek(self, _size: int = 0, /) -> bytes:
        """What comes next, without going on."""
        at = self._at
        data = self.read(8192)
        self._at = at
        return data

    def readline(self, size: int | None = -1, /) -> bytes:
        """Up to the end of a line."""
        at = self._file.content.find(b"\n", self._at)
        length = -1 if at < 0 else at + 1 - self._at
        if size is not None and size >= 0:
            length = size if length < 0 else min(length, size)
        return self.read(length)

    def readinto(self, buffer: Any, /) -> int:
        """Fill a buffer."""
        view = memoryview(buffer).cast("B")
        data = self.read(len(view))
        view[: len(data)] = data
        return len(data)

    readinto1 = readinto

    def write(self, data: Any, /) -> int:
        """Write at the position, or at the end where it was opened to append.

        Raises:
            OSError: there is no room.
        """
        self._refuse_closed()
        if not self._writes:
            raise io.UnsupportedOperation("not writable")
        view = memoryview(data).cast("B")
        if self._appends:
            self._at = len(self._file.content)
        end = self._at + len(view)
        if end > len(self._file.content) and len(view):
            self._tree.resize(self._file, end)
        assert isinstance(self._file.content, bytearray)
        self._file.content[self._at : end] = view
        self._at = end
        return len(view)

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Move the position."""
        self._refuse_closed()
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: len(self._file.content)}
        if whence not in start:
            raise ValueError(f"invalid whence ({whence}, should be 0, 1 or 2)")
        if start[whence] + offset < 0:
            raise failure(errno.EINVAL, None)
        self._at = start[whence] + offset
        return self._at

    def tell(self) -> int:
        """The position."""
        self._refuse_closed()
        return self._at

    def truncate(self, size: int | None = None, /) -> int:
        """Make it so long, or as long as the position says."""
        self._refuse_closed()
        if not self._writes:
            raise io.UnsupportedOperation("truncate")
        size = self._at if size is None else size
        self._tree.resize(self._file, size)
        return size

    def close(self) -> None:
        """Close it."""
        if self._number is not None:
            NUMBERS.forget(self._number)
            self._number = None
        super().close()

    def _refuse_closed(self) -> None:
        if self.closed:
            raise ValueError("I/O operation on closed file")


class _Numbers:
    """Open files by number; the numbers are far beyond those that the kernel gives."""

    def __init__(self) -> None:
        self._streams: weakref.WeakValueDictionary[int, Stream] = weakref.WeakValueDictionary()
        self._held: dict[int, Stream] = {}
        self._next = 1 << 20

    def add(self, stream: Stream) -> int:
        """A number for an open file."""
        self._next += 1
        self._streams[self._next] = stream
        return self._next

    def hold(self, stream: Stream) -> int:
        """The number of an open file that stays open though nothing but the number names it."""
        number = stream.fileno()
        self._held[number] = stream
        return number

    def get(self, number: Any) -> Stream | None:
        """The open file of a number, where it is one of these."""
        return self._streams.get(number) if type(number) is int else None

    def forget(self, number: int) -> None:
        """The number stands for nothing any more."""
        self._streams.pop(number, None)
        self._held.pop(number, None)


NUMBERS = _Numbers()
