"""Commands on a machine that fails: what is done, what fails, and how that ends."""

from __future__ import annotations

import errno
import os
import resource
import shutil
import time
from pathlib import Path

from grader.kit import making


def put(path, what):
    """A folder, a dangling link or a text in a path's place."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
    if what == "folder":
        path.mkdir()
    elif what == "dangling":
        path.symlink_to(path.parent / "nowhere/at/all")
    else:
        path.write_text(what)


def limit(kind, most):
    """A limit of the process's own."""
    return lambda: resource.setrlimit(kind, (most, most))


def full_output():
    """Nothing that is printed arrives."""
    os.dup2(os.open("/dev/full", os.O_WRONLY), 1)


def nothing():
    """All is as it should be."""


def full_disk():
    """Every file that is written as a whole finds no room."""
    Path.write_bytes = Path.write_text = lambda self, *_, **__: no_room(self)


def no_room(path):
    path.open("wb").close()
    raise OSError(errno.ENOSPC, "No space left on device", str(path))


def no_memory():
    """An archive finds none, and cannot be closed without it either."""

    def wheel():
        try:
            raise MemoryError
        finally:
            raise ValueError("the archive is open")

    making.wheel = wheel


def clock(seconds):
    """A clock that stands."""

    def stand():
        time.time = lambda: seconds

    return stand


def put_at(name, what):
    """Something else in a file's place."""

    def stand():
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        if what == "pipe":
            path.unlink(missing_ok=True)
            os.mkfifo(path)
        elif what == "cut":
            path.write_bytes(path.read_bytes()[:5000])
        else:
            put(path, what)

    return stand


LONG, DEEP = "x" * 300, "x/" * 3000 + "x"
DATABASE = "results/mini/results.sqlite"
EXPORT, OVERRIDE = (
    ("export", "mini", "--format", "csv"),
    ("override", "mini", "ana", "total_matches_reference", "--score", "1"),
)
IMPORT = ("import", "mini", "submissions/mini")
# What is done, what the machine does, and how that ends: the exit code, and words of the one sentence that is said.
TRIALS = {
    "a gradebook of a damaged database": (EXPORT, put_at(DATABASE, "just some text, no database"), 1, "is damaged"),
    "a gradebook of a database that is cut off": (EXPORT, put_at(DATABASE, "cut"), 1, "is damaged"),
    "a gradebook of an empty database": (EXPORT, put_at(DATABASE, ""), 2, "holds no results"),
    "a release of a damaged database": (("release", "mini"), put_at(DATABASE, "just some text"), 1, "is damaged"),
    "a word over a damaged database": (OVERRIDE, put_at(DATABASE, "just some text"), 1, "is damaged"),
    "points of a damaged database": (("rescore", "mini"), put_at(DATABASE, "just some text"), 1, "is damaged"),
    "a replay of a damaged database": (("replay", "ana", "total_matches_reference"), put_at(DATABASE, "just some text"), 1, "is damaged"),
    "a history of no database": (("history", "mini", "ana"), put_at(DATABASE, "folder"), 2, "holds no results"),
    "lateness of a damaged database": (("late", "mini"), put_at(DATABASE, "just some text"), 1, "is damaged"),
    "a download that is a device": (("import", "mini", "/dev/zero"), nothing, 2, "neither a file nor a folder"),
    "a download that is a pipe": (("import", "mini", "f"), put_at("f", "pipe"), 2, "neither a file nor a folder"),
    "a download that is none": (("import", "mini", "f"), put_at("f", "text"), 2, "no archive"),
    "a roster that is a pipe": ((*IMPORT, "--roster", "f"), put_at("f", "pipe"), 2, "f"),
    "a sheet that is a device": (("export", "mini", "--format", "canvas", "--into", "/dev/zero"), nothing, 2, "/dev/zero"),
    "a gradebook on a full disk": (EXPORT, full_disk, 2, "grades.csv"),
    "a kit on a full disk": (("kit", "mini", "--out", "K", "--install-from", "x"), full_disk, 1, "K/"),
    "a course on a full disk": (("new", "mini2"), limit(resource.RLIMIT_FSIZE, 100), 1, "mini2"),
    "a kit without memory": (("kit", "mini", "--out", "K"), no_memory, 1, "not enough memory"),
    "a gradebook under a long name": ((*EXPORT, "--out", LONG), nothing, 2, LONG),
    "a gradebook under a deep name": ((*EXPORT, "--out", DEEP), nothing, 2, "too long"),
    "a class under a long name": (("grade", LONG), nothing, 2, LONG),
    "results under a deep name": (("grade", "mini", "--out", DEEP), nothing, 2, "too long"),
    "a kit under a long name": (("kit", "mini", "--out", LONG), nothing, 2, LONG),
    "a check of a deep name": (("check", DEEP), nothing, 2, ""),
    "a gradebook that nobody can be shown": (EXPORT, full_output, 1, "what is printed: no space left"),
    "a history that nobody can be shown": (("history", "mini", "ana"), full_output, 1, "what is printed: no space"),
    "a word when files may not grow": (OVERRIDE, limit(resource.RLIMIT_FSIZE, 0), 1, ""),
    "a gradebook with few descriptors": (EXPORT, limit(resource.RLIMIT_NOFILE, 5), 1, ""),
    "a word with few descriptors": (OVERRIDE, limit(resource.RLIMIT_NOFILE, 5), 1, ""),
    "a history at the beginning of time": (("history", "mini", "ana"), clock(0.0), 0, ""),
    "a gradebook before the beginning of time": (EXPORT, clock(-5.0), 0, ""),
    "a word at the end of time": (OVERRIDE, clock(4e9), 0, ""),
    "a gradebook in a class without rights": (EXPORT, lambda: os.umask(0o777), 0, ""),
}  # fmt: skip
