"""Acts that signal, slow down or outlive the judge."""

from __future__ import annotations

import ctypes
import fcntl
import os
import resource
import signal
import socket

from grader.doctor.attacks.act import AttackTarget, IoVector, act, call
from grader.worker.cage import kernel

_F_SETSIG = 10
_FIOSETOWN = 0x8901
_HIGH_BIT = 1 << 32
_IO_IDLE = 3 << 13


@act("disturbing")
def signal_judge(target: AttackTarget) -> str:
    """Send the judge a signal."""
    os.kill(target.judge, signal.SIGUSR1)
    return "delivered"


@act("disturbing")
def signal_judge_with_high_bits(target: AttackTarget) -> str:
    """Send it with bits set that the kernel ignores and a filter might not."""
    call(62, 129, _HIGH_BIT | target.judge, signal.SIGUSR1)
    return "delivered"


@act("disturbing")
def signal_judge_thread(target: AttackTarget) -> str:
    """Send it to a thread of the judge's, by tgkill."""
    call(234, 131, target.judge, target.judge, signal.SIGUSR1)
    return "delivered"


@act("disturbing")
def signal_judge_thread_the_old_way(target: AttackTarget) -> str:
    """Send it by tkill, which names no process."""
    call(200, 130, target.judge, signal.SIGUSR1)
    return "delivered"


@act("disturbing")
def queue_signal_to_judge(target: AttackTarget) -> str:
    """Queue a signal with a value for the judge."""
    information = (ctypes.c_int * 32)(signal.SIGUSR1, 0, -1)
    call(129, 138, target.judge, signal.SIGUSR1, ctypes.byref(information))
    return "queued"


@act("disturbing")
def signal_judge_by_descriptor(target: AttackTarget) -> str:
    """Send it by a descriptor of the judge's process."""
    call(424, 424, call(434, 434, target.judge, 0), int(signal.SIGUSR1), None, 0)
    return "delivered"


@act("disturbing")
def signal_zygote(target: AttackTarget) -> str:
    """Reach the parent, on which every later worker depends."""
    os.kill(os.getppid(), 0)
    return "within reach"


@act("disturbing")
def signal_everybody(target: AttackTarget) -> str:
    """Address every process there is."""
    os.kill(-1, 0)
    return "within reach"


@act("disturbing")
def signal_judge_by_pipe(target: AttackTarget) -> str:
    """Make the judge the owner of a pipe that signals by itself."""
    read, write = os.pipe()
    fcntl.fcntl(read, fcntl.F_SETOWN, target.judge)
    fcntl.fcntl(read, _F_SETSIG, int(signal.SIGUSR1))
    fcntl.fcntl(read, fcntl.F_SETFL, os.O_ASYNC | os.O_NONBLOCK)
    os.write(write, b"x")
    return "the judge owns the pipe"


@act("disturbing")
def signal_judge_by_socket(target: AttackTarget) -> str:
    """Make the judge the owner of a socket, by ioctl."""
    pair = socket.socketpair()
    fcntl.ioctl(pair[0], _FIOSETOWN, target.judge.to_bytes(4, "little"))
    return "the judge owns the socket"


@act("disturbing")
def limit_judge(target: AttackTarget) -> str:
    """Lower a limit of the judge's."""
    resource.prlimit(target.judge, resource.RLIMIT_CORE, (0, 0))
    return "lowered"


@act("disturbing")
def slow_judge_down(target: AttackTarget) -> str:
    """Give the judge the lowest priority."""
    os.setpriority(os.PRIO_PROCESS, target.judge, 19)
    return "priority 19"


@act("disturbing")
def reschedule_judge(target: AttackTarget) -> str:
    """Let the judge run only when nobody else does."""
    os.sched_setscheduler(target.judge, os.SCHED_IDLE, os.sched_param(0))
    return "idle class"


@act("disturbing")
def starve_judge_of_disk(target: AttackTarget) -> str:
    """Let the judge's reads and writes come last."""
    call(251, 30, 1, target.judge, _IO_IDLE)
    return "idle class"


@act("disturbing")
def pin_judge(target: AttackTarget) -> str:
    """Confine the judge to the processors of the submission."""
    os.sched_setaffinity(target.judge, os.sched_getaffinity(0))
    return "pinned"


@act("disturbing")
def outlive_judge(target: AttackTarget) -> str:
    """Live on when the judge ends."""
    kernel.prctl(kernel.PR_SET_PDEATHSIG, 0)
    return "the signal at the parent's death is off"


@act("disturbing")
def become_attachable(target: AttackTarget) -> str:
    """Let other processes of the same user attach."""
    kernel.prctl(kernel.PR_SET_DUMPABLE, 1)
    return "dumpable"


@act("disturbing")
def write_judge_memory(target: AttackTarget) -> str:
    """Overwrite the expected answer in the judge's memory."""
    buffer = ctypes.create_string_buffer(b"answers!", 8)
    ours, theirs = IoVector(ctypes.addressof(buffer), 8), IoVector(target.address, 8)
    call(311, 271, target.judge, ctypes.byref(ours), 1, ctypes.byref(theirs), 1, 0)
    return "written"
