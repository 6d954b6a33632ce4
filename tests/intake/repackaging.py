"""Harmless ways to hand in the same work: files → entries of a class's folder, or of a download."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import unicodedata
from pathlib import Path

from tests.hostile.archives import tarred, zipped, zipped_raw

Files = dict[str, bytes]


def sample(folder: Path) -> Files:
    """What a sample student hands in."""
    found = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != "expected.yaml")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found if "__pycache__" not in path.parts}


def under(folder: str, files: Files) -> Files:
    """The files in a folder."""
    return {f"{folder}/{path}": data for path, data in files.items()}


def near(files: Files) -> Files:
    """Each module at the top, and the write-up, under a near name; helpers keep theirs, since others import them."""
    wanted = [path for path in files if path.startswith("q") or path in ("answers.md", "hw1.ipynb")]
    names = {
        path: path.replace(".", "-1.") if n % 2 else path.replace(".", " (1).").capitalize()
        for n, path in enumerate(wanted)
    }
    return {names.get(path, path): data for path, data in files.items()}


def as_notebook(files: Files) -> Files:
    """One notebook: each module a cell that writes it, the write-up a cell of text."""
    if not files or "hw1.ipynb" in files:
        return files
    cells = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": f"%%writefile {path}\n{data.decode('utf-8', 'surrogateescape')}"}
             for path, data in files.items() if path.endswith(".py")]  # fmt: skip
    text = files.get("answers.md")
    cells += [{"cell_type": "markdown", "metadata": {}, "source": text.decode("utf-8")}] if text else []
    return {"hw1.ipynb": json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()}


def mac_zip(files: Files) -> bytes:
    """As a Mac packs it: decomposed names, and a shadow beside each file."""
    work = {unicodedata.normalize("NFD", f"Lösung/{path}"): data for path, data in files.items()}
    shadows = {f"__MACOSX/{path.rpartition('/')[0]}/._{path.rpartition('/')[2]}": b"\0\5\26\7" for path in work}
    return zipped(*work.items(), *shadows.items(), ("Lösung/.DS_Store", b"\0"))


def powershell_zip(files: Files) -> bytes:
    """As PowerShell packed it for years: backslashes between folders."""
    return zipped_raw({f"hw1\\{path}".replace("/", "\\").encode(): data for path, data in files.items()})


# By name: suffix of the entry (a folder where there is none), and what makes it.
WAYS = {
    "deeper": ("", lambda files: under("hw1/hw1", files)), "code": ("", lambda files: {**under("code", {p: d for p, d in files.items() if p.endswith((".py", ".ipynb"))}), **{p: d for p, d in files.items() if p.endswith(".md")}}),
    "zip": (".zip", lambda files: zipped(*under("hw1", files).items())), "tarxz": (".tar.xz", lambda files: lzma.compress(tarred(*files.items()))), "tarbz": (".tar.bz2", lambda files: bz2.compress(tarred(*files.items()))),
    "mac": (".zip", mac_zip), "powershell": (".zip", powershell_zip), "near": ("", near), "notebook": ("", as_notebook), "inner": (".zip", lambda files: zipped(("inner.tar.gz", gzip.compress(tarred(*under("hw1", files).items()))))),
    "moodle": ("", lambda files: {"hw1.zip": zipped(*under("hw1", files).items())}), "junk": (".zip", lambda files: zipped(*((f"hw1/env/lib/m{n}.py", b"x = 1") for n in range(300)), *((f"hw1/.git/objects/{n}", b"") for n in range(5200)), *under("hw1", files).items())),
}  # fmt: skip


def put(folder: Path, name: str, way: str, files: Files) -> Path:
    """One entry of a class's folder."""
    suffix, make = WAYS[way]
    made = make(files)
    path = folder / f"{name}{suffix}"
    if isinstance(made, bytes):
        path.write_bytes(made)
        return path
    path.mkdir(parents=True)
    for inner, data in made.items():
        (path / inner).parent.mkdir(parents=True, exist_ok=True)
        (path / inner).write_bytes(data)
    return path
