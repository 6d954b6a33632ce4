"""Calls to the kernel that Python has no name for; each does what it says or raises OSError."""

from __future__ import annotations

import ctypes
import os
import platform
from typing import Any

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long

# AUDIT_ARCH_* of the architectures whose system calls are known here, and the column of the tables they use.
ARCHITECTURES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_CAPBSET_DROP, PR_SET_SECUREBITS = 1, 4, 24, 28
PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT = 38, 47


def architecture() -> tuple[int, int]:
    """AUDIT_ARCH and table column of this machine.

    Raises:
        OSError: another architecture.
    """
    try:
        return ARCHITECTURES[platform.machine()]
    except KeyError:
        raise OSError(f"no table of system calls for {platform.machine()}") from None


def syscall(numbers: tuple[int | None, int | None], *arguments: Any) -> int:
    """Make a system call by its numbers for x86_64 and aarch64; integers are passed as long."""
    number = numbers[architecture()[1]]
    if number is None:
        raise OSError("no such system call here")
    words = [ctypes.c_long(word) if isinstance(word, int) else word for word in arguments]
    ctypes.set_errno(0)
    return _check(int(_libc.syscall(ctypes.c_long(number), *words)))


def prctl(operation: int, *arguments: int) -> None:
    """prctl(2)."""
    words = [ctypes.c_ulong(word) for word in (*arguments, 0, 0, 0, 0)[:4]]
    ctypes.set_errno(0)
    _check(int(_libc.prctl(ctypes.c_int(operation), *words)))


def unshare(flags: int) -> None:
    """unshare(2)."""
    ctypes.set_errno(0)
    _check(int(_libc.unshare(ctypes.c_int(flags))))


def mount(source: str | None, target: str, kind: str | None = None, flags: int = 0, data: str | None = None) -> None:
    """mount(2)."""
    texts = [None if text is None else os.fsencode(text) for text in (source, target, kind, data)]
    ctypes.set_errno(0)
    _check(int(_libc.mount(texts[0], texts[1], texts[2], ctypes.c_ulong(flags), texts[3])))


def umount(target: str, flags: int) -> None:
    """umount2(2)."""
    ctypes.set_errno(0)
    _check(int(_libc.umount2(os.fsencode(target), ctypes.c_int(flags))))


def capset(header: ctypes.Structure, data: ctypes.Array[ctypes.c_uint32]) -> None:
    """capset(2)."""
    ctypes.set_errno(0)
    _check(int(_libc.capset(ctypes.byref(header), ctypes.byref(data))))


def share_malloc_arenas(at_most: int) -> None:
    """Let threads share the arenas of malloc, where libc has such (mallopt's M_ARENA_MAX, of glibc)."""
    if hasattr(_libc, "mallopt"):
        _libc.mallopt(ctypes.c_int(-8), ctypes.c_int(at_most))


def _check(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
