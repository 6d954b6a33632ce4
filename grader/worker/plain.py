"""A worker without a cage, started by itself: for a student's own code on a machine that has no sandbox."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Sequence
from types import ModuleType

from grader import wire
from grader.worker import loading, refusing, warming, worker
from grader.worker.answering import ReplySender


def main(arguments: Sequence[str]) -> None:
    """`python -m grader.worker.plain MODULES WARM`: requests on stdin, replies on stdout, the code's prints on stderr.

    The first reply says that the process is warm; it then waits for its seed, and serves.
    """
    incoming, outgoing, printed = take_streams()
    modules, warm = (tuple(json.loads(one)) for one in arguments)
    try:
        importable = warming.importable(modules)
        warming.warm_up(warm)
        replies = ReplySender(outgoing)
        replies.add(wire.READY, b"")
        seed = next(worker.requests(incoming), None)
        if type(seed) is int:
            for descriptor in (1, 2):
                os.dup2(printed, descriptor)
            worker.settle()
            worker.set_random_states(seed)
            sys.modules["__main__"] = ModuleType("__main__")
            disk = loading.DiskImporter(importable)
            refusing.refuse_from_now_on()
            worker.Worker(importable, {}, modules, incoming=incoming, replies=replies, disk=disk).run()
    except BaseException as error:
        with contextlib.suppress(BaseException):
            worker.refuse(f"{type(error).__name__}: {error}", outgoing)
    finally:
        os._exit(70)


def take_streams() -> tuple[int, int, int]:
    """Move the three pipes away from 0, 1 and 2, where code reads and prints by accident; nothing is there then."""
    moved = os.dup(0), os.dup(1), os.dup(2)
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    return moved


if __name__ == "__main__":
    main(sys.argv[1:])
