"""What a forbidden act is, and what it is aimed at."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from grader.worker.cage import kernel

CHANNEL = 3


class IoVector(ctypes.Structure):
    """A piece of memory, as the kernel's calls take it."""

    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


class NotAchieved(Exception):
    """The act did not reach its aim, though no call failed."""


@dataclass(frozen=True)
class AttackTarget:
    """A stand-in for what a submission must not reach; nothing of the machine's own is harmed by an act that works.

    Args:
        judge: process id of a stand-in for the judge.
        address: where in that process its secret lies.
        folder: holds `secret`, `results` and `door`, a listening unix socket; `abstract…` are sockets without a path.
    """

    judge: int
    address: int
    folder: str
    secret: str
    results: str
    door: str
    tcp: int
    udp: int
    abstract: str
    abstract_datagram: str


Attempt = Callable[[AttackTarget], str]


@dataclass(frozen=True)
class ForbiddenAct:
    """One forbidden act: `attempt` says what it achieved, or raises."""

    name: str
    group: str
    what: str
    attempt: Attempt


ACTS: dict[str, ForbiddenAct] = {}


def act(group: str) -> Callable[[Attempt], Attempt]:
    """Enter a function among the acts; its docstring tells the reader of a report what is attempted."""

    def enter(attempt: Attempt) -> Attempt:
        assert attempt.__name__ not in ACTS and attempt.__doc__
        ACTS[attempt.__name__] = ForbiddenAct(attempt.__name__, group, attempt.__doc__.rstrip("."), attempt)
        return attempt

    return enter


def call(x86_64: int | None, aarch64: int | None, *arguments: Any) -> int:
    """A system call by its numbers, as hostile code would make it."""
    return kernel.syscall((x86_64, aarch64), *arguments)


def text(value: str) -> ctypes.c_char_p:
    """A string as an argument of `call`."""
    return ctypes.c_char_p(value.encode())
