"""Work that is done meanwhile by a process forked from this one, which shares what it holds."""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool


@contextlib.contextmanager
def meanwhile(work: Callable[[], None]) -> Iterator[None]:
    """Have work done while the block runs; it is done at the block's end, and an error of it is raised there.

    Where nothing can be forked, or the other process is ended, it is done here.
    """
    if sys.platform != "linux":  # where forks are not to be had, or not to be trusted
        yield
        return work()
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(1, context, _set_up, (work, os.getpid())) as executor:
        done = executor.submit(_Work.do)
        try:
            yield
        except BaseException:
            _end(executor)
            raise
        try:
            return done.result()
        except KeyboardInterrupt:
            _end(executor)
            raise
        except BrokenProcessPool:
            pass
    return work()


class _Work:
    """What this process is for."""

    work: Callable[[], None]

    @classmethod
    def do(cls) -> None:
        """Do it."""
        cls.work()


def _set_up(work: Callable[[], None], parent: int) -> None:
    from grader.worker.cage.identity import die_with_parent

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    die_with_parent(parent)
    gc.freeze()
    _Work.work = work


def _end(executor: ProcessPoolExecutor) -> None:
    for process in (executor._processes or {}).values():
        process.kill()
