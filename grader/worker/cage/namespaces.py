"""A world of its own: no network, no other processes, and a root that holds the interpreter and nothing else."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
from collections.abc import Sequence
from pathlib import Path

from grader.worker.cage.kernel import mount, syscall, umount, unshare
from grader.worker.cage.syscalls import PIVOT_ROOT

NEWNS, NEWCGROUP, NEWUTS, NEWIPC = 0x00020000, 0x02000000, 0x04000000, 0x08000000
NEWUSER, NEWPID, NEWNET = 0x10000000, 0x20000000, 0x40000000
ALL = NEWNS | NEWCGROUP | NEWUTS | NEWIPC | NEWPID | NEWNET

_RDONLY, _NOSUID, _NODEV, _NOEXEC, _REMOUNT, _BIND, _REC, _PRIVATE = 1, 2, 4, 8, 32, 4096, 16384, 1 << 18
_DETACH = 2
# Flags of a mounted file system (statvfs) and of mount(2): a locked one must be repeated in a user namespace.
_KEPT_FLAGS = ((2, _NOSUID), (4, _NODEV), (8, _NOEXEC), (1024, 1024), (2048, 2048), (4096, 1 << 21))
_ROOT = "/tmp"


def are_allowed(readable: Sequence[str]) -> bool:
    """Whether they can be entered, which this process then has: it can succeed half-way and then refuse the rest."""
    separate()
    inner = os.fork()
    if inner == 0:
        with contextlib.suppress(BaseException):
            own_root(readable)
            os._exit(0)
        os._exit(1)
    code = os.waitstatus_to_exitcode(os.waitpid(inner, 0)[1])
    if code == -signal.SIGKILL:  # by somebody: nothing is known
        os.kill(os.getpid(), signal.SIGKILL)
    return code == 0


def separate() -> None:
    """Leave the machine's namespaces; as an ordinary user by way of a user namespace. Children get new process ids."""
    if os.getuid() == 0:
        with contextlib.suppress(PermissionError):
            unshare(ALL)
            return
    uid, gid = os.getuid(), os.getgid()
    unshare(NEWUSER | ALL)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1")
    Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1")


def own_root(readable: Sequence[str]) -> None:
    """Make a small read-only file system the root, with read-only views of `readable` in it and nothing else."""
    mount(None, "/", None, _REC | _PRIVATE)
    pins = [(path, os.open(path, os.O_PATH)) for path in readable if not Path(path).is_symlink()]
    links = [(path, Path(path).readlink()) for path in readable if Path(path).is_symlink()]
    mount("tmpfs", _ROOT, "tmpfs", _NOSUID | _NODEV, "size=1m,mode=0755")
    scratch = _under_root("/tmp")  # importing some modules asks for a place that can be written
    scratch.mkdir(exist_ok=True)
    mount("tmpfs", str(scratch), "tmpfs", _NOSUID | _NODEV | _NOEXEC, "size=16m,mode=0700")
    for path, descriptor in pins:  # after the scratch: an interpreter may live below /tmp
        _bind(path, descriptor)
        os.close(descriptor)
    for path, target in links:
        _under_root(path).parent.mkdir(parents=True, exist_ok=True)
        _under_root(path).symlink_to(target)
    os.chdir(_ROOT)
    syscall(PIVOT_ROOT, ctypes.c_char_p(b"."), ctypes.c_char_p(b"."))
    umount(".", _DETACH)
    os.chdir("/")
    mount(None, "/", None, _REMOUNT | _BIND | _RDONLY | _NOSUID | _NODEV)


def _under_root(path: str) -> Path:
    return Path(_ROOT + path)


def _bind(path: str, descriptor: int) -> None:
    """Show a file or folder, opened before the new root covered it, at its place below the new root."""
    source, target = f"/proc/self/fd/{descriptor}", _under_root(path)
    if Path(source).is_dir():
        target.mkdir(mode=0o755, parents=True, exist_ok=True)
    else:
        target.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        target.touch()
    mount(source, str(target), None, _BIND | _REC)
    locked = os.statvfs(target).f_flag
    kept = sum(flag for seen, flag in _KEPT_FLAGS if locked & seen)
    mount(None, str(target), None, _BIND | _REMOUNT | _RDONLY | _NOSUID | kept)
