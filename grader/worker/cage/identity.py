"""Who the process is: a user of nobody's, without capabilities, unseen by its peers, dying with its parent."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal

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

# Ids that no distribution hands out (systemd's list, "Users, Groups, UIDs and GIDs", has them as unused). A worker
# takes one by its process id: two that run at a time then seldom share one, and the filter keeps them apart anyhow.
_FIRST_UID, _N_UIDS = 60_600, 500
_MAX_CAPABILITY = 64
_CAPABILITY_VERSION = 0x20080522
# SECBIT_NOROOT, SECBIT_NO_SETUID_FIXUP and their locks.
_SECUREBITS = 0b101111
_AMBIENT_CLEAR_ALL = 4


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


def throw_away_uid() -> int:
    """The user id that this process may take."""
    return _FIRST_UID + os.getpid() % _N_UIDS


def become(uid: int) -> None:
    """Change to `uid`, in all three ids, without groups."""
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


def drop_capabilities() -> None:
    """Empty every capability set, for good."""
    for capability in range(_MAX_CAPABILITY):
        with contextlib.suppress(OSError):  # beyond the last one, or not allowed to: the sets below are emptied anyhow
            prctl(PR_CAPBSET_DROP, capability)
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
