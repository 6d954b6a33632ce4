"""The filter that carries the sandbox: an allow-list of system calls under which no path can be named.

A program is made for one process, whose own id is the only one it may signal. Values that are allowed are compared,
never values that are refused: a high bit set in an argument must not slip past (CVE-2019-7303).
"""

from __future__ import annotations

import ctypes
import errno
import functools
import os
import struct
from collections.abc import Callable, Sequence

from grader.worker.cage.kernel import architecture, syscall
from grader.worker.cage.syscalls import FIRST_UNKNOWN, GUARDED, NAMING, PLAIN, SECCOMP

# BPF instructions: load a word of the call's data, jump if equal, if greater or equal, if any bit is set, and, return.
_LOAD, _IF_EQUAL, _IF_AT_LEAST, _IF_ANY_BIT, _AND, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06
_ALLOW, _KILL_PROCESS, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_NUMBER_AT, _ARCHITECTURE_AT, _ARGUMENTS_AT = 0, 4, 16
_X32_BIT = 0x40000000
_SET_MODE_FILTER, _ALL_THREADS = 1, 1

# TCGETS, FIONREAD, FIONBIO, FIONCLEX, FIOCLEX, TIOCGWINSZ: reading what a descriptor is, and its own flags.
_IOCTLS = (0x5401, 0x541B, 0x5421, 0x5450, 0x5451, 0x5413)
# F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_DUPFD_CLOEXEC, F_GETPIPE_SZ: no locks, leases or owners of SIGIO.
_FCNTLS = (0, 1, 2, 3, 1030, 1032)
# F_SETFL may change these flags alone: the access mode, O_APPEND, O_NONBLOCK and O_LARGEFILE (of both architectures).
_F_SETFL, _STATUS_FLAGS = 4, 0o3 | 0o2000 | 0o4000 | 0o100000 | 0o400000
# SO_TYPE, SO_ERROR, SO_PROTOCOL, SO_DOMAIN; SO_PEERCRED and SO_PEERPIDFD would name the judge.
_SOL_SOCKET, _SOCKET_OPTIONS = 1, (3, 4, 38, 39)
# WAIT, WAKE, REQUEUE, CMP_REQUEUE, WAKE_OP, WAIT_BITSET, WAKE_BITSET, private or not, on any clock. Those with
# priority inheritance have been the way into many kernels (CVE-2014-3153, CVE-2021-3347), and nothing here uses them.
_FUTEXES, _FUTEX_FLAGS = (0, 1, 3, 4, 5, 9, 10), 0x80 | 0x100
# Clocks of the system and of the process; from here on they are computed from a process id, and with this bit set
# from a thread's, which the kernel restricts to the own process.
_FIRST_COMPUTED_CLOCK, _CLOCK_OF_THREAD = 16, 4
# PR_SET_NAME, PR_GET_NAME, PR_GET_DUMPABLE, PR_GET_NO_NEW_PRIVS, PR_SET_VMA.
_PRCTLS = (15, 16, 3, 39, 0x53564D41)
_AF_UNIX = 1
# What pthread_create asks for, in glibc and in musl: VM, FS, FILES, SIGHAND, THREAD, SYSVSEM, SETTLS, PARENT_SETTID,
# CHILD_CLEARTID (and DETACHED, which means nothing). Neither a process nor a namespace is made with exactly these.
_THREADS = (0x3D0F00, 0x7D0F00)
# Stands for the process id until it is known; greater than any, and unlike all other values of the program.
_ANYBODY = 0x5EEDF00D


class _Program:
    """Instructions of a filter, and the few shapes that they come in."""

    def __init__(self) -> None:
        self._column = architecture()[1]
        self._code: list[tuple[int, int, int, int]] = []

    def emit(self, code: int, value: int, if_true: int = 0, if_false: int = 0) -> None:
        self._code.append((code, if_true, if_false, value & 0xFFFFFFFF))

    def allow(self) -> None:
        self.emit(_RETURN, _ALLOW)

    def refuse(self, number: int = errno.EPERM) -> None:
        self.emit(_RETURN, _ERRNO | number)

    def load_argument(self, index: int, *, high: bool = False) -> None:
        self.emit(_LOAD, _ARGUMENTS_AT + 8 * index + (4 if high else 0))

    def on(self, numbers: tuple[int | None, int | None], body: Callable[[], None]) -> None:
        """For this call, `body`, which ends in a return."""
        number = numbers[self._column]
        if number is None:
            return
        at = len(self._code)
        self.emit(_IF_EQUAL, number)
        body()
        length = len(self._code) - at - 1
        assert length < 256, "a jump reaches 255 instructions"
        self._code[at] = (_IF_EQUAL, 0, length, number)

    def allow_if(self, index: int, values: Sequence[int], number: int = errno.EPERM) -> Callable[[], None]:
        """A body that allows some values of an argument."""

        def body() -> None:
            self.load_argument(index)
            self.one_of(values, number)

        return body

    def one_of(self, values: Sequence[int], number: int = errno.EPERM) -> None:
        """Allow the call where what was loaded is one of the values."""
        for value in values:
            self.emit(_IF_EQUAL, value, 0, 1)
            self.allow()
        self.refuse(number)

    def require_null(self, index: int) -> None:
        """Go on only where a pointer is NULL, in all its 64 bits."""
        for high in (False, True):
            self.load_argument(index, high=high)
            self.emit(_IF_EQUAL, 0, 1, 0)
            self.refuse()

    def bytes(self) -> bytes:
        return b"".join(struct.pack("HBBI", *instruction) for instruction in self._code)


def filter_program(pid: int) -> bytes:
    """The filter for the process that sees itself as `pid`."""
    return _program(*architecture()).replace(struct.pack("I", _ANYBODY), struct.pack("I", pid))


@functools.cache
def _program(kind: int, column: int) -> bytes:
    """The filter with a process id of nobody's; the zygote makes it once for all workers."""
    program, pid = _Program(), _ANYBODY
    program.emit(_LOAD, _ARCHITECTURE_AT)
    program.emit(_IF_EQUAL, kind, 1, 0)
    program.emit(_RETURN, _KILL_PROCESS)  # another ABI of the processor has other numbers
    program.emit(_LOAD, _NUMBER_AT)
    if column == 0:
        program.emit(_IF_AT_LEAST, _X32_BIT, 0, 1)
        program.emit(_RETURN, _KILL_PROCESS)
    for name, numbers in NAMING.items():
        program.on(numbers, _OPENS[name](program) if name in _OPENS else lambda: program.refuse(errno.ENOENT))
    _guard(program, pid)
    for numbers in PLAIN.values():
        program.on(numbers, program.allow)
    program.emit(_IF_AT_LEAST, FIRST_UNKNOWN, 0, 1)
    program.refuse(errno.ENOSYS)
    program.refuse()
    return program.bytes()


def _opens(flags_at: int) -> Callable[[_Program], Callable[[], None]]:
    """Refuses both, but says of what is written that it may not be, of what is read that it is not there."""

    def of(program: _Program) -> Callable[[], None]:
        def body() -> None:
            program.load_argument(flags_at)
            program.emit(_IF_ANY_BIT, os.O_WRONLY | os.O_RDWR | os.O_CREAT, 0, 1)
            program.refuse(errno.EACCES)
            program.refuse(errno.ENOENT)

        return body

    return of


_OPENS = {"open": _opens(1), "openat": _opens(2)}


def _guard(program: _Program, pid: int) -> None:
    """The calls that are allowed with some arguments."""
    itself = {
        "ioctl": program.allow_if(1, _IOCTLS, errno.ENOTTY),
        "fcntl": lambda: _keep_to_descriptor(program),
        "prctl": program.allow_if(0, _PRCTLS),
        "socketpair": program.allow_if(0, (_AF_UNIX,)),
        "kill": program.allow_if(0, (pid,)),
        "tgkill": program.allow_if(0, (pid,)),
        **{
            name: program.allow_if(0, (0, pid))
            for name in ("sched_getaffinity", "sched_getparam", "sched_getscheduler", "getpgid", "getsid")
        },
        "clone3": lambda: program.refuse(errno.ENOSYS),  # its flags lie behind a pointer; libc falls back to clone
        "clone": program.allow_if(0, _THREADS),
        "futex": lambda: _plain_futex(program),
        "getsockopt": lambda: _kind_of_socket(program),
        **{name: lambda: _own_clock(program) for name in ("clock_gettime", "clock_getres", "clock_nanosleep")},
        "prlimit64": lambda: _read_own_limits(program, pid),
        "sendto": lambda: _without_address(program),
    }
    for name, body in itself.items():
        program.on(GUARDED[name], body)


def _keep_to_descriptor(program: _Program) -> None:
    program.load_argument(1)
    program.emit(_IF_EQUAL, _F_SETFL, 0, 5)
    program.load_argument(2)
    program.emit(_AND, ~_STATUS_FLAGS)
    program.emit(_IF_EQUAL, 0, 1, 0)
    program.refuse()
    program.allow()
    program.allow_if(1, _FCNTLS)()


def _plain_futex(program: _Program) -> None:
    program.load_argument(1)
    program.emit(_AND, ~_FUTEX_FLAGS)
    program.one_of(_FUTEXES, errno.ENOSYS)


def _kind_of_socket(program: _Program) -> None:
    program.load_argument(1)
    program.emit(_IF_EQUAL, _SOL_SOCKET, 1, 0)
    program.refuse()
    program.allow_if(2, _SOCKET_OPTIONS)()


def _own_clock(program: _Program) -> None:
    """A clock of another process would tell whether it is there, and how busy it is."""
    program.load_argument(0)
    program.emit(_IF_AT_LEAST, _FIRST_COMPUTED_CLOCK, 1, 0)
    program.allow()
    program.emit(_IF_ANY_BIT, _CLOCK_OF_THREAD, 1, 0)
    program.refuse(errno.EINVAL)
    program.allow()


def _read_own_limits(program: _Program, pid: int) -> None:
    program.load_argument(0)
    program.emit(_IF_EQUAL, 0, 2, 0)
    program.emit(_IF_EQUAL, pid, 1, 0)
    program.refuse()
    program.require_null(2)
    program.allow()


def _without_address(program: _Program) -> None:
    """A datagram with an address could reach any socket of the machine."""
    program.require_null(4)
    program.allow()


class _Filter(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def load(program: bytes) -> None:
    """Put the process, and all it will start, under a program for good; needs no_new_privs."""
    loaded = _Filter(len(program) // 8, program)
    syscall(SECCOMP, _SET_MODE_FILTER, _ALL_THREADS, ctypes.byref(loaded))
