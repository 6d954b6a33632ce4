"""What a worker may use: address space, processor time, descriptors; no files, no core dumps."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
from pathlib import Path

from grader.worker.cage.kernel import share_malloc_arenas, syscall
from grader.worker.cage.syscalls import CLOSE_RANGE

MAX_DESCRIPTORS = 64
MAX_THREADS = 64
# Beside the threads that a user has when the zygote starts: the kernel counts them all, and a person goes on working.
_MORE_THREADS = 1024
# glibc reserves 64 MiB of addresses for each thread's own arena, up to 8 a processor: ordinary threads would use up the
# address space without using any memory.
_MALLOC_ARENAS = 2
_LAST_DESCRIPTOR = 0xFFFFFFFF


def apply(*, address_space: int, cpu_s: int, threads: int) -> None:
    """Set the limits, in bytes and seconds; one that is lower already stays.

    Args:
        threads: how many the user may have, of this process and of all others; the kernel never holds root to it.
    """
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    share_malloc_arenas(_MALLOC_ARENAS)
    for kind, wanted, slack in (
        (resource.RLIMIT_AS, address_space, 0),
        (resource.RLIMIT_CPU, cpu_s, 1),  # SIGXCPU first, which can be ignored; SIGKILL a second later
        (resource.RLIMIT_FSIZE, 0, 0),
        (resource.RLIMIT_CORE, 0, 0),
        (resource.RLIMIT_NOFILE, MAX_DESCRIPTORS, 0),
        (resource.RLIMIT_MEMLOCK, 0, 0),
        (resource.RLIMIT_MSGQUEUE, 0, 0),
        (resource.RLIMIT_SIGPENDING, 64, 0),
        (resource.RLIMIT_NPROC, threads, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        most = wanted + slack if hard == resource.RLIM_INFINITY else min(wanted + slack, hard)
        resource.setrlimit(kind, (min(wanted, most), most))


def threads_beside_others() -> int:
    """How many threads this user may have where workers run under the same id as whatever else the user runs."""
    own = 0
    for process in Path("/proc").iterdir():
        with contextlib.suppress(OSError):  # of another kind, or gone meanwhile
            if process.name.isdigit() and process.stat().st_uid == os.getuid():
                own += len(list((process / "task").iterdir()))
    return own + _MORE_THREADS


def close_from(first: int) -> None:
    """Close every descriptor from `first` on."""
    try:
        syscall(CLOSE_RANGE, first, _LAST_DESCRIPTOR, 0)
    except OSError:  # before Linux 5.9
        os.closerange(first, 1 << 16)
