"""Attempts acts in throw-away processes that are caged as workers are, or not at all."""

from __future__ import annotations

import bz2  # noqa: F401 -- numpy loads these three when it is first asked for a file, too late for an actor
import contextlib
import gzip  # noqa: F401
import json
import lzma  # noqa: F401
import os
import select
import signal
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NoReturn

from grader.doctor.attacks import AttackTarget, ForbiddenAct
from grader.doctor.attacks.act import CHANNEL
from grader.worker import cage
from grader.worker.cage import identity
from grader.worker.scratch.patching import Scratch
from grader.worker.scratch.tree import ScratchTree

MEMORY_BYTES = 512 << 20
CPU_S = 5
ACT_WALL_S = 5.0
_WORKED, _REFUSED = "worked", "refused"
# The first process ids of a new process namespace are soon used up by the acts themselves.
_ALREADY_TAKEN = 77


@dataclass(frozen=True)
class Attempted:
    """How an act ended: what it achieved, or what stopped it."""

    worked: bool
    how: str


@dataclass(frozen=True)
class Round:
    """All acts attempted under one set of layers.

    Args:
        holds: the layers of the set that hold on this machine.
        ends: by act; none where the cage could not be entered, and `fault` says why.
    """

    holds: frozenset[str]
    summary: str
    ends: dict[str, Attempted]
    fault: str = ""

    @property
    def worked(self) -> list[str]:
        """The acts that nothing stopped."""
        return [name for name, end in self.ends.items() if end.worked]


def attempt(
    acts: Iterable[ForbiddenAct], target: AttackTarget, layers: frozenset[str] | None, readable: Sequence[str]
) -> Round:
    """Attempt each act in a fresh worker of a fresh zygote with `layers`; with None, in a plain process."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        _guard(lambda: _ward(write, list(acts), target, layers, readable))
    os.close(write)
    with os.fdopen(read, encoding="utf-8") as report:
        lines = [json.loads(line) for line in report]
    os.waitpid(child, 0)
    faults = [line["fault"] for line in lines if "fault" in line]
    if faults or not lines or "done" not in lines[-1]:
        return Round(frozenset(), "none", {}, faults[0] if faults else "the process ended early")
    ends = {line["act"]: Attempted(line["worked"], line["how"]) for line in lines[1:-1]}
    return Round(frozenset(lines[0]["holds"]), lines[0]["summary"], ends)


def _guard(body: Callable[[], None]) -> NoReturn:
    """Run `body` in a forked child, which never returns to its parent's code."""
    with contextlib.suppress(BaseException):
        body()
    os._exit(1)


def _ward(
    report: int,
    acts: Sequence[ForbiddenAct],
    target: AttackTarget,
    layers: frozenset[str] | None,
    readable: Sequence[str],
) -> None:
    """Be the zygote: enter what is entered once, fork an actor for each act."""

    def say(line: dict[str, object]) -> None:
        os.write(report, json.dumps(line).encode() + b"\n")

    try:
        _quiet()
        entered = None if layers is None else cage.enter_zygote(readable, layers)
        say({"holds": sorted(entered.holds) if entered else [], "summary": entered.summary if entered else "none"})
        for one in acts:
            end = _act(one, target, entered)
            say({"act": one.name, "worked": end.worked, "how": end.how})
        say({"done": True})
    except BaseException as error:
        say({"fault": f"{type(error).__name__}: {error}"})
    os._exit(0)


def _quiet() -> None:
    """A terminal of our own as input, so that none of the person's is typed into; no output."""
    os.setsid()
    identity.die_with_parent()
    _, terminal = os.openpty()
    for number in (0, 1, 2):
        os.dup2(terminal, number)


def _act(one: ForbiddenAct, target: AttackTarget, entered: cage.Cage | None) -> Attempted:
    said, code = "", _ALREADY_TAKEN
    while code == _ALREADY_TAKEN:
        said, code = _in_actor(one, target, entered)
    verdict, _, how = said.partition("\n")
    if verdict in (_WORKED, _REFUSED):
        return Attempted(verdict == _WORKED, how)
    if verdict:
        raise OSError(f"{one.name}: {verdict}")
    return Attempted(False, f"ended by {signal.Signals(-code).name}" if code < 0 else "ended without a word")


def _in_actor(one: ForbiddenAct, target: AttackTarget, entered: cage.Cage | None) -> tuple[str, int]:
    """What a fresh actor said, and its exit code."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        _guard(lambda: _actor(one, target, entered, write))
    os.close(write)
    said = _read_all(read, ACT_WALL_S)
    os.close(read)
    with contextlib.suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    return said, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _actor(one: ForbiddenAct, target: AttackTarget, entered: cage.Cage | None, write: int) -> None:
    """Be the worker: enter the cage, act, say how it ended."""
    if os.getpid() == target.judge:  # as seen in a process namespace: the act would hit itself
        os._exit(_ALREADY_TAKEN)
    os.dup2(write, CHANNEL)
    try:
        if entered is not None:
            cage.enter_worker(entered, cpu_s=CPU_S, memory_bytes=MEMORY_BYTES, before_seal=lambda: None)
            Scratch(ScratchTree({"data/given.txt": b"given"}), serves_null=True).install()  # as a worker does
    except BaseException as error:
        os.write(CHANNEL, f"the cage could not be entered: {error}".encode())
        os._exit(0)
    try:
        end = f"{_WORKED}\n{one.attempt(target)}"
    except BaseException as error:
        end = f"{_REFUSED}\n{type(error).__name__}: {error}"
    os.write(CHANNEL, end.encode("utf-8", "replace")[:500])
    os._exit(0)


def _read_all(descriptor: int, wall_s: float) -> str:
    """What comes until the writer ends, or until the time is over."""
    deadline, data = time.monotonic() + wall_s, b""
    while select.select([descriptor], [], [], max(0.0, deadline - time.monotonic()))[0]:
        if not (piece := os.read(descriptor, 4096)):
            break
        data += piece
    return data.decode("utf-8", "replace")
