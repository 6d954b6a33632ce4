"""Acts that watch the judge from afar: by its clock, by the socket between them, by who its neighbours are."""

from __future__ import annotations

import os
import select
import socket
import struct
import time

from grader.doctor.attacks.act import AttackTarget, NotAchieved, act, call

_CLOCK_OF_PROCESS = 2
_SO_PEERPIDFD = 77
_GLOBAL_EXPEDITED = 2
_SIGEV_THREAD_ID, _SIGNAL, _EVENT_SIZE = 4, 10, 64
_F_NOTIFY, _ANY_CHANGE = 1026, 0x8000003F


@act("observing")
def time_the_judge(target: AttackTarget) -> str:
    """Read how much the judge computes, by a clock that is made from its process id."""
    return f"{time.clock_gettime(~target.judge << 3 | _CLOCK_OF_PROCESS)} s"


@act("observing")
def sleep_by_the_judges_clock(target: AttackTarget) -> str:
    """Sleep until the judge has computed for some time, by which it is watched at no cost."""
    request = struct.pack("qq", 0, 0)
    call(230, 115, ~target.judge << 3 | _CLOCK_OF_PROCESS, 0, request, None)
    return "slept"


@act("observing")
def name_the_other_end(target: AttackTarget) -> str:
    """Learn the process id of who made a socket."""
    here = socket.socketpair()[0]
    return f"process {struct.unpack('3i', here.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[0]}"


@act("observing")
def hold_the_other_end(target: AttackTarget) -> str:
    """Get a descriptor of the process that made a socket."""
    here = socket.socketpair()[0]
    return f"descriptor {here.getsockopt(socket.SOL_SOCKET, _SO_PEERPIDFD)}"


@act("observing")
def look_up_the_judges_session(target: AttackTarget) -> str:
    """Learn whose session the judge belongs to."""
    return f"session {os.getsid(target.judge)}"


@act("observing")
def look_up_the_judges_schedule(target: AttackTarget) -> str:
    """Learn where and how the judge is run."""
    return f"{len(os.sched_getaffinity(target.judge))} processors, policy {os.sched_getscheduler(target.judge)}"


@act("observing")
def look_up_the_judges_limits(target: AttackTarget) -> str:
    """Read a limit of the judge's without changing it."""
    limits = bytes(16)
    call(302, 261, target.judge, 7, None, limits)
    return f"{struct.unpack('2Q', limits)[0]} descriptors"


@act("observing")
def look_up_the_judges_priority(target: AttackTarget) -> str:
    """Read how important the judge is."""
    return f"priority {os.getpriority(os.PRIO_PROCESS, target.judge)}"


@act("observing")
def wait_for_the_judges_end(target: AttackTarget) -> str:
    """Be told when the judge ends, by a descriptor of its process."""
    descriptor = os.pidfd_open(target.judge)
    if select.select([descriptor], [], [], 0)[0]:
        raise NotAchieved("it has ended")
    return "watching"


@act("observing")
def watch_the_results_folder(target: AttackTarget) -> str:
    """Be signalled when a result is written, by dnotify."""
    folder = os.open(target.folder, os.O_RDONLY)
    call(72, 25, folder, _F_NOTIFY, _ANY_CHANGE)
    return "watching"


@act("observing")
def interrupt_every_processor(target: AttackTarget) -> str:
    """Make all processors of the machine pause, which the judge's timings show."""
    call(324, 283, _GLOBAL_EXPEDITED, 0)
    return "interrupted"


@act("observing")
def arm_a_timer(target: AttackTarget) -> str:
    """Let the kernel keep a timer, of which there may be many."""
    event = struct.pack("qiii", 0, _SIGNAL, _SIGEV_THREAD_ID, os.getpid()).ljust(_EVENT_SIZE, b"\0")
    call(222, 107, time.CLOCK_MONOTONIC, event, bytes(8))
    return "armed"
