"""What a caged process still can do, and how it ends."""

from __future__ import annotations

import contextlib
import fcntl
import os
import resource
import signal
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from grader.worker import cage
from grader.worker.cage import identity, limits
from grader.worker.zygote import readable_paths
from tests.cage.conftest import in_child

ALL = frozenset(cage.LAYERS)


def caged(body, layers=ALL, *, cpu_s=5, memory_mib=256):
    """What `body()` returns in a worker of a fresh zygote; its exit code where it ends without an answer."""

    def zygote():
        entered = cage.enter_zygote(readable_paths(), layers)
        return entered.summary, in_worker(entered, body, cpu_s, memory_mib << 20)

    return in_child(zygote)


def in_worker(entered, body, cpu_s, memory_bytes):
    """Fork, enter the cage, answer by descriptor 3."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.dup2(write, cage.CHANNEL)
            cage.enter_worker(entered, cpu_s=cpu_s, memory_bytes=memory_bytes, before_seal=lambda: None)
            os.write(cage.CHANNEL, repr(body()).encode())
        except BaseException as error:
            os.write(cage.CHANNEL, repr(error).encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as stream:
        said = stream.read().decode()
    return said or os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_mathematics_works():
    """A sandbox that breaks numpy is of no use."""
    summary, said = caged(lambda: float(np.linalg.norm(np.linalg.inv(np.diag([2.0, 4.0])) @ [2.0, 4.0])))
    assert summary.startswith("strong: seccomp")
    assert float(said) == pytest.approx(2**0.5)


def test_threads_and_own_signals_work():
    """Libraries start threads and abort by a signal to themselves."""

    def body():
        done = []
        thread = threading.Thread(target=lambda: done.append(1))
        thread.start()
        thread.join()
        os.kill(os.getpid(), 0)
        return done

    assert caged(body)[1] == "[1]"


def test_memory_is_what_is_asked_for():
    """The budget comes on top of what the interpreter and its modules take."""
    assert caged(lambda: len(bytearray(100 << 20)), memory_mib=160)[1] == str(100 << 20)
    assert "MemoryError" in caged(lambda: len(bytearray(200 << 20)), memory_mib=160)[1]


def test_processor_time_ends():
    """Code that ignores the first signal is killed by the second."""

    def body():
        signal.signal(signal.SIGXCPU, signal.SIG_IGN)
        while True:
            pass

    assert caged(body, cpu_s=1)[1] == -signal.SIGKILL


def test_limits_alone_change_nothing_else():
    """`process` is a child process with limits: it reads files as its user does."""
    summary, said = caged(lambda: (os.getuid(), os.access("/", os.R_OK)), frozenset({"limits"}))
    assert summary == "weak: limits"
    assert said == repr((os.getuid(), True))


def test_only_the_channel_and_the_streams_are_left():
    """Nothing that the zygote had open reaches a worker, its own cage's descriptors neither."""

    def body():
        found = []
        for number in range(1024):
            try:
                fcntl.fcntl(number, fcntl.F_GETFD)
            except OSError:
                continue
            found.append(number)
        return found

    assert caged(body)[1] == "[0, 1, 2, 3]"


def test_a_worker_dies_with_its_zygote():
    """Nothing is left when the zygote is killed, with or without a process namespace."""
    for layers in (ALL, ALL - {"namespaces"}):
        read, write = os.pipe()
        zygote = os.fork()
        if zygote == 0:
            entered = cage.enter_zygote(readable_paths(), layers)
            if os.fork() == 0:
                os.dup2(write, cage.CHANNEL)
                cage.enter_worker(entered, cpu_s=9, memory_bytes=1 << 28, before_seal=lambda: None)
                os.write(cage.CHANNEL, b"x")
                time.sleep(60)
            os.close(write)
            time.sleep(60)
            os._exit(0)
        os.close(write)
        with os.fdopen(read, "rb") as stream:
            assert stream.read(1) == b"x"
            os.kill(zygote, signal.SIGKILL)
            os.waitpid(zygote, 0)
            assert stream.read() == b""  # ends only when every process that holds the other end has ended


def test_a_parent_that_has_ended_is_noticed():
    """The signal at the parent's death cannot come when it is dead already."""

    def body():
        with pytest.raises(OSError, match="has ended"):
            identity.die_with_parent(1 << 22)
        return True

    assert in_child(body)


def test_a_lower_limit_stays():
    """What the machine limits more tightly is not loosened, and does not stop the worker."""

    def body():
        resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))
        limits.apply(address_space=1 << 40, cpu_s=5, threads=1 << 20)
        return resource.getrlimit(resource.RLIMIT_NOFILE)

    assert in_child(body) == (32, 32)


def test_root_becomes_nobody():
    """A worker of root's has an id that no user has, nor the worker of another judge."""
    if os.getuid() != 0:
        pytest.skip("the tests do not run as root")
    uids = [int(caged(os.getuid)[1]) for _ in range(2)]
    assert uids[0] != uids[1]
    # between the ranges that systemd hands out
    assert all(uid in range(60_578, 61_184) or uid in range(1_879_048_192, 2**31) for uid in uids)


def test_a_container_with_few_ids_gets_one_of_those(monkeypatch):
    """A rootless container knows 65536 of them."""
    monkeypatch.setattr(Path, "read_text", lambda self: "         0     100000      65536\n")
    assert set(identity.throw_away_uids()) <= set(range(60_578, 61_184))


def test_threads_are_limited():
    """A pool of a large machine fits; a thousand threads with small stacks do not."""

    def body():
        threading.stack_size(32 << 10)
        done, n = threading.Event(), 0
        with contextlib.suppress(RuntimeError):
            for n in range(1000):  # noqa: B007
                threading.Thread(target=done.wait, daemon=True).start()
        done.set()
        return n

    if os.getuid() != 0:
        pytest.skip("a user's other threads count as well")
    assert 32 < int(caged(body)[1]) < 128
