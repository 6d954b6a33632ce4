"""Why a layer is missing on this machine, and whether that matters."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from grader.worker.cage import LAYERS, identity, landlock, namespaces, seccomp

# What follows from the lack of one layer, where the others hold.
_MEANS = {
    "seccomp": "It matters: only this layer keeps code from naming files and sockets. `grader grade` refuses.",
    "landlock": "It does not matter while seccomp holds, which lets no path be named; it is a second lock on files.",
    "namespaces": "It does not matter while seccomp holds; it is a second lock on files, processes and the network.",
    "uid": "It does not matter while seccomp holds, by which no process can be signalled; it is a second lock on that.",
    "limits": "It matters: a submission may take all memory and processor time of the machine.",
}


@dataclass(frozen=True)
class MissingLayer:
    """A layer that is not to be had.

    Args:
        why: what the system said.
        means: what follows.
    """

    why: str
    means: str


def missing_layers(holds: frozenset[str], readable: Sequence[str]) -> dict[str, MissingLayer]:
    """Each layer that does not hold, found out by entering it once more in a child."""
    enter: Mapping[str, Callable[[], object]] = {
        "seccomp": _enter_seccomp,
        "landlock": _enter_landlock,
        "namespaces": lambda: _enter_namespaces(readable),
        "uid": _become_another,
        "limits": lambda: None,
    }
    return {layer: MissingLayer(_objection(enter[layer]), _MEANS[layer]) for layer in LAYERS if layer not in holds}


def _enter_seccomp() -> None:
    identity.no_new_privileges()
    seccomp.load(seccomp.filter_program(os.getpid()))


def _enter_landlock() -> None:
    identity.no_new_privileges()
    landlock.forbid_everything()


def _enter_namespaces(readable: Sequence[str]) -> None:
    namespaces.separate()
    if os.fork() == 0:
        os._exit(0)  # the first process of the new world, with which it ends
    namespaces.own_root(readable)


def _become_another() -> None:
    if os.getuid() != 0:
        raise PermissionError("grader was not started by root, and nobody else can change to another user")
    identity.become(identity.throw_away_uids()[0])


def _objection(enter: Callable[[], object]) -> str:
    """What the system says to entering a layer."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        said = "it can be entered, but does not hold: the acts below say what works"
        try:
            enter()
        except BaseException as error:
            said = f"{type(error).__name__}: {error}"
        with contextlib.suppress(BaseException):
            os.write(write, said.encode("utf-8", "replace")[:500])
        os._exit(0)
    os.close(write)
    with os.fdopen(read, encoding="utf-8", errors="replace") as stream:
        said = stream.read()
    os.waitpid(child, 0)
    return said or "the attempt ended without a word"
