"""The filter as a function of a call's number and arguments, on both architectures, without a kernel."""

from __future__ import annotations

import errno
import os
import platform

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader.worker.cage import kernel, seccomp, syscalls
from tests.cage.machine import ALLOW, ERRNO, KILL, run

PID = 4242
WORDS = st.integers(0, 2**64 - 1)
TABLES = (syscalls.PLAIN, syscalls.GUARDED, syscalls.NAMING)
THREAD = 0x3D0F00
_LIBSECCOMP = ("libseccomp.so.2", "libseccomp.so")


@pytest.fixture(params=sorted(kernel.ARCHITECTURES))
def filtered(request, monkeypatch):
    """Runs a call by its name, or by its number, through the filter of an architecture."""
    monkeypatch.setattr(platform, "machine", lambda: request.param)
    kind, column = kernel.ARCHITECTURES[request.param]
    program = seccomp.filter_program(PID)
    known = {name: numbers[column] for table in TABLES for name, numbers in table.items()}

    def call(name, *arguments, architecture=kind):
        number = known[name] if isinstance(name, str) else name
        if number is None:
            pytest.skip(f"no {name} on {request.param}")
        return run(program, architecture, number, *arguments)

    return call


ALLOWED = [
    ("read", 3), ("mmap", 0), ("exit_group", 0), ("kill", PID, 9), ("tgkill", PID, 77, 6), ("clone", THREAD),
    ("fcntl", 3, 3), ("fcntl", 3, 4, os.O_NONBLOCK | os.O_RDWR), ("ioctl", 1, 0x5401), ("prctl", 15),
    ("prlimit64", 0, 9, 0, 4096), ("sendto", 3, 4096, 10, 0, 0), ("socketpair", 1, 1, 0), ("sched_getaffinity", 0),
    ("futex", 4096, 0x80), ("futex", 4096, 0x189), ("getsockopt", 4, 1, 3), ("clock_gettime", 1), ("clock_gettime", -6 & ~2 | 4),
]  # fmt: skip
REFUSED = [
    ("openat", -100, 4096), ("newfstatat", 3, 4096, 4096, 0x1000), ("getdents64", 3), ("kill", 1, 9), ("kill", 0, 9),
    ("kill", -1, 9), ("kill", -PID, 9), ("tgkill", 1, PID, 9), ("clone", 17), ("clone", 0x11), ("clone", THREAD | 1 << 30),
    ("clone", THREAD | 0x1000), ("clone", THREAD & ~0x10000), ("clone3", 4096, 88), ("fcntl", 3, 8, 1), ("fcntl", 3, 4, 0x2000), ("fcntl", 3, 5),
    ("fcntl", 3, 1024), ("ioctl", 0, 0x5412), ("prctl", 1, 0), ("prctl", 4, 1), ("prctl", 22), ("prlimit64", 1, 9, 0, 0),
    ("prlimit64", 0, 9, 4096, 0), ("prlimit64", 0, 9, 1 << 32, 0), ("sendto", 3, 0, 0, 0, 4096), ("sendto", 3, 0, 0, 0, 1 << 40),
    ("socketpair", 16, 2, 0), ("sched_getaffinity", 1), ("getpgid", 1), ("futex", 4096, 6), ("futex", 4096, 12 | 0x80),
    ("getsockopt", 3, 1, 17), ("getsockopt", 3, 1, 77), ("getsockopt", 3, 0, 3), ("clock_gettime", -6), ("clock_nanosleep", ~1 << 3 | 2),
]  # fmt: skip


@pytest.mark.parametrize("call", ALLOWED, ids=str)
def test_what_numpy_torch_and_python_need_is_allowed(filtered, call):
    """Memory, threads, clocks and descriptors of one's own."""
    assert filtered(*call) == ALLOW


@pytest.mark.parametrize("call", REFUSED, ids=str)
def test_what_reaches_further_is_refused(filtered, call):
    """With an error, so that a program can go on and say so."""
    assert filtered(*call) & 0xFFFF0000 == ERRNO


@given(arguments=st.lists(WORDS, min_size=6, max_size=6))
@example(arguments=[-100 % 2**64, 0, 0, 0, 0, 0])
def test_no_path_can_be_named_whatever_the_arguments(arguments):
    """The seal has no exception, such as the empty-path flag was."""
    program = seccomp.filter_program(PID)
    kind, column = kernel.architecture()
    for numbers in syscalls.NAMING.values():
        if numbers[column] is not None:
            assert run(program, kind, numbers[column], *arguments) in (ERRNO | errno.ENOENT, ERRNO | errno.EACCES)


@given(number=st.integers(0, 2**32 - 1) | st.integers(0, 600), arguments=st.lists(WORDS, min_size=6, max_size=6))
@example(number=kernel.ARCHITECTURES["x86_64"][1], arguments=[0] * 6)
def test_only_what_the_tables_list_is_ever_allowed(number, arguments):
    """Every number that no table has is answered with an error, or the process is killed."""
    kind, column = kernel.architecture()
    answer = run(seccomp.filter_program(PID), kind, number, *arguments)
    listed = {numbers[column] for table in (syscalls.PLAIN, syscalls.GUARDED) for numbers in table.values()}
    assert answer in (ALLOW, KILL) or answer & 0xFFFF0000 == ERRNO
    assert number in listed or answer != ALLOW


@given(pid=WORDS, sign=st.integers(0, 64))
def test_no_process_but_itself_is_ever_signalled(pid, sign):
    """The kernel reads 32 bits of a process id; so does the filter."""
    kind, column = kernel.architecture()
    program = seccomp.filter_program(PID)
    for name in ("kill", "tgkill"):
        answer = run(program, kind, syscalls.GUARDED[name][column], pid, sign)
        assert (answer == ALLOW) == (pid & 0xFFFFFFFF == PID)


@given(flags=WORDS)
@example(flags=THREAD)
@example(flags=THREAD | 1 << 63)
def test_clone_makes_threads_only(flags):
    """Whatever is allowed shares memory and thread group, and enters no namespace."""
    kind, column = kernel.architecture()
    if run(seccomp.filter_program(PID), kind, syscalls.GUARDED["clone"][column], flags) == ALLOW:
        assert flags & 0x10100 == 0x10100
        assert not flags & 0x7E0200FF


def test_another_architecture_is_killed(filtered):
    """Its numbers mean other calls: i386 by int 0x80 above all."""
    assert filtered("read", 0, architecture=0x40000003) == KILL


def test_x32_is_killed(filtered):
    """Where the architecture has it; elsewhere such a number is no call."""
    assert filtered(0x40000000 + 39) in (KILL, ERRNO | errno.ENOSYS)


def test_calls_newer_than_the_table_are_not_there(filtered):
    """ENOSYS, on which libc falls back, where EPERM would be an error to it."""
    assert filtered(syscalls.FIRST_UNKNOWN) == ERRNO | errno.ENOSYS
    assert filtered(2**29) == ERRNO | errno.ENOSYS


def test_every_jump_lands_inside(filtered):
    """The kernel would refuse the program; and it holds at most 4096 instructions."""
    program = seccomp.filter_program(PID)
    assert len(program) % 8 == 0
    assert len(program) // 8 <= 4096


def test_no_number_stands_twice():
    """A call is plain, guarded or naming, and each number belongs to one call."""
    for column in (0, 1):
        numbers = [n[column] for table in TABLES for n in table.values() if n[column] is not None]
        assert len(numbers) == len(set(numbers))


def test_another_machine_is_refused(monkeypatch):
    """No table, no filter: never a guess."""
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    with pytest.raises(OSError, match="riscv64"):
        seccomp.filter_program(PID)
