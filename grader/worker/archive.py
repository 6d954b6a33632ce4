"""Reads the members of an archive in memory: plain files with plain names, within the caps of a folder; nothing is
ever written."""

from __future__ import annotations

import bz2
import io
import lzma
import re
import stat
import tarfile
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from grader.worker import sevenzip
from grader.worker.disguises import HEAD_BYTES, may_be_disguised, name_by_content
from grader.worker.files import (
    MAX_ENTRIES,
    MAX_FILES,
    MAX_NAMES,
    MAX_NOTEBOOK_BYTES,
    MAX_TOTAL_BYTES,
    cap_of,
    is_leaving,
    is_plain,
    is_read,
    kind_of,
    turn,
)
from grader.worker.remains import (
    IN_THE_CLOUD,
    is_environment,
    left_out_of_use,
    nothing_but,
    placeholder_for,
    why_left_out,
)

# What all compressed tars and inner archives may unfold to together, whatever is in them.
MAX_UNFOLDED = 64 << 20
# An archive in an archive in an archive is opened; one within that is not.
MAX_DEPTH = 2
MAX_INNER = 20
MAX_TOLD = 500
_PACK_AGAIN = "pack the folder once more"
_NO_NAME = "its name cannot be a module's"
_COMPRESSED = re.compile(r"(?<!\.tar)\.(?:gz|bz2|xz)\Z", re.IGNORECASE)
_ZIP_ERRORS = (
    zipfile.BadZipFile, NotImplementedError, RuntimeError, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError,
)  # fmt: skip
_TAR_ERRORS = (tarfile.TarError, UnicodeError, ValueError, OverflowError, MemoryError, OSError, RecursionError)
# How formats begin that are told apart by their first bytes, whatever the file is called.
_BEGINNINGS = {
    b"PK\x03\x04": "zip", b"PK\x05\x06": "zip", b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"\xfd7zXZ\0": "xz",
    b"Rar!": "rar", b"7z\xbc\xaf": "7z", b"\x28\xb5\x2f\xfd": "zstd", b"<": "page",
}  # fmt: skip


class BadArchive(Exception):
    """The bytes are no archive that can be read; the message is for the student."""


@dataclass
class Contents:
    """What an archive holds.

    Args:
        files: path → content, of the kinds that are read; what an inner archive holds lies in a folder of its name.
        others: the paths of files that are known by name alone.
        unread: path → why it was not read.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)
    unread: dict[str, str] = field(default_factory=dict)
    n_inner: int = 0
    n_sniffed: int = 0
    unfolded: int = 0

    def refuse(self, path: str, why: str) -> None:
        """Note that a file was not read."""
        if len(self.unread) < MAX_TOLD:
            self.unread.setdefault(path[:250], why[:300])

    def room_for(self, path: str) -> int:
        """How many bytes of a file may still be taken."""
        is_book = kind_of(path) == "notebook"
        taken = sum(len(data) for name, data in self.files.items() if (kind_of(name) == "notebook") == is_book)
        return max(0, (MAX_NOTEBOOK_BYTES if is_book else MAX_TOTAL_BYTES) - taken)


@dataclass(frozen=True)
class _Member:
    """One entry: its name in plain letters, why it is left out without a look inside, and how to read it."""

    name: str
    refusal: str
    read: Callable[[int], bytes]


def members(name: str, data: bytes, wanted: Sequence[str] = ()) -> Contents:
    """All that an archive and those within it hold.

    A file that is there twice with different contents is left out both times, since it is not known which was meant;
    one larger than its cap keeps one byte more than the cap where it is a write-up.

    Args:
        wanted: what names of files hold that are to be read before others.

    Raises:
        BadArchive: it cannot be read.
    """
    contents = Contents()
    _open(name, data, "", 0, tuple(word.lower() for word in wanted), contents)
    return contents


def _open(name: str, data: bytes, within: str, depth: int, wanted: Sequence[str], contents: Contents) -> None:
    everything = list(_entries(name, data, contents))
    entries = _without_junk(everything)
    left_out = [entry.name for entry in everything if why_left_out(entry.name)]
    if not entries and not left_out:
        raise BadArchive(nothing_but(entry.name for entry in everything))
    for path, why in left_out_of_use(left_out, [entry.name for entry in entries if not entry.refusal]).items():
        contents.refuse(within + path, why)
    entries.sort(key=lambda entry: (not any(word in entry.name.lower() for word in wanted), turn(entry.name)))
    first: dict[str, bytes | None] = {}
    read = 0
    for entry in entries:
        path = within + entry.name
        if not entry.refusal:
            path = within + _true_name(entry, contents)
        if not entry.refusal and is_plain(path) and not is_read(path) and kind_of(path) != "archive":
            contents.others += [path] if len(contents.others) < 4 * MAX_TOLD else []
            continue
        read += 1
        if read > MAX_ENTRIES:
            contents.refuse(path, f"the archive has more than {MAX_ENTRIES} files; leave out what is not asked for")
            return
        _take(entry, path, depth, wanted, contents, first)


def _without_junk(entries: Sequence[_Member]) -> list[_Member]:
    """The members that a student may have written: not what tools leave behind, nor an environment of Python's."""
    places = [entry.name.split("/") for entry in entries]
    roots = tuple(
        "/".join([*folders[:k], ""])
        for folders in places
        for k, part in enumerate(folders)
        if k and is_environment(part)
    )
    kept = []
    for entry in entries:
        folder, _, name = entry.name.rpartition("/")
        if lost := placeholder_for(name):
            kept.append(_Member(f"{folder}/{lost}".lstrip("/"), IN_THE_CLOUD, entry.read))
        elif not is_leaving(entry.name) and not (roots and entry.name.startswith(roots)):
            kept.append(entry)
    return kept


def _true_name(entry: _Member, contents: Contents) -> str:
    """A member's name, or another one where it holds a notebook or an archive and its name does not say so."""
    if not may_be_disguised(entry.name) or contents.n_sniffed >= MAX_FILES:
        return entry.name
    contents.n_sniffed += 1
    try:
        return name_by_content(entry.name, entry.read(HEAD_BYTES))
    except (*_ZIP_ERRORS, *_TAR_ERRORS):
        return entry.name


def _take(
    entry: _Member, path: str, depth: int, wanted: Sequence[str], contents: Contents, first: dict[str, bytes | None]
) -> None:
    """Read one member; of two with one name, neither counts unless they are the same."""
    refusal = entry.refusal or ("" if is_plain(path) else _why_not_plain(entry.name))
    content = b""
    if not refusal:
        content, refusal = _read(entry, path, contents, is_second=path in first)
    if path in first and content != first[path]:
        contents.files.pop(_kept_name(path, first[path] or b""), None)
        first[path] = None
        refusal = "it is in the archive more than once, with different contents"
    elif path in first:
        return
    first.setdefault(path, None if refusal else content)
    if refusal:
        contents.unread.pop(path, None)
        contents.refuse(path, refusal)
        return
    path = _kept_name(path, content)
    if kind_of(path) == "archive":
        _open_inner(path, content, depth, wanted, contents)
    else:
        contents.files[path] = content


def _why_not_plain(name: str) -> str:
    parts = name.replace("\\", "/").split("/")
    leads_out = not parts[0] or parts[0].endswith(":") or ".." in parts
    return "its name leads out of the archive: pack the folder by its own name" if leads_out else _NO_NAME


def _kept_name(path: str, content: bytes) -> str:
    """The name that a member is kept by: what lies under a module's or a notebook's name may be another thing."""
    return name_by_content(path, content) if kind_of(path) in ("python", "notebook") else path


def _open_inner(path: str, data: bytes, depth: int, wanted: Sequence[str], contents: Contents) -> None:
    contents.n_inner += 1
    if depth >= MAX_DEPTH or contents.n_inner > MAX_INNER:
        contents.refuse(path, f"archives are opened {MAX_DEPTH + 1} deep and {MAX_INNER} at a time; hand in the files")
        return
    contents.unfolded += len(data)
    try:
        _open(path.rpartition("/")[2], data, f"{path}/", depth + 1, wanted, contents)
    except BadArchive as reason:
        contents.refuse(path, str(reason))


def _read(entry: _Member, path: str, contents: Contents, *, is_second: bool) -> tuple[bytes, str]:
    """A member's bytes, and why they are not taken."""
    cap = cap_of(path)
    left = MAX_UNFOLDED - contents.unfolded if kind_of(path) == "archive" else contents.room_for(path)
    if not is_second and (len(contents.files) >= MAX_FILES or left <= 0):
        return b"", f"a submission has at most {MAX_FILES} files of {MAX_TOTAL_BYTES >> 20} MiB"
    try:
        content = entry.read(min(cap, max(left, 0)) + 1)
    except MemoryError:
        return b"", "it takes too much memory to unpack"
    except (*_ZIP_ERRORS, tarfile.TarError) as error:
        return b"", f"it cannot be unpacked ({error or type(error).__name__})"
    if len(content) > left:
        return b"", f"a submission has at most {MAX_FILES} files of {MAX_TOTAL_BYTES >> 20} MiB"
    if len(content) > cap and kind_of(path) != "document":
        return b"", f"at most {cap} bytes of it are read"
    return content, ""


def _entries(name: str, data: bytes, contents: Contents) -> Iterator[_Member]:
    """The members of an archive of whatever kind its first bytes say, before anything about its name is believed."""
    kind = next((kind for begin, kind in _BEGINNINGS.items() if data.startswith(begin)), "")
    if not data:
        raise BadArchive("it is empty: nothing was uploaded")
    if kind == "zip" and b"[Content_Types].xml" in data[:200]:
        raise BadArchive("it is a document of an office program and no archive")
    if kind == "page":
        raise BadArchive("it is a web page and no archive: the download was of a page to sign in, or the upload failed")
    if kind == "7z":
        return _seven_zip(data, MAX_UNFOLDED - contents.unfolded)
    if kind in ("rar", "zstd"):
        raise BadArchive(f"it is packed with {kind}, which is not opened here; hand in a zip")
    if kind in ("gzip", "bzip2", "xz"):
        unfolded = _decompress(data, kind, MAX_UNFOLDED - contents.unfolded)
        contents.unfolded += len(unfolded)
        alone = _COMPRESSED.sub("", name)
        return _tar(unfolded) if _is_tar(unfolded) or alone == name else _one(alone, unfolded)
    is_tar = kind != "zip" and _is_tar(data)
    if not is_tar and (kind == "zip" or _may_be_zip(name, data)):
        return _zip(data)
    if not is_tar and ".tar" not in name.lower():
        raise BadArchive("it is packed in a way that is not opened here, or is no archive; hand in a zip")
    return _tar(data)


def _is_tar(data: bytes) -> bool:
    return data[257:262] == b"ustar"


def _one(name: str, data: bytes) -> Iterator[_Member]:
    """A file that was compressed by itself."""
    yield _Member(_plain_name(name), "", lambda most: data[:most])


def _may_be_zip(name: str, data: bytes) -> bool:
    """Whether a zip may begin after other bytes: its directory stands at the end."""
    return name.lower().endswith(".zip") or b"PK\x05\x06" in data[-70_000:]


def _plain_name(name: str) -> str:
    """A member's name as a path: composed, with `/` between folders, and without a dot before them."""
    name = unicodedata.normalize("NFC", name.replace("\\", "/") if is_plain(name.replace("\\", "/")) else name)
    while name.startswith("./"):
        name = name[2:]
    return name


def _zip(data: bytes) -> Iterator[_Member]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        infos = archive.infolist()
    except (*_ZIP_ERRORS, UnicodeError, MemoryError) as error:
        raise BadArchive(f"it is no zip file that can be read ({error}); zip the folder once more") from None
    _refuse_many(len(infos))
    for info in infos:
        name = _plain_name(_decode_name(info))
        if not name.endswith(("/", "\\")):
            yield _Member(name, _zip_refusal(info), _zip_reader(archive, info))


def _decode_name(info: zipfile.ZipInfo) -> str:
    """A name in the letters that were meant: without the flag that says UTF-8, most tools write it all the same."""
    if not info.flag_bits & 0x800:
        try:
            return info.orig_filename.encode("cp437").decode("utf-8")
        except UnicodeError:
            pass
    return info.orig_filename


def _zip_refusal(info: zipfile.ZipInfo) -> str:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        return "it is no regular file"
    return "it is encrypted: hand in without a password" if info.flag_bits & 1 else ""


def _zip_reader(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Callable[[int], bytes]:
    def read(most: int) -> bytes:
        with archive.open(info) as stream:
            return stream.read(most)

    return read


def _tar(data: bytes) -> Iterator[_Member]:
    try:
        archive = tarfile.open(fileobj=io.BytesIO(data), mode="r:")  # noqa: SIM115 -- bytes need no closing
        for number, info in enumerate(archive):
            _refuse_many(number)
            if not info.isdir():
                refusal = "" if info.isreg() and not info.issparse() else "it is no regular file"
                yield _Member(_plain_name(info.name), refusal, _tar_reader(archive, info))
    except _TAR_ERRORS as error:
        raise BadArchive(f"it is no tar file that can be read ({error}); {_PACK_AGAIN}") from None


def _tar_reader(archive: tarfile.TarFile, info: tarfile.TarInfo) -> Callable[[int], bytes]:
    def read(most: int) -> bytes:
        stream = archive.extractfile(info)
        return stream.read(most) if stream else b""

    return read


def _seven_zip(data: bytes, most: int) -> Iterator[_Member]:
    try:
        found = sevenzip.entries(data, most)
    except (sevenzip.UnreadableSevenZip, RecursionError, MemoryError) as error:
        raise BadArchive(f"it is no 7z archive that can be read ({error}); {_PACK_AGAIN}") from None
    for entry in found:
        yield _Member(_plain_name(entry.name), "" if entry.is_regular else "it is no regular file", entry.read)


def _decompress(data: bytes, kind: str, most: int) -> bytes:
    """What a compressed file holds, up to `most` bytes.

    Raises:
        BadArchive: it holds more, or cannot be read to its end.
    """
    try:
        content, is_over, is_whole = _streams(data, kind, max(1, most))
    except (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError, MemoryError) as error:
        raise BadArchive(f"it is not compressed as {kind} does ({error}); {_PACK_AGAIN}") from None
    if is_over:
        raise BadArchive(f"it unfolds to more than {MAX_UNFOLDED >> 20} MiB; leave out what is not asked for")
    if not is_whole:
        raise BadArchive(f"it ends in the middle; {_PACK_AGAIN}")
    return content


_DECOMPRESSORS: dict[str, Callable[[], Any]] = {
    "gzip": lambda: zlib.decompressobj(wbits=31),
    "bzip2": bz2.BZ2Decompressor,
    "xz": lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=MAX_UNFOLDED + (16 << 20)),
}


def _streams(data: bytes, kind: str, most: int) -> tuple[bytes, bool, bool]:
    """What the streams of a compressed file hold together; whether there is more; whether the last one ends."""
    content, is_whole = b"", False
    while data.strip(b"\0") and len(content) < most:
        unfolding = _DECOMPRESSORS[kind]()
        content += unfolding.decompress(data, most - len(content))
        data, is_whole = unfolding.unused_data, unfolding.eof
        if not is_whole:
            return content, len(content) >= most, False
    return content, bool(data.strip(b"\0")) and len(content) >= most, is_whole


def _refuse_many(n_entries: int) -> None:
    if n_entries > MAX_NAMES:
        raise BadArchive(f"it has more than {MAX_NAMES} entries; leave out what is not asked for")
