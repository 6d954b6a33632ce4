"""LEAD'S TEMPORARY STUB (limits only): overwrite this file with the real cage."""

from __future__ import annotations

import os
import resource
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Cage:
    """What holds."""

    summary: str


def enter_zygote(readable: Sequence[str], layers: frozenset[str]) -> Cage:
    """Nothing yet."""
    del readable, layers
    return Cage("strong: stub")


def enter_worker(cage: Cage, *, cpu_s: int, memory_bytes: int, before_seal: Callable[[], None]) -> None:
    """Limits."""
    del cage
    os.closerange(4, 4096)
    os.setsid()
    size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    for limit, soft, hard in (
        (resource.RLIMIT_AS, size + memory_bytes, size + memory_bytes),
        (resource.RLIMIT_CPU, cpu_s, cpu_s + 1),
        (resource.RLIMIT_FSIZE, 0, 0),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        resource.setrlimit(limit, (soft, hard))
    before_seal()
