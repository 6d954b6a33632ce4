"""What the judge's end of a worker reads."""

import mmap
import os
import resource
import socket
import subprocess
import threading
import time

import pytest

from grader import wire
from grader.sandbox.worker_process import Child
from grader.worker import answering

pytestmark = pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="the isolated sandbox is Linux's")


@pytest.fixture
def many_descriptors():
    """So many open files that `select` cannot look at the next one."""
    if resource.getrlimit(resource.RLIMIT_NOFILE)[0] < 1200:
        pytest.skip("so many files cannot be opened here")
    held = [os.open(os.devnull, os.O_RDONLY) for _ in range(1100)]
    yield
    for descriptor in held:
        os.close(descriptor)


@pytest.fixture
def child_and_ends():
    """The judge's end of a process that sleeps, its end of the channel, and the writing end of what it prints."""
    process = subprocess.Popen(["sleep", "60"])
    channel, other = socket.socketpair()
    memory = os.memfd_create("replies")
    os.truncate(memory, answering.SIZE)
    read, write = os.pipe()
    pidfd = os.pidfd_open(process.pid)
    yield Child(lambda _: (process.wait(), 0.0), process.pid, pidfd, channel, read, memory), other, write
    process.kill()
    process.wait()
    os.close(write)
    other.close()


@pytest.fixture
def child_and_output(child_and_ends):
    """The same, without the channel."""
    child, _, write = child_and_ends
    return child, write


def test_where_the_code_is_never_becomes_what_it_prints(child_and_output):
    """The rest of it comes late, from a process that waited for its processor."""
    child, output = child_and_output
    os.write(output, b"before\n")

    def tell():
        time.sleep(0.2)
        os.write(output, b'  File "m.py", line 3 in f\n  File "/grader/worker/worker.py", line 9')

    telling = threading.Thread(target=tell)
    telling.start()
    assert 'File "m.py", line 3 in f' in child.traceback()
    telling.join()
    os.write(output, b' in run\n  File "/grader/worker/zygote.py", line 207 in _become_worker\n')
    child.drain()
    assert bytes(child.printed) == b"before\n"
    child.release()


def test_a_judge_that_holds_many_files_reads_and_ends_a_worker(many_descriptors, child_and_output):
    """A worker's descriptors may have numbers beyond 1023."""
    child, output = child_and_output
    telling = threading.Timer(0.2, os.write, (output, b'  File "/grader/worker/worker.py", line 9'))
    telling.start()
    assert "worker.py" in child.traceback()
    telling.join()
    child.wait(kill=True)


@pytest.mark.parametrize(("written", "left"), [
    (b"", b""),
    (b"\0\0\0\5reply" + b"\0\0\0\3old" * 9, b"reply"),
    (b"\0\0\0\0reply", b""),
    (b"\xff\xff\xff\xffreply", b""),
    (answering.SIZE.to_bytes(4, "big") + b"reply", b""),
])  # fmt: skip
def test_what_is_left_behind_is_the_first_message_alone(child_and_output, written, left):
    """It is looked at many times while a slow call runs, so what stands after it costs nothing."""
    child, _output = child_and_output
    os.pwrite(child._memory, written, 0)
    started = time.process_time()
    assert [bytes(child.left_behind()) for _ in range(20)] == [left] * 20
    assert time.process_time() - started < 1  # each frame of no length in the rest took it 4 s
    child.release()


def test_an_answer_that_still_lies_in_memory_is_not_the_next_one(child_and_ends):
    """On a busy machine a process may have sent it and be kept from clearing it until the next request is there.

    Modules are loaded by requests of one number, and a process is handed on with what it was asked before.
    """
    child, other, _ = child_and_ends
    memory = mmap.mmap(child._memory, answering.SIZE)
    sender = answering.ReplySender(other.fileno(), memory)

    def answer(body):
        sender.begin(0)
        sender.add(wire.VALUE, body)
        lies_there = memory[:100]
        sender.send()
        return lies_there

    child.asked = 0, 1
    lies_there = answer(b"the first")
    assert child.receive(1.0).endswith(b"the first")
    memory[:100] = lies_there
    later = threading.Timer(0.3, answer, [b"the second"])
    later.start()
    assert child.receive(1.0).endswith(b"the second")
    later.join()
    memory[:100] = lies_there
    assert child.left_behind().endswith(b"the first")
    memory[:100] = answer(b"the third")
    assert child.receive(1.0).endswith(b"the third")
    assert child.left_behind() == b""
    child.release()
