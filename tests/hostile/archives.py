"""Archives, most of them as nobody should hand them in: a name, and the bytes or, where that takes long, what makes them."""

from __future__ import annotations

import bz2
import functools
import gzip
import io
import lzma
import struct
import tarfile
import zipfile

from tests.hostile import sevenzips

HONEST = b"def total(x):\n    return float(x.sum())\n"


def zipped(*members, mode=None, compression=zipfile.ZIP_DEFLATED, comment=b""):
    """A zip of (name, content) pairs; `mode` is the Unix mode of each."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        archive.comment = comment
        for name, content in members:
            info = zipfile.ZipInfo(name)
            info.compress_type = compression
            info.external_attr = (mode or 0o100644) << 16
            archive.writestr(info, content)
    return stream.getvalue()


def tarred(*members, **fields):
    """A tar of (name, content) pairs; `fields` are those of each TarInfo."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for name, content in members:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            for field, value in fields.items():
                setattr(info, field, value)
            archive.addfile(info, io.BytesIO(content))
    return stream.getvalue()


def zipped_raw(files):
    """A zip whose names are the bytes given, without the flag that says UTF-8."""
    marks = [f"{n:03d}".ljust(len(name), "@") for n, name in enumerate(files)]
    data = zipped(*zip(marks, files.values(), strict=True))
    for mark, name in zip(marks, files, strict=True):
        data = data.replace(mark.encode(), name)
    return data


def patched(data, old, new):
    """Other bytes of the same length in an archive's headers."""
    assert len(old) == len(new)
    assert old in data
    return data.replace(old, new)


def broken(data: bytes) -> bytes:
    """The archive with its member's compressed bytes spoiled from the tenth on."""
    start = data.index(b"m.py") + 14
    return data[:start] + b"\xff" * 20 + data[start + 20 :]


def lying(data, size):
    """A zip whose directory and headers say another size."""
    real = struct.pack("<I", len(HONEST))
    return data.replace(real, struct.pack("<I", size))


@functools.cache
def handed_in(archive):
    """Name and bytes of one of those below."""
    name, data = archive
    return name, data() if callable(data) else data


BAD_NAMES = [
    "../m.py", "a/../../m.py", "/m.py", "/etc/m.py", "C:/m.py", "C:m.py", "a\\..\\m.py", "..\\m.py", "\\\\host\\m.py", "a//m.py",
    "./../m.py", "m\x1b.py", "m\u202e.py", "m\n.py", "\uff0e\uff0e\uff0fm.py", "a\uff0fm.py", "x" * 300 + ".py", "a/" * 20 + "m.py", "CON:.py",
]  # fmt: skip

# Each: archive name, bytes. None of them yields a file.
EMPTY = {
    **{f"the name {name[:20]!r}": ("a.zip", zipped((name, HONEST))) for name in BAD_NAMES},
    **{f"the tar's name {name[:20]!r}": ("a.tar", tarred((name, HONEST))) for name in BAD_NAMES if name[:1] != "."},
    "a NUL in a name": ("a.zip", patched(zipped(("mXp.py", HONEST)), b"mXp.py", b"m\0p.py")),
    "a symlink": ("a.zip", zipped(("m.py", b"/etc/passwd"), mode=0o120777)),
    "a device": ("a.zip", zipped(("m.py", b""), mode=0o020666)),
    "a pipe": ("a.zip", zipped(("m.py", b""), mode=0o010666)),
    "a socket": ("a.zip", zipped(("m.py", b""), mode=0o140666)),
    "a tar's symlink": ("a.tar", tarred(("m.py", b""), type=tarfile.SYMTYPE, linkname="/etc/passwd")),
    "a tar's hard link": ("a.tar", tarred(("m.py", b""), type=tarfile.LNKTYPE, linkname="/etc/passwd")),
    "a tar's device": ("a.tar", tarred(("m.py", b""), type=tarfile.CHRTYPE)),
    "a tar's pipe": ("a.tar", tarred(("m.py", b""), type=tarfile.FIFOTYPE)),
    "a sparse file": ("a.tar", tarred(("m.py", b""), type=tarfile.GNUTYPE_SPARSE)),
    "the same name twice": ("a.zip", zipped(("m.py", HONEST), ("m.py", b"x = 1"))),
    "a tar with the same name twice": ("a.tar", tarred(("m.py", HONEST), ("m.py", b"x = 1"))),
    "encrypted": ("a.zip", patched(zipped(("m.py", HONEST)), b"\x14\x00\x00\x00\x08\x00", b"\x14\x00\x01\x00\x08\x00")),
    "a source of 600 KiB": ("a.zip", lambda: zipped(("m.py", b"#" * (600 << 10)))),
    "a bomb": ("a.zip", lambda: zipped(("m.py", b"\0" * (300 << 20)))),
    "a bomb that says it is small": ("a.zip", lying(zipped(("m.py", HONEST)), 3)),
    "a file that says it is huge": ("a.zip", lying(zipped(("m.py", HONEST), compression=zipfile.ZIP_STORED), 2**31)),
    "bytes that do not match their sum": ("a.zip", patched(zipped(("m.py", HONEST), compression=zipfile.ZIP_STORED), b"float", b"floor")),
    "a method that nobody knows": ("a.zip", patched(zipped(("m.py", HONEST)), b"\x14\x00\x00\x00\x08\x00", b"\x14\x00\x00\x00\x63\x00")),
    **{f"broken {kind} data": ("a.zip", broken(zipped(("m.py", HONEST * 20), compression=method))) for kind, method in (("deflate", zipfile.ZIP_DEFLATED), ("bzip2", zipfile.ZIP_BZIP2), ("lzma", zipfile.ZIP_LZMA))},
    "nothing": ("a.zip", b""), "no zip": ("a.zip", b"PK"), "half a zip": ("a.zip", zipped(("m.py", HONEST))[:40]),
    "a zip without its directory": ("a.zip", zipped(("m.py", HONEST))[:-30]), "an empty zip": ("a.zip", zipped()),
    "no tar": ("a.tar", b"x" * 2000), "an empty tar": ("a.tar", b""), "a tar cut short": ("a.tar", tarred(("m.py", b"x" * 3000))[:1000]),
    "no gzip": ("a.tgz", b"x" * 100), "half a gzip": ("a.tar.gz", gzip.compress(tarred(("m.py", HONEST)))[:60]),
    "an xz bomb": ("a.tar.xz", lambda: lzma.compress(b"\0" * (200 << 20))), "a bzip2 bomb": ("a.tbz2", lambda: bz2.compress(b"\0" * (80 << 20))),
    "a web page": ("a.zip", b"<!DOCTYPE html><html>Sign in</html>"), "a rar": ("a.rar", b"Rar!\x1a\x07\x01\x00" + bytes(60)), "an empty 7z": ("a.7z", b"7z\xbc\xaf\x27\x1c" + bytes(60)), **{name: ("a.7z", data) for name, data in sevenzips.LEFT.items()},
    "half a 7z": ("a.7z", sevenzips.OPENED["7z with LZMA2"][:120]),
    "a gzip bomb": ("a.tgz", lambda: gzip.compress(b"\0" * (200 << 20))), "a gzip in a gzip": ("a.tgz", gzip.compress(gzip.compress(tarred(("m.py", HONEST))))),
    "another kind of file": ("a.zip", zipped(("m.exe", b"MZ"))),
    "hidden files": ("a.zip", zipped((".m.py", HONEST), (".git/m.py", HONEST))), "what macOS adds": ("a.zip", zipped(("__MACOSX/m.py", HONEST), ("__MACOSX/._m.py", b""))),
}  # fmt: skip

# Each yields m.py as it is, whatever lies beside it.
HONEST_ONES = {
    "a zip": ("a.zip", zipped(("m.py", HONEST))), "stored": ("a.zip", zipped(("m.py", HONEST), compression=zipfile.ZIP_STORED)),
    "bzip2": ("a.zip", zipped(("m.py", HONEST), compression=zipfile.ZIP_BZIP2)), "lzma": ("a.zip", zipped(("m.py", HONEST), compression=zipfile.ZIP_LZMA)),
    "a folder around": ("a.zip", zipped(("hw1/", b""), ("hw1/m.py", HONEST))), "two folders around": ("a.zip", zipped(("ana/hw1/m.py", HONEST))),
    "beside macOS's leavings": ("a.zip", zipped(("hw1/m.py", HONEST), ("__MACOSX/hw1/._m.py", b"\0"), ("hw1/.DS_Store", b"\0"), ("hw1/__pycache__/m.pyc", b""))),
    "beside pictures": ("a.zip", zipped(("hw1/m.py", HONEST), ("hw1/plot.png", b"\x89PNG"))), "made on Windows": ("a.zip", zipped(("m.py", HONEST), mode=0)),
    "with a comment": ("a.zip", zipped(("m.py", HONEST), comment=b"handed in by ana")), "after other bytes": ("a.zip", b"#!/bin/sh\n" + zipped(("m.py", HONEST))),
    "an upper-case suffix": ("A.ZIP", zipped(("m.py", HONEST))), "a tar": ("a.tar", tarred(("m.py", HONEST))), "a tar from here": ("a.tar", tarred(("./m.py", HONEST))),
    "a tar.gz": ("a.tar.gz", gzip.compress(tarred(("hw1/m.py", HONEST)))), "a tgz": ("a.tgz", gzip.compress(tarred(("m.py", HONEST)))),
    **{name: ("a.7z", data) for name, data in sevenzips.OPENED.items()}, "a 7z that says it is a zip": ("a.zip", sevenzips.OPENED["7z with LZMA2"]), "a 7z in a zip": ("a.zip", zipped(("in.7z", sevenzips.OPENED["7z with LZMA2"]))),
    "beside a bad name": ("a.zip", zipped(("m.py", HONEST), ("../x.py", b""))), "beside a link": ("a.tar", tarred(("m.py", HONEST)) [:1024] + tarred(("l.py", b""), type=tarfile.SYMTYPE, linkname="/")),
    "an archive in an archive": ("a.zip", zipped(("a.zip", zipped(("m.py", HONEST))))), "a tar.xz in a zip": ("a.zip", zipped(("b.tar.xz", lzma.compress(tarred(("m.py", HONEST)))))),
    "a zip in a tar": ("a.tar", tarred(("b.zip", zipped(("m.py", HONEST))))), "a tar.bz2": ("a.tar.bz2", bz2.compress(tarred(("hw1/m.py", HONEST)))), "a txz": ("a.TXZ", lzma.compress(tarred(("m.py", HONEST)))),
    "bzip2 in two streams": ("a.tbz2", bz2.compress(tarred(("m.py", HONEST))[:700]) + bz2.compress(tarred(("m.py", HONEST))[700:])),
    "a tar that says it is a zip": ("a.zip", tarred(("m.py", HONEST))), "a tar.gz that says it is a zip": ("a.zip", gzip.compress(tarred(("m.py", HONEST)))), "a zip that says it is a tar": ("a.tar", zipped(("m.py", HONEST))),
    "a platform's suffix": ("a.tar-1.gz", gzip.compress(tarred(("m.py", HONEST)))), "backslashes": ("a.zip", zipped_raw({b"hw1\\m.py": HONEST, b"hw1\\": b""})), "dots before names": ("a.zip", zipped(("./hw1/m.py", HONEST))),
    "names in UTF-8 without a flag": ("a.zip", zipped_raw({"Lösung/m.py".encode(): HONEST})), "names in cp437": ("a.zip", zipped_raw({"Lösung/m.py".encode("cp437"): HONEST})), "deep folders": ("a.zip", zipped(("C/People/ana/Documents/uni/ws26/nn/hw1/m.py", HONEST))),
    "beside what git keeps": ("a.zip", lambda: zipped(*((f".git/objects/{n}", b"") for n in range(6000)), ("m.py", HONEST))), "beside a tool's packages": ("a.zip", lambda: zipped(*((f"venv/lib/m{n}.py", b"") for n in range(300)), ("m.py", HONEST))),
}  # fmt: skip

# Each holds more than is read, and m.py.
CAPPED = {
    "six thousand members": ("a.zip", lambda: zipped(*((f"a{n}.py", b"") for n in range(6000)), ("m.py", HONEST))), "a tar of six thousand": ("a.tar", lambda: tarred(*((f"a{n}.py", b"") for n in range(6000)), ("m.py", HONEST))),
    "an environment": ("a.zip", lambda: zipped(*((f"env/lib/a{n}.py", b"") for n in range(300)), ("m.py", HONEST))), "large modules": ("a.zip", lambda: zipped(*((f"a{n}.py", b"#" * (500 << 10)) for n in range(60)), ("m.py", HONEST))),
}  # fmt: skip
