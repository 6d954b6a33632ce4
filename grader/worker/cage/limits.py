"""What a worker may use: address space, processor time, descriptors; no files, no core dumps."""

from __future__ import annotations

import os
import resource
import signal

from grader.worker.cage.kernel import share_malloc_arenas, syscall
from grader.worker.cage.syscalls import CLOSE_RANGE

MAX_DESCRIPTORS = 64
MAX_THREADS = 64
# glibc reserves 64 MiB of addresses for each thread's own arena, up to 8 a processor: ordinary threads would use up the
# address space without using any memory.
_MALLOC_ARENAS = 2
_LAST_DESCRIPTOR = 0xFFFFFFFF


def apply(*, address_space: int, cpu_s: int, counts_threads: bool) -> None:
    """Set the limits, in bytes and seconds; one that is lower already stays.

    Args:
        counts_threads: whether the user id is the worker's own: the kernel counts all threads of a user, so elsewhere
            the limit would fall on whatever else that person runs.
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
        *([(resource.RLIMIT_NPROC, MAX_THREADS, 0)] if counts_threads else []),
    ):
        hard = resource.getrlimit(kind)[1]
        most = wanted + slack if hard == resource.RLIM_INFINITY else min(wanted + slack, hard)
        resource.setrlimit(kind, (min(wanted, most), most))


def close_from(first: int) -> None:
    """Close every descriptor from `first` on."""
    try:
        syscall(CLOSE_RANGE, first, _LAST_DESCRIPTOR, 0)
    except OSError:  # before Linux 5.9
        os.closerange(first, 1 << 16)
