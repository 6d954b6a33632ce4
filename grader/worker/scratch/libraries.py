"""The few places in numpy and torch that go to the kernel by a file's name or number, not by Python's `open`."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import numpy as np

from grader.worker.scratch.stream import Stream

# owner, name, what stands there instead.
Replacement = tuple[Any, str, Any]


IsMeant: TypeAlias = Callable[[Any], bool]
Opens: TypeAlias = Callable[..., Any]


def _in_numpy(is_meant: IsMeant, opens: Opens) -> Iterator[Replacement]:
    yield np, "fromfile", _fromfile(_FROMFILE, is_meant, opens)
    memmap = _memmap(_MEMMAP, is_meant, opens)
    yield np, "memmap", memmap
    for name in ("numpy.lib.format", "numpy.lib._format_impl", "numpy.lib._npyio_impl"):
        if hasattr(sys.modules.get(name), "memmap"):
            yield sys.modules[name], "memmap", memmap


def _in_data_sources(_is_meant: IsMeant, _opens: Opens) -> Iterator[Replacement]:
    """What `np.loadtxt` opens files with, which is taken from `io` but once."""
    openers = sys.modules["numpy.lib._datasource"]._file_openers
    openers._load()
    yield openers, "_file_openers", {**openers._file_openers, None: _open_as_io_does_now}


def _open_as_io_does_now(*args: Any, **named: Any) -> Any:
    return io.open(*args, **named)  # noqa: UP020


def _in_torch(is_meant: IsMeant, opens: Opens) -> Iterator[Replacement]:
    """What `torch.save` writes to where it gets a path, and what it asks whether a file has a number."""
    module = sys.modules["torch.serialization"]
    writer, asks = (_TORCH.setdefault(name, getattr(module, name)) for name in _OF_TORCH)
    yield module, _OF_TORCH[0], lambda file: writer(opens(file, "wb") if is_meant(file) else file)
    yield module, _OF_TORCH[1], lambda file: not is_in_memory(file) and asks(file)


# What is replaced in a module once it is loaded.
LOADED: dict[str, Callable[[IsMeant, Opens], Iterator[Replacement]]] = {
    "numpy": _in_numpy,
    "numpy.lib._datasource": _in_data_sources,
    "torch.serialization": _in_torch,
}
_FROMFILE, _MEMMAP = np.fromfile, np.memmap
_OF_TORCH = ("_open_zipfile_writer", "_should_read_directly")
_TORCH: dict[str, Any] = {}


def is_in_memory(file: Any) -> bool:
    """Whether an open file is one in memory."""
    return isinstance(file, Stream)


def _fromfile(original: Any, is_meant: Callable[[Any], bool], opens: Callable[..., Any]) -> Any:
    def fromfile(
        file: Any, dtype: Any = float, count: int = -1, sep: str = "", offset: int = 0, **named: Any
    ) -> np.ndarray[Any, Any]:
        if not is_in_memory(file) and (hasattr(file, "read") or not is_meant(file)):
            return original(file, dtype, count, sep, offset, **named)  # type: ignore[no-any-return]
        stream = file if is_in_memory(file) else opens(file, "rb")
        if sep:
            return np.fromstring(stream.read().decode(), dtype, count, sep=sep)
        stream.seek(offset, 1)
        size = np.dtype(dtype).itemsize
        data = stream.read(-1 if count < 0 else count * size)
        return np.frombuffer(data[: len(data) // size * size], dtype).copy()

    return fromfile


def _memmap(original: Any, is_meant: Callable[[Any], bool], opens: Callable[..., Any]) -> Any:
    class memmap(original):  # type: ignore[misc]  # noqa: N801
        """As numpy's; of a file in memory it is a copy that goes back to it by `flush`."""

        def __new__(
            cls,
            filename: Any,
            dtype: Any = np.uint8,
            mode: str = "r+",
            offset: int = 0,
            shape: Any = None,
            order: Any = "C",
        ) -> Any:
            if hasattr(filename, "read") or not is_meant(filename):
                return original.__new__(cls, filename, dtype, mode, offset, shape, order)
            kind = np.dtype(dtype)
            with opens(filename, {"r": "rb", "c": "rb", "r+": "rb+", "w+": "wb+"}.get(mode, "rb")) as stream:
                if mode == "w+":
                    stream.write(bytes(offset + int(np.prod(shape)) * kind.itemsize))
                stream.seek(offset)
                data = bytearray(stream.read())
            if shape is None:
                shape = (len(data) // kind.itemsize,)
            self = np.ndarray.__new__(cls, shape, kind, data, 0, order=order)
            self._mmap, self.offset, self.mode, self.filename = None, offset, mode, filename
            self.flags.writeable = mode != "r"
            return self

        def flush(self) -> None:
            """Write what was changed to the file."""
            if getattr(self, "filename", None) is not None and self.mode in ("r+", "w+") and self._mmap is None:
                with opens(self.filename, "rb+") as stream:
                    stream.seek(self.offset)
                    stream.write(self.tobytes("A"))
            else:
                super().flush()

        def __del__(self) -> None:
            if type(self.base) is bytearray and getattr(self, "mode", "r") in ("r+", "w+"):
                self.flush()

    memmap.__name__ = memmap.__qualname__ = "memmap"
    memmap.__module__ = "numpy"
    return memmap
