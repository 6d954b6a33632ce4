"""Reads the members of an archive in memory: plain files with plain names, within the caps of a folder; nothing is
ever written."""

from __future__ import annotations

import io
import lzma
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from grader.worker.files import MAX_ENTRIES, MAX_FILES, MAX_TOTAL_BYTES, cap_of, is_plain, is_wanted

# What a compressed tar may unfold to, whatever is in it.
MAX_UNFOLDED = 64 << 20
MAX_NOTES = 20
_ZIP_ERRORS = (
    zipfile.BadZipFile, NotImplementedError, RuntimeError, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError,
)  # fmt: skip


class BadArchive(Exception):
    """The bytes are no archive that can be read; the message is for the student."""


@dataclass(frozen=True)
class _Member:
    """One entry: its name as it is written, why it is left out without a look inside, and how to read it."""

    name: str
    refusal: str
    read: Callable[[int], bytes]


def members(name: str, data: bytes) -> tuple[dict[str, bytes], list[str]]:
    """The files that count, by path, and notes on what was left out.

    A folder that holds everything is taken off. A file that is in the archive twice is left out both times, since it
    is not known which was meant; one larger than its cap keeps one byte more than the cap where it is a write-up.

    Raises:
        BadArchive: it cannot be read.
    """
    entries = list(_zip(data) if name.lower().endswith(".zip") else _tar(name, data))
    wanted = [entry for entry in entries if is_wanted(entry.name)]
    names = [entry.name for entry in wanted]
    files: dict[str, bytes] = {}
    notes: list[str] = []
    for entry in wanted:
        refusal = entry.refusal or ("" if is_plain(entry.name) else "its name cannot be a module's")
        if not refusal and names.count(entry.name) > 1:
            refusal = "it is in the archive more than once"
        if not refusal:
            refusal = _take(entry, files)
        if refusal:
            notes.append(f"{entry.name[:80]!r} was left out: {refusal}")
    return _unwrapped(files), list(dict.fromkeys(notes))[:MAX_NOTES]


def _take(entry: _Member, files: dict[str, bytes]) -> str:
    """Read a member into `files`; else why not."""
    cap = cap_of(entry.name)
    left = MAX_TOTAL_BYTES - sum(map(len, files.values()))
    if len(files) >= MAX_FILES or left <= 0:
        return f"a submission has at most {MAX_FILES} files of {MAX_TOTAL_BYTES >> 20} MiB"
    try:
        content = entry.read(min(cap, left) + 1)
    except MemoryError:
        return "it takes too much memory to unpack"
    except (*_ZIP_ERRORS, tarfile.TarError) as error:
        return f"it cannot be unpacked ({error or type(error).__name__})"
    if len(content) > left:
        return f"a submission has at most {MAX_FILES} files of {MAX_TOTAL_BYTES >> 20} MiB"
    if len(content) > cap and not entry.name.endswith(".md"):
        return f"at most {cap} bytes of it are read"
    files[entry.name] = content
    return ""


def _zip(data: bytes) -> Iterator[_Member]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        infos = archive.infolist()
    except (*_ZIP_ERRORS, UnicodeError, MemoryError) as error:
        raise BadArchive(f"it is no zip file that can be read ({error}); zip the folder once more") from None
    _refuse_many(len(infos))
    for info in infos:
        if not info.orig_filename.endswith("/"):
            yield _Member(info.orig_filename, _zip_refusal(info), _zip_reader(archive, info))


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


def _tar(name: str, data: bytes) -> Iterator[_Member]:
    unfolded = _gunzipped(data) if name.lower().endswith(("gz", "tgz")) else data
    try:
        archive = tarfile.open(fileobj=io.BytesIO(unfolded), mode="r:")  # noqa: SIM115 -- bytes need no closing
        for number, info in enumerate(archive):
            _refuse_many(number)
            if not info.isdir():
                refusal = "" if info.isreg() and not info.issparse() else "it is no regular file"
                yield _Member(info.name.removeprefix("./"), refusal, _tar_reader(archive, info))
    except (tarfile.TarError, UnicodeError, ValueError, OverflowError, MemoryError, OSError, RecursionError) as error:
        raise BadArchive(f"it is no tar file that can be read ({error}); pack the folder once more") from None


def _tar_reader(archive: tarfile.TarFile, info: tarfile.TarInfo) -> Callable[[int], bytes]:
    def read(most: int) -> bytes:
        stream = archive.extractfile(info)
        return stream.read(most) if stream else b""

    return read


def _gunzipped(data: bytes) -> bytes:
    unfolding = zlib.decompressobj(wbits=31)
    try:
        content = unfolding.decompress(data, MAX_UNFOLDED)
    except (zlib.error, MemoryError) as error:
        raise BadArchive(f"it is not compressed as gzip does ({error}); pack the folder once more") from None
    if unfolding.unconsumed_tail:
        raise BadArchive(f"it unfolds to more than {MAX_UNFOLDED >> 20} MiB; leave out what is not asked for")
    if not unfolding.eof:
        raise BadArchive("it ends in the middle; pack the folder once more")
    return content


def _refuse_many(n_entries: int) -> None:
    if n_entries > MAX_ENTRIES:
        raise BadArchive(f"it has more than {MAX_ENTRIES} entries; leave out what is not asked for")


def _unwrapped(files: dict[str, bytes]) -> dict[str, bytes]:
    """The files without the folders that hold them all."""
    while files and all("/" in path for path in files) and len({path.partition("/")[0] for path in files}) == 1:
        files = {path.partition("/")[2]: content for path, content in files.items()}
    return files
