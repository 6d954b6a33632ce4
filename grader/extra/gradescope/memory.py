"""How much memory this process and its children take together, and how much there is."""

from __future__ import annotations

import contextlib
import os
import re
import threading
from pathlib import Path

_STEP_S = 0.05
_MIB = 1 << 20
_PROC = Path("/proc")
# Of a container, in the two versions of control groups.
_LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))
_PSS = re.compile(rb"^Pss:\s+(\d+) kB", re.MULTILINE)
_PARENT = re.compile(rb"\) \S (\d+)")


class PeakMemory:
    """The most memory that was in use within the block: what processes share is counted once."""

    def __init__(self) -> None:
        self.mib = 0
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> PeakMemory:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _watch(self) -> None:
        while True:
            self.mib = max(self.mib, used_mib())
            if self._is_over.wait(_STEP_S):
                return


def used_mib() -> int:
    """What this process and all that descend from it hold now."""
    return sum(map(_share, _family())) // _MIB


def limit_mib() -> int | None:
    """What the container may use; None where nothing says so."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for file in _LIMITS:
        with contextlib.suppress(OSError, ValueError):
            limit = int(file.read_text())
            return limit // _MIB if limit < total else None
    return None


def _family() -> list[int]:
    parents = {int(path.name): _parent(path) for path in _PROC.iterdir() if path.name.isdigit()}
    found = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return sorted(found)


def _parent(process: Path) -> int:
    with contextlib.suppress(OSError):
        if told := _PARENT.search((process / "stat").read_bytes()):
            return int(told[1])
    return 0


def _share(pid: int) -> int:
    """A process's part of the memory, in bytes; nothing of one that has ended meanwhile."""
    with contextlib.suppress(OSError):
        if told := _PSS.search((_PROC / str(pid) / "smaps_rollup").read_bytes()):
            return int(told[1]) * 1024
    return 0
