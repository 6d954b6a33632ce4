"""Landlock: the kernel's own rule that nothing of the file system or the network may be used."""

from __future__ import annotations

import ctypes
import os

from grader.worker.cage.kernel import syscall
from grader.worker.cage.syscalls import LANDLOCK_CREATE_RULESET, LANDLOCK_RESTRICT_SELF

_VERSION_FLAG = 1
# How many file-system rights an ABI version knows: handling them all and allowing none forbids them all.
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
_TCP_RIGHTS, _SCOPES = 0b11, 0b11


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


def abi() -> int:
    """The version that the kernel speaks; 0 where there is none."""
    try:
        return syscall(LANDLOCK_CREATE_RULESET, None, 0, _VERSION_FLAG)
    except OSError:
        return 0


def forbid_everything() -> None:
    """No file may be opened, no TCP port used, no abstract socket or process outside reached; needs no_new_privs.

    Raises:
        OSError: the kernel has no Landlock.
    """
    version = abi()
    files = (1 << _FILE_RIGHTS[min(max(version, 1), 5)]) - 1
    rules = _Ruleset(files, _TCP_RIGHTS if version >= 4 else 0, _SCOPES if version >= 6 else 0)
    size = 8 if version < 4 else 16 if version < 6 else 24
    descriptor = syscall(LANDLOCK_CREATE_RULESET, ctypes.byref(rules), size, 0)
    try:
        syscall(LANDLOCK_RESTRICT_SELF, descriptor, 0)
    finally:
        os.close(descriptor)
