"""Who the process is: a user of nobody's, without capabilities, unseen by its peers, dying with its parent."""

from __future__ import annotations

import contextlib
import ctypes
import os
import random
import signal
from pathlib import Path

from grader.worker.cage.kernel import (
    PR_CAP_AMBIENT,
    PR_CAPBSET_DROP,
    PR_SET_DUMPABLE,
    PR_SET_NO_NEW_PRIVS,
    PR_SET_PDEATHSIG,
    PR_SET_SECUREBITS,
    capset,
    prctl,
)

# Ids that no distribution hands out (systemd's list, "Users, Groups, UIDs and GIDs", has them as unused); the few are
# for containers, in which the many may not exist.
_MANY, _FEW = range(1_900_000_000, 2_030_000_000), range(60_600, 61_100)
_N_UIDS = 500
_MAX_CAPABILITY = 64
_CAPABILITY_VERSION = 0x20080522
# SECBIT_NOROOT, SECBIT_NO_SETUID_FIXUP and their locks.
_SECUREBITS = 0b101111
_AMBIENT_CLEAR_ALL = 4


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


def throw_away_uids() -> range:
    """The user ids that the workers of one zygote may take, by their process ids.

    The kernel counts threads by user id, so no two workers that run at a time should share one. Process ids repeat in
    other containers and namespaces: where the ids begin is drawn at random.
    """
    known = _MANY if all(_is_known(one) for one in (_MANY[0], _MANY[-1])) else _FEW
    first = random.SystemRandom().choice(range(known.start, known.stop, _N_UIDS))
    return range(first, first + _N_UIDS)


def _is_known(uid: int) -> bool:
    """Whether the id exists in this user namespace, as a user's and as a group's."""
    maps = (Path(f"/proc/self/{kind}_map").read_text().splitlines() for kind in ("uid", "gid"))
    return all(any(int(line.split()[0]) <= uid < _end(line) for line in lines) for lines in maps)


def _end(line: str) -> int:
    inside, _, count = map(int, line.split())
    return inside + count


def become(uid: int) -> None:
    """Change to `uid`, in all three ids, without groups."""
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


def bound_capabilities() -> None:
    """Let no program that this process or a child of it starts gain a capability; those that it has stay."""
    for capability in range(_MAX_CAPABILITY):
        with contextlib.suppress(OSError):  # beyond the last one, or not allowed to: workers empty their sets anyhow
            prctl(PR_CAPBSET_DROP, capability)


def drop_capabilities() -> None:
    """Empty every capability set but the bounding one, for good; that one is the zygote's to empty."""
    with contextlib.suppress(OSError):
        prctl(PR_SET_SECUREBITS, _SECUREBITS)
    capset(_Header(_CAPABILITY_VERSION, 0), (ctypes.c_uint32 * 6)())
    with contextlib.suppress(OSError):
        prctl(PR_CAP_AMBIENT, _AMBIENT_CLEAR_ALL)


def hide() -> None:
    """Close /proc/PID/mem and ptrace to processes of the same user."""
    prctl(PR_SET_DUMPABLE, 0)


def die_with_parent(parent: int | None = None) -> None:
    """Be killed when the parent ends; a change of user clears this, so it comes after one.

    Raises:
        OSError: `parent` has ended already, and so will never send the signal.
    """
    prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL))
    if parent is not None and os.getppid() != parent:
        raise OSError("the parent has ended")


def no_new_privileges() -> None:
    """Make setuid programs inert; both Landlock and seccomp ask for it."""
    prctl(PR_SET_NO_NEW_PRIVS, 1)
