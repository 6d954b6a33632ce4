"""The layers of the sandbox, entered once by the zygote and tightened by each worker; none is ever skipped silently."""

from __future__ import annotations

import contextlib
import fcntl
import os
import resource
import signal
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from grader.worker.cage import identity, landlock, limits, namespaces, seccomp

CHANNEL = 3
_OUT_OF_THE_WAY = 300  # of the descriptors that a worker puts in their places
_ATTEMPTS = 3  # to find out whether a layer holds
# From the strongest to the weakest, as results name them.
LAYERS = ("seccomp", "landlock", "namespaces", "uid", "limits")


@dataclass(frozen=True)
class Cage:
    """What a zygote is in, and what its workers add.

    Args:
        holds: the layers that were tried and hold.
        statm: a descriptor of the zygote's own /proc/self/statm, which its own root does not show.
        pid: the zygote's own process id as its workers see it.
        threads: how many threads the user may have, where workers run under the zygote's own user id.
        uids: the ids of which workers take one each, where they do not.
    """

    holds: frozenset[str]
    statm: int
    pid: int
    threads: int
    uids: range

    @property
    def summary(self) -> str:
        """`strong` where no path, socket or process can be named; `weak` where only limits hold."""
        strength = "strong" if "seccomp" in self.holds else "weak"
        named = [layer for layer in LAYERS if layer in self.holds and layer != "limits"]
        return f"{strength}: {', '.join(named or ['limits'])}"


def enter_zygote(readable: Sequence[str], layers: frozenset[str]) -> Cage:
    """Enter what can be entered once for all workers, and find out what each of them can add.

    With namespaces the caller goes on in a child, the first process of its own world; the outer process waits for it.

    Args:
        readable: what the zygote must still be able to read of the disk.
        layers: which of `LAYERS` to use where they hold.
    """
    identity.die_with_parent()
    threads, uids = limits.threads_beside_others(), identity.throw_away_uids()
    apart = "namespaces" in layers and _succeeds_in_child(lambda: namespaces.are_allowed(readable))
    if apart:
        namespaces.separate()
        _go_on_in_child()
    statm = _open_own_size()
    if apart:
        namespaces.own_root(readable)
    if layers - {"limits"}:
        identity.bound_capabilities()
        with contextlib.suppress(OSError):  # of another architecture, for which there is none
            seccomp.filter_program(os.getpid())
    tried = {"uid": lambda: _becomes_nobody(uids), "landlock": _is_landlocked, "seccomp": _is_filtered}
    holds = {layer for layer, attempt in tried.items() if layer in layers and _succeeds_in_child(attempt)}
    holds |= {"namespaces"} if apart else set()
    return Cage(frozenset(holds | (layers & {"limits"})), statm, os.getpid(), threads, uids)


def enter_worker(cage: Cage, *, cpu_s: int, memory_bytes: int, before_seal: Callable[[], None]) -> None:
    """Give up, for good, everything but the channel and the standard streams.

    Args:
        before_seal: called when all but the last steps are done; paths can still be named there.

    Raises:
        OSError: a layer that holds in the zygote does not hold here.
    """
    size = int(os.pread(cage.statm, 100, 0).split()[0]) * resource.getpagesize()
    limits.close_from(CHANNEL + 1)
    os.setsid()
    os.umask(0o077)
    if "limits" in cage.holds:
        threads = limits.MAX_THREADS if "uid" in cage.holds else cage.threads
        limits.apply(address_space=size + memory_bytes, cpu_s=cpu_s, threads=threads)
    if "uid" in cage.holds:
        identity.become(cage.uids[os.getpid() % len(cage.uids)])
    isolated = bool(cage.holds - {"limits"})
    if isolated:
        identity.drop_capabilities()  # also those that a user namespace gave
        identity.hide()
    identity.die_with_parent(cage.pid)
    before_seal()
    if isolated:
        identity.no_new_privileges()
    if "landlock" in cage.holds:
        landlock.forbid_everything()
    if "seccomp" in cage.holds:
        seccomp.load(seccomp.filter_program(os.getpid()))


def _go_on_in_child() -> None:
    """Return in a child only; the parent ends when it does."""
    child = os.fork()
    if child:
        limits.close_from(3)  # the control socket above all: its end must be seen by the judge
        os._exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) & 0x7F)
    identity.die_with_parent()


def _open_own_size() -> int:
    descriptor = os.open("/proc/self/statm", os.O_RDONLY)
    try:
        return fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, _OUT_OF_THE_WAY)
    finally:
        os.close(descriptor)


def _succeeds_in_child(attempt: Callable[[], bool]) -> bool:
    """Whether an attempt succeeds; one that somebody killed says nothing of the layer, and is made again."""
    for _ in range(_ATTEMPTS):
        child = os.fork()
        if child == 0:
            with contextlib.suppress(BaseException):
                os._exit(0 if attempt() else 1)
            os._exit(1)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if code != -signal.SIGKILL:
            break
    return code == 0


def _becomes_nobody(uids: range) -> bool:
    if os.getuid() != 0:
        return False
    identity.become(uids[0])
    return os.getuid() == uids[0]


def _is_landlocked() -> bool:
    identity.no_new_privileges()
    landlock.forbid_everything()
    return _is_refused(lambda: os.close(os.open("/", os.O_RDONLY)))


def _is_filtered() -> bool:
    identity.no_new_privileges()
    seccomp.load(seccomp.filter_program(os.getpid()))
    acts: tuple[Callable[[], object], ...] = (
        lambda: os.open("/", os.O_RDONLY),
        socket.socket,
        os.fork,
        lambda: os.stat("/"),  # noqa: PTH116
    )
    return all(map(_is_refused, acts))


def _is_refused(act: Callable[[], object]) -> bool:
    try:
        act()
    except OSError:
        return True
    return False
