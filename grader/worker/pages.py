"""Large pages for what a warm process holds: a fork copies, and an exit tears down, one entry a page."""

from __future__ import annotations

import ctypes
from collections.abc import Iterable
from pathlib import Path

_LARGE = 2 << 20
_MADV_COLLAPSE = 25  # Linux 6.1


def collapse(ranges: Iterable[tuple[int, int]]) -> None:
    """Ask for large pages under some ranges of addresses; what cannot be stays as it is."""
    madvise = ctypes.CDLL(None, use_errno=True).madvise
    for start, end in ranges:
        first, last = -(-start // _LARGE) * _LARGE, end // _LARGE * _LARGE
        if first < last:
            madvise(ctypes.c_void_p(first), ctypes.c_size_t(last - first), _MADV_COLLAPSE)


def writable() -> list[tuple[int, int]]:
    """Start and end of the heap and of all other private memory of this process that no file lies behind."""
    found = []
    for line in Path("/proc/self/maps").read_text().splitlines():
        bounds, mode, _, _, inode, *name = line.split(None, 5)
        if mode == "rw-p" and inode == "0" and name in ([], ["[heap]"]):
            start, end = (int(bound, 16) for bound in bounds.split("-"))
            found.append((start, end))
    return found
