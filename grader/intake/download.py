"""What was downloaded, entry by entry: a zip, a tar or a folder; never unpacked, no name trusted."""

from __future__ import annotations

import bz2
import contextlib
import gzip
import io
import lzma
import os
import re
import stat
import tarfile
import tempfile
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, BinaryIO, cast

from grader.errors import UsageError, display

MAX_ENTRIES = 200_000
# More than any one file that is handed in for a grade; archives of students have a cap of their own below it.
MAX_FILE_BYTES = 64 << 20
MAX_TOTAL_BYTES = 8 << 30
_CHUNK = 1 << 20
_ERRORS = (
    zipfile.BadZipFile, tarfile.TarError, NotImplementedError, RuntimeError, zlib.error, lzma.LZMAError, EOFError,
    OSError, ValueError,
)  # fmt: skip
# What tools leave behind: nobody handed it in.
_LEAVINGS = frozenset(
    {"__macosx", ".git", "__pycache__", ".ipynb_checkpoints", ".ds_store", "thumbs.db", "desktop.ini"}
)
# What joins letters in Persian or Hindi names is invisible, and harmless.
_JOINERS = "\u200c\u200d"


class UnreadableEntry(Exception):
    """An entry cannot be taken over; the message says why."""


@dataclass(frozen=True)
class DownloadEntry:
    """One file of a download: its path with `/`, composed; its content is read only when asked for."""

    path: str
    open: Callable[[], IO[bytes]] = field(compare=False)

    @classmethod
    def of_bytes(cls, path: str, data: bytes) -> DownloadEntry:
        """An entry that was made, not downloaded."""
        return cls(path, lambda: io.BytesIO(data))

    @property
    def parts(self) -> tuple[str, ...]:
        """The folders it lies in, and its name."""
        return tuple(self.path.split("/"))

    @property
    def name(self) -> str:
        """The last part of its path."""
        return self.parts[-1]

    def chunks(self, most: int = MAX_FILE_BYTES) -> Iterator[bytes]:
        """Its content, piece by piece.

        Raises:
            UnreadableEntry: it cannot be read, or has more than `most` bytes, whatever it says of itself.
        """
        left = most
        try:
            with self.open() as stream:
                while piece := stream.read(min(_CHUNK, left + 1)):
                    left -= len(piece)
                    if left < 0:
                        raise UnreadableEntry(f"it has more than {most >> 20} MiB")
                    yield piece
        except (*_ERRORS, MemoryError) as error:
            raise UnreadableEntry(f"it cannot be unpacked ({error or type(error).__name__})") from None

    def text(self, most: int = 1 << 20) -> str:
        """Its content as text: UTF-8, else as Windows writes.

        Raises:
            UnreadableEntry: it cannot be read, or is longer.
        """
        data = b"".join(self.chunks(most))
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError:
            return data.decode("cp1252", "replace")


@dataclass(frozen=True)
class RefusedEntry:
    """An entry that is not taken over, and why."""

    name: str
    reason: str


@dataclass(frozen=True)
class Download:
    """All entries of a download that may be looked at, and those that may not."""

    name: str
    entries: tuple[DownloadEntry, ...]
    refused: tuple[RefusedEntry, ...] = ()
    notes: tuple[str, ...] = ()


@contextlib.contextmanager
def open_download(path: Path) -> Iterator[Download]:
    """The download at a path.

    Raises:
        UsageError: it is no folder and no archive that can be read.
    """
    with contextlib.ExitStack() as stack:
        if path.is_dir():
            found = _listing(path.resolve().name, _folder(path))
        else:
            found = _archive(path, stack)
        yield found


def _archive(path: Path, stack: contextlib.ExitStack) -> Download:
    way_out = "name what was downloaded: a .zip or .tar file, or the folder that it was unpacked to"
    try:
        if path.exists() and not path.is_file():  # a pipe waits for whoever writes, a device never ends
            raise UnreadableEntry("it is neither a file nor a folder")
        stream = stack.enter_context(path.open("rb"))
        name = re.sub(r"\.(?:zip|tar|t[gbx]z2?|tar\.(?:gz|bz2|xz))\Z", "", path.name, flags=re.IGNORECASE)
        if zipfile.is_zipfile(stream):
            return _listing(name, _zip(stack.enter_context(zipfile.ZipFile(stream))))
        stream.seek(0)
        unfolded = _decompress(stream, stack)
        return _listing(name, _tar(stack.enter_context(tarfile.open(fileobj=unfolded, mode="r:"))))
    except UnreadableEntry as error:
        raise UsageError(f"{display(path)}: {error}; {way_out}") from None
    except (*_ERRORS, UnicodeError, OverflowError, RecursionError, MemoryError) as error:
        said = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise UsageError(f"{display(path)} is no archive that can be read ({said}); {way_out}") from None


_PACKED: dict[bytes, Callable[[BinaryIO], IO[bytes]]] = {
    b"\x1f\x8b": lambda stream: cast(IO[bytes], gzip.GzipFile(fileobj=stream)),
    b"BZh": lambda stream: cast(IO[bytes], bz2.BZ2File(stream)),
    b"\xfd7zXZ\0": lambda stream: cast(IO[bytes], lzma.LZMAFile(stream)),  # noqa: SIM115 -- the caller closes it
}


def _decompress(stream: BinaryIO, stack: contextlib.ExitStack) -> BinaryIO:
    """The tar itself: what is compressed goes to a file of its own, since its entries are read in any order."""
    head = stream.read(6)
    stream.seek(0)
    unpack = next((opener for begin, opener in _PACKED.items() if head.startswith(begin)), None)
    if unpack is None:
        return stream
    plain = cast(BinaryIO, stack.enter_context(tempfile.TemporaryFile()))  # noqa: SIM115
    total = 0
    with unpack(stream) as packed:
        while piece := packed.read(_CHUNK):
            total += len(piece)
            if total > MAX_TOTAL_BYTES:
                raise UnreadableEntry(f"it unfolds to more than {MAX_TOTAL_BYTES >> 30} GiB")
            plain.write(piece)
    plain.seek(0)
    return plain


@dataclass(frozen=True)
class _Raw:
    """An entry as the archive has it: its name as written, why it is refused by its kind, how to read it."""

    name: str
    refusal: str
    open: Callable[[], IO[bytes]]
    note: str = ""


def _listing(name: str, raws: Iterator[_Raw]) -> Download:
    entries: list[DownloadEntry] = []
    refused: list[RefusedEntry] = []
    notes: dict[str, None] = {}
    for number, raw in enumerate(raws):
        if number >= MAX_ENTRIES:
            raise UsageError(f"{name} has more than {MAX_ENTRIES} entries, which no class has; import it in parts")
        path = unicodedata.normalize("NFC", raw.name.replace("\\", "/")).removeprefix("./")
        if _is_leaving(path):
            continue
        if reason := _elsewhere(raw.name):
            refused.append(RefusedEntry(raw.name, reason))
            continue
        # What is refused for itself still says by its name whose it is, so that it is missed there.
        reason = raw.refusal or _unseen(raw.name)
        entries.append(DownloadEntry(path, _refusal(reason) if reason else raw.open))
        notes |= {raw.note: None} if raw.note else {}
    return Download(name, tuple(entries), tuple(refused), tuple(notes))


def _is_leaving(path: str) -> bool:
    parts = path.casefold().split("/")
    return not _LEAVINGS.isdisjoint(parts) or parts[-1].startswith("._")


def _refusal(reason: str) -> Callable[[], IO[bytes]]:
    def open_refused() -> IO[bytes]:
        raise UnreadableEntry(reason)

    return open_refused


def _elsewhere(name: str) -> str:
    """Why a name may mean another place than it says; empty where it does not."""
    parts = name.replace("\\", "/").split("/")
    if "\0" in name:
        return "its name holds a zero byte"
    if parts[0] == "" or re.match(r"[A-Za-z]:", name):
        return "its name is a path from the root of a disk"
    if ".." in parts:
        return "its name leads out of its folder"
    return ""


def _unseen(name: str) -> str:
    hidden = (
        unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") for sign in name if sign not in _JOINERS
    )
    return "its name holds signs that cannot be seen" if any(hidden) else ""


def storage_refusal(path: str) -> str:
    """Why a file cannot be kept under a path on every system; empty where it can."""
    parts = path.split("/")
    if len(parts) > 20:
        return "it lies more than 20 folders deep"
    if any(not part for part in parts):
        return "a part of its name is empty"
    if any(len(part.encode("utf-8", "surrogatepass")) > 240 for part in parts):
        return "its name is longer than 240 bytes"
    if any(part[-1] in ". " for part in parts):
        return "its name ends in a dot or a space, which Windows cannot keep"
    if any(_DEVICE.match(part) for part in parts):
        return "its name is a device's on Windows"
    if any(sign in path for sign in ':*?"<>|'):
        return "its name holds a sign that Windows cannot keep"
    return ""


_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|\Z)", re.IGNORECASE)


def _zip(archive: zipfile.ZipFile) -> Iterator[_Raw]:
    for info in archive.infolist():
        name, note = _zip_name(info)
        if not name.endswith(("/", "\\")):
            yield _Raw(name, _zip_refusal(info), _zip_opener(archive, info), note)


def _zip_name(info: zipfile.ZipInfo) -> tuple[str, str]:
    """The name, and a note where its encoding had to be guessed: without the flag many write UTF-8 all the same."""
    raw = info.orig_filename
    if info.flag_bits & 0x800 or raw.isascii():
        return raw, ""
    try:
        return raw.encode("cp437").decode("utf-8"), ""
    except UnicodeError:
        return raw, "some names are in an old code page and may look odd: only ids were relied on"


def _zip_refusal(info: zipfile.ZipInfo) -> str:
    if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG):
        return "it is a link or a device, not a file"
    if info.flag_bits & 1:
        return "it is encrypted"
    if info.file_size > MAX_FILE_BYTES:
        return f"it has more than {MAX_FILE_BYTES >> 20} MiB"
    return ""


def _zip_opener(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Callable[[], IO[bytes]]:
    return lambda: archive.open(info)


def _tar(archive: tarfile.TarFile) -> Iterator[_Raw]:
    for info in archive:
        if not info.isdir():
            is_file = info.isreg() and not info.issparse()
            refusal = "" if is_file else "it is a link or a device, not a file"
            if is_file and info.size > MAX_FILE_BYTES:
                refusal = f"it has more than {MAX_FILE_BYTES >> 20} MiB"
            yield _Raw(info.name, refusal, _tar_opener(archive, info))


def _tar_opener(archive: tarfile.TarFile, info: tarfile.TarInfo) -> Callable[[], IO[bytes]]:
    return lambda: archive.extractfile(info) or io.BytesIO()


def _folder(root: Path) -> Iterator[_Raw]:
    """What lies in a folder; links are never followed, and of a clone only its work tree is looked at."""
    for here, folders, names in os.walk(root):
        links = [name for name in folders if Path(here, name).is_symlink()]
        folders[:] = sorted(name for name in folders if name not in links and name.casefold() not in _LEAVINGS)
        for name in sorted((*names, *links)):
            path = Path(here, name)
            is_file = stat.S_ISREG(path.lstat().st_mode)
            relative = path.relative_to(root).as_posix()
            yield _Raw(relative, "" if is_file else "it is a link or a device, not a file", _file_opener(path))


def _file_opener(path: Path) -> Callable[[], IO[bytes]]:
    def open_file() -> IO[bytes]:
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        return open(os.open(path, flags), "rb")  # noqa: PTH123 -- the caller closes it

    return open_file
