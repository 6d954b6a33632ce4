"""Reads 7z archives in memory, as far as the standard library unpacks what is in them.

The format is a list of packed streams, each unpacked by a chain of coders into one text in which the files lie one
after the other; a header at the end, which is often packed itself, says which. What a header says is believed only
within its own bytes, and no chain gives more than it was said to give.
"""

from __future__ import annotations

import bz2
import lzma
import stat
import struct
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

MAGIC = b"7z\xbc\xaf\x27\x1c"
_MAX_HEADER = 8 << 20
_MAX_CODERS = 4
_MAX_FILES = 100_000
_END, _HEADER, _STREAMS, _FILES, _PACKS, _UNPACKS, _SUBSTREAMS, _SIZES, _DIGESTS, _FOLDERS, _CODED, _COUNTS = (
    0x00, 0x01, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0A, 0x0B, 0x0C, 0x0D,
)  # fmt: skip
_EMPTY, _EMPTY_FILE, _NAMES, _ATTRIBUTES, _PACKED_HEADER = 0x0E, 0x0F, 0x11, 0x15, 0x17
_FILTERS = {
    b"\x04": lzma.FILTER_X86, b"\x03\x03\x01\x03": lzma.FILTER_X86, b"\x03\x03\x02\x05": lzma.FILTER_POWERPC,
    b"\x03\x03\x04\x01": lzma.FILTER_IA64, b"\x03\x03\x05\x01": lzma.FILTER_ARM,
    b"\x03\x03\x07\x01": lzma.FILTER_ARMTHUMB, b"\x03\x03\x08\x05": lzma.FILTER_SPARC,
}  # fmt: skip
_COPY, _LZMA, _LZMA2, _DELTA = b"\0", b"\3\1\1", b"\x21", b"\3"
_DEFLATE, _BZIP2, _AES = b"\4\1\x08", b"\4\2\2", b"\6\xf1\7\1"


class UnreadableSevenZip(ValueError):
    """It is no 7z archive that can be read; the message says why."""


@dataclass(frozen=True)
class ArchivedFile:
    """One file: its name, whether it is a regular one, and its bytes, up to so many."""

    name: str
    is_regular: bool
    read: Callable[[int], bytes]


class _Bytes:
    """Bytes that are read from their beginning on; what goes beyond their end is refused."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def take(self, n: int) -> bytes:
        if n > len(self._data) - self._at:
            raise UnreadableSevenZip("its header ends in the middle")
        self._at += n
        return self._data[self._at - n : self._at]

    def byte(self) -> int:
        return self.take(1)[0]

    def number(self) -> int:
        """A number, whose first byte says by its leading ones how many more bytes there are."""
        first, value = self.byte(), 0
        for n in range(8):
            mask = 0x80 >> n
            if not first & mask:
                return value | (first & (mask - 1)) << (8 * n)
            value |= self.byte() << (8 * n)
        return value

    def count(self) -> int:
        """A number of things, each of which takes space in the header somewhere."""
        number = self.number()
        if number > len(self._data):
            raise UnreadableSevenZip("its header speaks of more than it holds")
        return number

    def bits(self, n: int) -> list[bool]:
        packed = self.take((n + 7) // 8)
        return [bool(packed[k // 8] & (0x80 >> k % 8)) for k in range(n)]

    def read_defined(self, n: int) -> list[bool]:
        return [True] * n if self.byte() else self.bits(n)

    def digests(self, n: int) -> list[int | None]:
        return [struct.unpack("<I", self.take(4))[0] if known else None for known in self.read_defined(n)]

    def properties(self) -> Iterator[int]:
        """The marks of what follows, up to the one that ends it."""
        while (mark := self.byte()) != _END:
            yield mark


@dataclass(frozen=True)
class _Coder:
    method: bytes
    settings: bytes


@dataclass
class _Folder:
    """One chain of coders, the last to unpack first, and how much comes out of it."""

    coders: list[_Coder]
    packed: bytes = b""
    first: int = 0  # which of the coders, as they are listed, gives what comes out
    size: int = 0
    digest: int | None = None

    @cached_property
    def content(self) -> bytes:
        """All that comes out."""
        data = self.packed
        for chain in _chains(self.coders):
            data = _unpack(chain, data, self.size)
        if len(data) != self.size or (self.digest is not None and zlib.crc32(data) != self.digest):
            raise UnreadableSevenZip("its bytes do not match their sum")
        return data


# A file that is not empty: the chain that it comes out of, where it begins and ends in that, and its sum.
_Stream = tuple[_Folder, int, int, int | None]


def entries(data: bytes, most: int) -> list[ArchivedFile]:
    """The files of an archive, folders left out.

    Args:
        most: so many bytes may come out of it together.

    Raises:
        UnreadableSevenZip: it cannot be read. So does reading an entry.
    """
    header, streams = _header(data), list[_Stream]()
    for mark in header.properties():
        if mark == _STREAMS:
            streams = _streams(header, data)
        elif mark == _FILES:
            return _files(header, streams, most)
        else:
            raise UnreadableSevenZip("its header is of a kind that is not read")
    return []


def _header(data: bytes) -> _Bytes:
    """What comes after the mark of a header, unpacked where it is packed."""
    if len(data) < 32 or not data.startswith(MAGIC):
        raise UnreadableSevenZip("it does not begin as a 7z archive does")
    offset, size, digest = struct.unpack("<QQI", data[12:32])
    raw = data[32 + offset : 32 + offset + size] if offset < len(data) else b""
    if len(raw) != size or zlib.crc32(raw) != digest:
        raise UnreadableSevenZip("it ends in the middle, or is damaged")
    header = _Bytes(raw)
    kind = header.byte() if raw else _END
    for _ in range(2):
        if kind != _PACKED_HEADER:
            break
        packed = _streams(header, data)
        if len(packed) != 1 or packed[0][0].size > _MAX_HEADER:
            raise UnreadableSevenZip("its header is of a kind that is not read")
        header = _Bytes(packed[0][0].content)
        kind = header.byte()
    if kind not in (_HEADER, _END):
        raise UnreadableSevenZip("its header is of a kind that is not read")
    return header if kind == _HEADER else _Bytes(b"\0")


def _streams(header: _Bytes, data: bytes) -> list[_Stream]:
    packs: list[bytes] = []
    folders: list[_Folder] = []
    found: list[_Stream] | None = None
    for mark in header.properties():
        if mark == _PACKS:
            packs = _packs(header, data)
        elif mark == _UNPACKS:
            folders = _folders(header, packs)
        elif mark == _SUBSTREAMS:
            found = _substreams(header, folders)
        else:
            raise UnreadableSevenZip("its header is of a kind that is not read")
    return [(folder, 0, folder.size, folder.digest) for folder in folders] if found is None else found


def _packs(header: _Bytes, data: bytes) -> list[bytes]:
    at, n = 32 + header.number(), header.count()
    packs = []
    for mark in header.properties():
        if mark == _SIZES:
            for _ in range(n):
                size = header.number()
                packs.append(data[at : at + size])
                at += size
        elif mark == _DIGESTS:
            header.digests(n)
    return packs


def _folders(header: _Bytes, packs: Sequence[bytes]) -> list[_Folder]:
    folders: list[_Folder] = []
    for mark in header.properties():
        if mark == _FOLDERS:
            n = header.count()
            if header.byte():
                raise UnreadableSevenZip("its header lies in several places")
            folders = [_folder(header, packs[k] if k < len(packs) else b"") for k in range(n)]
        elif mark == _CODED:
            for folder in folders:
                folder.size = [header.number() for _ in folder.coders][folder.first]
        elif mark == _DIGESTS:
            for folder, digest in zip(folders, header.digests(len(folders)), strict=True):
                folder.digest = digest
    return folders


def _folder(header: _Bytes, packed: bytes) -> _Folder:
    coders = []
    n = header.count()
    for _ in range(n):
        flags = header.byte()
        method = header.take(flags & 0x0F)
        if flags & 0x10:
            raise UnreadableSevenZip(_why_not(method))
        coders.append(_Coder(method, header.take(header.number()) if flags & 0x20 else b""))
    if not 0 < n <= _MAX_CODERS:
        raise UnreadableSevenZip("it is packed in a way that is not opened here")
    order = {header.number(): header.number() for _ in range(n - 1)}  # whose input is the output of which
    chain = [next((k for k in range(n) if k not in order.values()), 0)]
    while chain[-1] in order and len(chain) < n:
        chain.append(order[chain[-1]])
    if len(chain) < n or any(k >= n for k in chain):
        raise UnreadableSevenZip("it is packed in a way that is not opened here")
    return _Folder([coders[k] for k in chain], packed, chain[0])


def _substreams(header: _Bytes, folders: Sequence[_Folder]) -> list[_Stream]:
    counts = [1] * len(folders)
    sizes: list[list[int]] | None = None
    digests: list[int | None] = []
    for mark in header.properties():
        if mark == _COUNTS:
            counts = [header.count() for _ in folders]
            if sum(counts) > _MAX_FILES:
                raise UnreadableSevenZip(f"it has more than {_MAX_FILES} files")
        elif mark == _SIZES:
            sizes = [[header.number() for _ in range(count - 1)] for count in counts]
        elif mark == _DIGESTS:
            unknown = sum(n for n, folder in zip(counts, folders, strict=True) if n != 1 or folder.digest is None)
            digests = header.digests(unknown)
    found: list[_Stream] = []
    told = iter(digests)
    for k, (folder, n) in enumerate(zip(folders, counts, strict=True)):
        own = [*(sizes[k] if sizes else [0] * (n - 1)), 0][:n]
        if n:
            own[-1] = folder.size - sum(own[:-1])
        at = 0
        for size in own:
            digest = folder.digest if n == 1 and folder.digest is not None else next(told, None)
            found.append((folder, at, at + size, digest))
            at += size
    return found


def _files(header: _Bytes, streams: Sequence[_Stream], most: int) -> list[ArchivedFile]:
    n = header.count()
    names, modes, empty, is_file = [""] * n, [0] * n, [False] * n, [False] * n
    for mark in header.properties():
        own = _Bytes(header.take(header.number()))
        if mark == _EMPTY:
            empty = own.bits(n)
        elif mark == _EMPTY_FILE:
            told = iter(own.bits(sum(empty)))
            is_file = [one and next(told) for one in empty]
        elif mark == _NAMES:
            names = _names(own, n)
        elif mark == _ATTRIBUTES:
            modes = _modes(own, n)
    room, rest, found = _Room(most), iter(streams), []
    for name, mode, is_empty, is_empty_file in zip(names, modes, empty, is_file, strict=True):
        is_regular = stat.S_IFMT(mode) in (0, stat.S_IFREG)
        if not is_empty:
            stream = next(rest, None)
            if stream is None:
                raise UnreadableSevenZip("its header speaks of more than it holds")
            found.append(ArchivedFile(name, is_regular, room.reader(*stream)))
        elif is_empty_file:
            found.append(ArchivedFile(name, is_regular, lambda _most: b""))
    return found


def _names(own: _Bytes, n: int) -> list[str]:
    if own.byte():
        raise UnreadableSevenZip("its header lies in several places")
    names = []
    for _ in range(n):
        letters = bytearray()
        while (letter := own.take(2)) != b"\0\0":
            letters += letter
        names.append(letters.decode("utf-16-le", "replace"))
    return names


def _modes(own: _Bytes, n: int) -> list[int]:
    """What Unix tools write beside the attributes of Windows: whether a file is a link or a device."""
    known = own.read_defined(n)
    if own.byte():
        raise UnreadableSevenZip("its header lies in several places")
    attributes = [struct.unpack("<I", own.take(4))[0] if one else 0 for one in known]
    return [one >> 16 if one & 0x8000 else 0 for one in attributes]


class _Room:
    """How much may still come out of an archive: each chain counts once, since all its files come out together."""

    def __init__(self, most: int) -> None:
        self._left = most
        self._open: set[int] = set()

    def reader(self, folder: _Folder, start: int, end: int, digest: int | None) -> Callable[[int], bytes]:
        def read(most: int) -> bytes:
            if id(folder) not in self._open:
                if folder.size > self._left:
                    raise UnreadableSevenZip("it unfolds to more than is read")
                self._left -= folder.size
                self._open.add(id(folder))
            content = folder.content[start:end]
            if digest is not None and zlib.crc32(content) != digest:
                raise UnreadableSevenZip("its bytes do not match their sum")
            return content[:most]

        return read


def _chains(coders: Sequence[_Coder]) -> list[list[_Coder]]:
    """The coders in the order in which they unpack, those together that one library does in one step."""
    chains: list[list[_Coder]] = []
    for coder in coders:
        if chains and coder.method in (_LZMA, _LZMA2) and chains[-1][-1].method in (*_FILTERS, _DELTA):
            chains[-1].append(coder)
        else:
            chains.append([coder])
    return chains[::-1]


def _unpack(chain: Sequence[_Coder], data: bytes, size: int) -> bytes:
    last = chain[-1]
    if last.method == _COPY:
        return data[:size]
    try:
        if last.method == _DEFLATE:
            return zlib.decompressobj(wbits=-15).decompress(data, max(1, size))
        if last.method == _BZIP2:
            return bz2.BZ2Decompressor().decompress(data, size)
        filters = [_filter(coder, size) for coder in chain]
        return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=filters).decompress(data, size)
    except (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError, struct.error, IndexError) as error:
        raise UnreadableSevenZip(str(error) or "its bytes are damaged") from None


def _filter(coder: _Coder, size: int) -> dict[str, Any]:
    """A coder as `lzma` takes it; with a window no larger than what comes out, whatever it asks for."""
    window = max(4096, size)
    if coder.method in _FILTERS:
        return {"id": _FILTERS[coder.method]}
    if coder.method == _DELTA:
        return {"id": lzma.FILTER_DELTA, "dist": coder.settings[0] + 1}
    if coder.method == _LZMA2:
        return {"id": lzma.FILTER_LZMA2, "dict_size": window}
    if coder.method == _LZMA:
        first = coder.settings[0]
        return {"id": lzma.FILTER_LZMA1, "dict_size": window, "lc": first % 9, "lp": first // 9 % 5, "pb": first // 45}
    raise UnreadableSevenZip(_why_not(coder.method))


def _why_not(method: bytes) -> str:
    encrypted = "it is encrypted: hand in without a password"
    return encrypted if method == _AES else "it is packed in a way that is not opened here"
