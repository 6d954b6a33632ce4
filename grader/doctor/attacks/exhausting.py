"""Acts that use up the machine."""

from __future__ import annotations

import ctypes
import fcntl
import mmap
import os
import threading

from grader.doctor.attacks.act import AttackTarget, act

# Reserved, never touched: where nothing refuses it, the machine must not suffer.
_PIECE, _N_PIECES = 64 << 20, 40
_N_THREADS = 200
_N_DESCRIPTORS = 200
_F_SETPIPE_SZ = 1031
_libc = ctypes.CDLL(None, use_errno=True)


@act("exhausting")
def take_memory(target: AttackTarget) -> str:
    """Take 2.5 GiB of memory."""
    taken = [mmap.mmap(-1, _PIECE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS) for _ in range(_N_PIECES)]
    return f"{len(taken)} pieces"


@act("exhausting")
def take_shared_memory(target: AttackTarget) -> str:
    """Take 2.5 GiB of memory that could be shared, which some limits do not count."""
    taken = [mmap.mmap(-1, _PIECE) for _ in range(_N_PIECES)]
    return f"{len(taken)} pieces"


@act("exhausting")
def pin_memory(target: AttackTarget) -> str:
    """Keep memory from being swapped out."""
    memory = mmap.mmap(-1, 1 << 20)
    start = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    if _libc.mlock(ctypes.c_void_p(start), ctypes.c_size_t(1 << 20)):
        raise OSError(ctypes.get_errno(), "mlock")
    return "1 MiB"


@act("exhausting")
def start_many_threads(target: AttackTarget) -> str:
    """Start 200 threads."""
    done = threading.Event()
    threads = [threading.Thread(target=done.wait, args=(5,), daemon=True) for _ in range(_N_THREADS)]
    try:
        for thread in threads:
            thread.start()
    finally:
        done.set()
    return f"{_N_THREADS} threads"


@act("exhausting")
def open_many_descriptors(target: AttackTarget) -> str:
    """Keep 200 descriptors open."""
    return f"{len([os.dup(0) for _ in range(_N_DESCRIPTORS)])} descriptors"


@act("exhausting")
def grow_a_pipe(target: AttackTarget) -> str:
    """Let the kernel keep more for a pipe than it gives by itself."""
    return f"{fcntl.fcntl(os.pipe()[1], _F_SETPIPE_SZ, 1 << 20)} bytes"
