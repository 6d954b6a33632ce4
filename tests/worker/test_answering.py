"""Replies on their way: what comes out of the channel, and what lies in memory meanwhile."""

from __future__ import annotations

import mmap
import os

import pytest

from grader import wire
from grader.errors import WireError
from grader.worker.answering import SIZE, ReplySender


@pytest.fixture
def channel(tmp_path):
    """A file to write to, which takes any amount; and what reads it from the start."""
    descriptor = os.open(tmp_path / "channel", os.O_RDWR | os.O_CREAT)

    def sent():
        content = os.pread(descriptor, 1 << 28, 0)
        return [wire.parse_replies(message) for message in wire.Frames().feed(content)]

    yield descriptor, sent
    os.close(descriptor)


@pytest.fixture
def memory():
    """Memory and the file under it, which is all that the judge looks at."""
    descriptor = os.memfd_create("replies")
    os.ftruncate(descriptor, SIZE)
    yield mmap.mmap(descriptor, SIZE), lambda: os.pread(descriptor, SIZE, 0)
    os.close(descriptor)


def test_replies_wait_and_go_together(channel, memory):
    """One message for all replies to a request, whose parts are the replies in order."""
    descriptor, sent = channel
    replies = ReplySender(descriptor, memory[0])
    replies.begin(7)
    for number in range(3):
        replies.add(wire.VALUE, wire.encode(number))
    assert sent() == []
    replies.send()
    [(request, first, count, data)] = sent()
    assert (request, first, count) == (7, 0, 3)
    assert [(kind, wire.decode(body)) for kind, body in wire.parts(data)] == [(wire.VALUE, n) for n in range(3)]
    replies.send()
    assert len(sent()) == 1, "nothing waits any more"


def test_without_shared_memory_each_goes_at_once(channel):
    """A process that dies can then lose none of them."""
    descriptor, sent = channel
    replies = ReplySender(descriptor)
    replies.begin(1)
    for number in range(3):
        replies.add(wire.VALUE, wire.encode(number))
    assert [(request, first, count) for request, first, count, _ in sent()] == [(1, 0, 1), (1, 1, 1), (1, 2, 1)]


def test_what_waits_can_be_read_at_any_time(channel, memory):
    """The memory holds a whole message after each reply, and another head."""
    replies = ReplySender(channel[0], memory[0])
    replies.begin(3)
    heads = set()
    for number in range(5):
        heads.add(memory[1]()[: wire.REPLIES_HEAD])
        replies.add(wire.ERROR, wire.encode(["E", str(number), []]))
        [message] = wire.Frames(SIZE).feed(memory[1]())[:1]
        request, first, count, data = wire.parse_replies(message)
        assert (request, first, count, len(list(wire.parts(data)))) == (3, 0, number + 1, number + 1)
    assert len(heads) == 5


@pytest.mark.parametrize("sizes", [[SIZE // 2] * 5, [10, SIZE, 10], [SIZE - 1] * 2, [3 * SIZE], [1] * 70_000])
def test_more_than_the_memory_holds_is_sent_in_order(channel, memory, sizes):
    """Whatever the sizes, every reply arrives once, under its own index."""
    descriptor, sent = channel
    replies = ReplySender(descriptor, memory[0])
    replies.begin(2)
    for number, size in enumerate(sizes):
        replies.add(wire.VALUE, bytes([number % 251]) * size)
    replies.send()
    bodies = []
    for request, first, count, data in sent():
        assert (request, first) == (2, len(bodies))
        bodies += [body for _, body in wire.parts(data)]
        assert first + count == len(bodies)
    assert [(len(body), body[0]) for body in bodies] == [(size, n % 251) for n, size in enumerate(sizes)]


def test_a_new_request_drops_what_waits(channel, memory):
    """A worker that ends for a missing module starts over; half an answer would be one too many."""
    replies = ReplySender(channel[0], memory[0])
    replies.begin(1)
    replies.add(wire.VALUE, wire.encode(1))
    replies.begin(2)
    replies.add(wire.NEED, wire.encode("scipy.signal"))
    replies.send()
    [(request, first, count, data)] = channel[1]()
    assert (request, first, count) == (2, 0, 1)
    assert [kind for kind, _ in wire.parts(data)] == [wire.NEED]


@pytest.mark.parametrize(
    "data",
    [
        b"\0",
        wire.part(wire.VALUE, b"abc")[:-1],
        wire.part(wire.VALUE, b"") + b"\0\0",
        bytes([len(wire.KINDS), 0, 0, 0, 0]),
        b"\xff" * 40,
    ],
)
def test_parts_cut_short_or_of_no_known_kind_are_refused(data):
    """A reply that is none is never half of one."""
    with pytest.raises(WireError):
        list(wire.parts(data))


@pytest.mark.parametrize("size", range(12))
def test_a_message_without_its_head_is_refused(size):
    """Whom it answers has to be said."""
    with pytest.raises(WireError, match="without request"):
        wire.parse_replies(b"\0" * size)
