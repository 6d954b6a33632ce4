"""What the acts are aimed at: a stand-in for the judge, its files and its sockets, all thrown away afterwards."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

from grader.doctor.attacks import AttackTarget
from grader.worker.cage import identity

_SECRET = b"answers!"
# Connections wait to be accepted for ever; each act makes one in each set of layers.
_BACKLOG = 64


@contextlib.contextmanager
def stage() -> Iterator[AttackTarget]:
    """Set the stage; whatever an act manages to break is broken there."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="grader-doctor-")))
        secret, results, door = folder / "hidden_tests.py", folder / "results.jsonl", folder / "door"
        secret.write_text("assert answer == 42\n")
        results.write_text("{}\n")
        buffer = ctypes.create_string_buffer(_SECRET)
        judge = os.fork()
        if judge == 0:
            _stand_in()
        stack.callback(_end, judge)
        abstract, abstract_datagram = f"grader-doctor-{judge}", f"grader-doctor-{judge}-datagram"
        tcp = _listen(stack, socket.AF_INET, ("127.0.0.1", 0))
        _listen(stack, socket.AF_UNIX, str(door))
        _listen(stack, socket.AF_UNIX, "\0" + abstract)
        udp = stack.enter_context(socket.socket(type=socket.SOCK_DGRAM))
        udp.bind(("127.0.0.1", 0))
        stack.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)).bind("\0" + abstract_datagram)
        yield AttackTarget(
            judge=judge,
            address=ctypes.addressof(buffer),  # the same in a forked process
            folder=str(folder),
            secret=str(secret),
            results=str(results),
            door=str(door),
            tcp=tcp.getsockname()[1],
            udp=udp.getsockname()[1],
            abstract=abstract,
            abstract_datagram=abstract_datagram,
        )


def _listen(stack: contextlib.ExitStack, family: int, address: object) -> socket.socket:
    server = stack.enter_context(socket.socket(family))
    server.bind(address)  # type: ignore[arg-type]
    server.listen(_BACKLOG)
    return server


def _stand_in() -> None:
    """Be the judge: wait, whatever signals come."""
    try:
        identity.die_with_parent()
        signal.signal(signal.SIGUSR1, signal.SIG_IGN)
        while True:
            signal.pause()
    finally:
        os._exit(0)


def _end(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
