"""Large pages for what a warm process holds: a fork copies, and an exit tears down, one entry a page."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from pathlib import Path

_LARGE = 2 << 20
_MADV_COLLAPSE = 25  # Linux 6.1


def collapse() -> None:
    """Ask for large pages under the heap and the anonymous memory of this process; what cannot be stays as it is."""
    madvise = ctypes.CDLL(None, use_errno=True).madvise
    for start, end in _writable():
        first, last = -(-start // _LARGE) * _LARGE, end // _LARGE * _LARGE
        if first < last:
            madvise(ctypes.c_void_p(first), ctypes.c_size_t(last - first), _MADV_COLLAPSE)


def _writable() -> Iterator[tuple[int, int]]:
    """Start and end of each private mapping that no file lies behind."""
    for line in Path("/proc/self/maps").read_text().splitlines():
        bounds, mode, _, _, inode, *name = line.split(None, 5)
        if mode == "rw-p" and inode == "0" and name in ([], ["[heap]"]):
            start, end = (int(bound, 16) for bound in bounds.split("-"))
            yield start, end
