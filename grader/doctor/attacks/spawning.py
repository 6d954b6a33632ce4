"""Acts that start another process or program."""

from __future__ import annotations

import ctypes
import os
import signal
import struct

from grader.doctor.attacks.act import CHANNEL, AttackTarget, NotAchieved, act, call

_SAY_WORKED = f"printf 'worked\\nran a program' >&{CHANNEL}"


def _child_of(pid: int) -> str:
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    return "a second process"


@act("spawning")
def fork(target: AttackTarget) -> str:
    """Start a second process."""
    return _child_of(os.fork())


@act("spawning")
def fork_by_clone(target: AttackTarget) -> str:
    """Start it by the call beneath."""
    return _child_of(call(56, 220, int(signal.SIGCHLD), 0, 0, 0, 0))


@act("spawning")
def fork_by_clone3(target: AttackTarget) -> str:
    """Start it by the newer call, whose flags no filter can see."""
    arguments = ctypes.create_string_buffer(struct.pack("8Q", 0, 0, 0, 0, int(signal.SIGCHLD), 0, 0, 0), 64)
    return _child_of(call(435, 435, arguments, 64))


@act("spawning")
def fork_the_old_way(target: AttackTarget) -> str:
    """Start it by the call that only x86 has."""
    return _child_of(call(57, None))


@act("spawning")
def leave_a_daemon(target: AttackTarget) -> str:
    """Leave a process behind that no longer belongs to this one."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.setsid()
        if os.fork() == 0:
            os.write(write, b"x")
        os._exit(0)
    os.waitpid(child, 0)
    os.close(write)
    if not os.read(read, 1):
        raise NotAchieved("it did not start")
    return "a process of its own session"


@act("spawning")
def spawn_a_program(target: AttackTarget) -> str:
    """Run a program beside this one."""
    child = os.posix_spawn("/bin/sh", ["sh", "-c", "exit 0"], {})
    if os.waitpid(child, 0)[1]:
        raise NotAchieved("it did not run")
    return "ran a program"


@act("spawning")
def become_a_program(target: AttackTarget) -> str:
    """Run a program in place of this one."""
    os.execv("/bin/sh", ["sh", "-c", _SAY_WORKED])


@act("spawning")
def become_a_program_by_descriptor(target: AttackTarget) -> str:
    """The same by a descriptor, without a path."""
    os.execve(os.open("/bin/sh", os.O_RDONLY), ["sh", "-c", _SAY_WORKED], {})
