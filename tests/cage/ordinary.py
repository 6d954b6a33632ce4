"""Runs ordinary programs in caged workers, under whatever Python starts it: `python -m tests.cage.ordinary UID`.

Prints what the sandbox is called and how each program ended. Only the standard library is used, and numpy where it is.
"""

# ruff: noqa: PTH110, PTH123, PTH208, SIM115
from __future__ import annotations

import asyncio
import concurrent.futures.thread
import contextlib
import ctypes
import faulthandler
import io
import json
import locale
import mmap
import os
import pathlib
import resource
import select
import signal
import socket
import sys
import sysconfig
import tempfile
import threading
import time
import traceback
import warnings

from grader.worker import cage

with contextlib.suppress(ImportError):
    import numpy as np
    import numpy.random  # a worker imports nothing itself

MEMORY_BYTES = 1 << 30


def threads():
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(lambda n: n * n, range(100))) == 328350


def as_many_threads_as_a_pool_of_a_large_machine():
    """ThreadPoolExecutor's own most is 32; each waits for all others."""
    barrier = threading.Barrier(32)
    with concurrent.futures.ThreadPoolExecutor(32) as pool:
        assert sorted(pool.map(lambda _: barrier.wait(5), range(32))) == list(range(32))


def a_lock_with_a_time_limit():
    assert not threading.Event().wait(0.01)
    lock = threading.RLock()
    assert lock.acquire(timeout=1)


def an_event_loop():
    async def answer():
        await asyncio.sleep(0.01)
        return await asyncio.to_thread(lambda: 42)

    assert asyncio.run(answer()) == 42


def clocks():
    assert time.time() > 0 < time.monotonic() < time.monotonic() + time.process_time() + time.thread_time()
    time.sleep(0.001)
    assert time.clock_gettime(time.pthread_getcpuclockid(threading.get_ident())) >= 0


def memory_of_its_own():
    memory = mmap.mmap(-1, 1 << 20)
    memory[:5] = b"hello"
    memory.resize(1 << 21)
    memory.flush()
    assert memory[:5] == b"hello"


def a_pair_of_sockets():
    one, other = socket.socketpair()
    one.sendall(b"x")
    assert select.select([other], [], [], 1)[0] == [other]
    assert other.recv(1) == b"x"


def a_pipe_and_epoll():
    read, write = os.pipe()
    poll = select.epoll()
    poll.register(read, select.EPOLLIN)
    os.write(write, b"x")
    assert poll.poll(1)
    os.set_blocking(read, False)
    assert os.read(read, 9) == b"x"


def signals_to_itself():
    caught = []
    signal.signal(signal.SIGUSR1, lambda *_: caught.append(1))
    signal.raise_signal(signal.SIGUSR1)
    os.kill(os.getpid(), signal.SIGUSR1)
    signal.setitimer(signal.ITIMER_REAL, 0.01)
    signal.signal(signal.SIGALRM, lambda *_: caught.append(1))
    time.sleep(0.05)
    assert len(caught) == 3


def output():
    print("hello", "wörld", file=sys.stderr, flush=True)
    assert not os.isatty(2)


def texts_and_warnings():
    with warnings.catch_warnings(record=True):
        warnings.warn("a", stacklevel=1)
    try:
        _ = 1 / 0
    except ZeroDivisionError:
        assert "1 / 0" in traceback.format_exc() or True
    locale.getlocale()
    json.loads(json.dumps({"a": [1.5, None]}))


def a_program_that_reads_no_file():
    for act in (lambda: open("/etc/passwd"), lambda: os.listdir("/"), tempfile.mkdtemp):
        try:
            act()
        except OSError:
            continue
        raise AssertionError("a path could be named")


def a_world_without_files():
    assert not os.path.exists("/etc/passwd") and not pathlib.Path("data.csv").exists()
    with contextlib.suppress(FileNotFoundError):
        open("data.csv")
    try:
        open("out.csv", "w")
    except PermissionError:
        return
    raise AssertionError("it is written")


def a_second_process_is_an_error_not_an_end():
    try:
        os.fork()
    except OSError:
        return
    raise AssertionError("it forked")


def too_much_memory_is_an_error_not_an_end():
    try:
        bytearray(2 * MEMORY_BYTES)
    except MemoryError:
        return
    raise AssertionError("it fits")


def deep_recursion():
    def down(n):
        return 0 if n == 0 else 1 + down(n - 1)

    sys.setrecursionlimit(5000)
    assert down(4000) == 4000


def usage_and_limits():
    assert resource.getrusage(resource.RUSAGE_SELF).ru_utime >= 0
    assert resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)
    assert os.cpu_count() and len(os.sched_getaffinity(0)) >= 1


def randomness():
    assert os.urandom(8) != os.urandom(8)


def linear_algebra():
    if "numpy" in sys.modules:
        a = np.random.default_rng(0).normal(size=(300, 300))
        assert np.allclose(np.linalg.inv(a) @ a, np.eye(300), atol=1e-6)


def a_file_in_memory():
    buffer = io.BytesIO(b"line\n" * 3)
    assert len(buffer.readlines()) == 3


def an_abort():
    faulthandler.enable(open(2, "w", closefd=False))
    os.abort()


def a_segmentation_fault():
    faulthandler.enable(open(2, "w", closefd=False))
    ctypes.string_at(0)


PROGRAMS = dict.fromkeys(
    (
        threads, as_many_threads_as_a_pool_of_a_large_machine, a_lock_with_a_time_limit, an_event_loop, clocks, memory_of_its_own, a_pair_of_sockets, a_pipe_and_epoll,
        signals_to_itself, output, texts_and_warnings, a_program_that_reads_no_file, a_world_without_files, randomness, linear_algebra,
        a_second_process_is_an_error_not_an_end, too_much_memory_is_an_error_not_an_end, deep_recursion,
        usage_and_limits, a_file_in_memory,
    ),
    0,
) | {an_abort: -signal.SIGABRT, a_segmentation_fault: -signal.SIGSEGV}  # fmt: skip


def readable() -> list[str]:
    """What the zygote must still read: the interpreter, and the libraries of the system."""
    paths = [sysconfig.get_paths()["stdlib"], sysconfig.get_paths()["platstdlib"], "/usr/lib", "/lib", "/lib64"]
    return [path for path in dict.fromkeys([*paths, "/dev/null", "/dev/urandom"]) if os.path.exists(path)]


def ending(program, entered) -> str:
    """How a program ended in a worker of its own; empty where it ended as it should."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.dup2(write, 2)
        os.dup2(write, cage.CHANNEL)
        try:
            cage.enter_worker(entered, cpu_s=10, memory_bytes=MEMORY_BYTES, before_seal=lambda: None)
            program()
        except BaseException:
            os.write(2, traceback.format_exc().encode())
            os._exit(1)
        os._exit(0)
    os.close(write)
    with os.fdopen(read, errors="replace") as said:
        words = said.read()
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return "" if code == PROGRAMS[program] else f"ended with {code}: {words[-600:]}"


def main(uid: int) -> None:
    """Be the zygote of all programs."""
    paths = readable()
    if uid != os.getuid():
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
        ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)  # what exec would do: /proc/self is the user's own again
    report = os.dup(1)
    paths = [path for path in paths if os.access(path, os.R_OK)]  # a user may not see root's Python
    entered = cage.enter_zygote(paths, frozenset(cage.LAYERS))
    ends = {program.__name__: ending(program, entered) for program in PROGRAMS}
    os.write(report, json.dumps({"sandbox": entered.summary, "ends": ends}).encode())
    os._exit(0)


if __name__ == "__main__":
    main(int(sys.argv[1]))
