"""The tables of system calls against numbers that others keep: a committed list, and libseccomp where it is installed."""

from __future__ import annotations

import ctypes
from pathlib import Path

import pytest

from grader.worker.cage import kernel, syscalls

SINGLE = (
    "seccomp",
    "pivot_root",
    "close_range",
    "landlock_create_ruleset",
    "landlock_add_rule",
    "landlock_restrict_self",
)
OURS = {
    **syscalls.PLAIN,
    **syscalls.GUARDED,
    **syscalls.NAMING,
    **{name: getattr(syscalls, name.upper()) for name in SINGLE},
}


def committed():
    """The list: name → its numbers on x86_64 and aarch64."""
    lines = (Path(__file__).parent / "numbers.txt").read_text().splitlines()
    rows = [line.split() for line in lines if not line.startswith("#")]
    return {name: tuple(None if word == "-" else int(word) for word in words) for name, *words in rows}


def test_every_number_is_the_committed_one():
    """A slip of one digit would open another call."""
    assert committed() == OURS


def test_the_committed_numbers_are_libseccomps():
    """The list was made from libseccomp, and still agrees with the one installed here."""
    try:
        library = ctypes.CDLL("libseccomp.so.2")
    except OSError:
        pytest.skip("no libseccomp on this machine; the committed list was checked where there is one")
    resolve = library.seccomp_syscall_resolve_name_arch
    resolve.argtypes = (ctypes.c_uint32, ctypes.c_char_p)
    for name, numbers in committed().items():
        for architecture, column in kernel.ARCHITECTURES.values():
            number = resolve(architecture, name.encode())
            if number != -1:  # newer than this libseccomp
                assert (number if number >= 0 else None) == numbers[column], name
