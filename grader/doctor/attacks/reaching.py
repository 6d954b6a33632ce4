"""Acts that talk to anybody but the judge: the network, sockets, memory and queues that processes share."""

from __future__ import annotations

import contextlib
import ctypes
import os
import socket

from grader.doctor.attacks.act import AttackTarget, act, call, text

_AF_VSOCK = 40
_IPC_REMOVE = 0
_USER_KEYRING = -4
_KEYCTL_UNLINK = 9


@act("reaching")
def connect_by_tcp(target: AttackTarget) -> str:
    """Connect to a port of this machine."""
    connection = socket.socket()
    connection.settimeout(2)
    connection.connect(("127.0.0.1", target.tcp))
    return "connected"


@act("reaching")
def listen_by_tcp(target: AttackTarget) -> str:
    """Wait for others to connect."""
    server = socket.socket()
    server.bind(("127.0.0.1", 0))
    server.listen()
    return "listening"


@act("reaching")
def send_by_udp(target: AttackTarget) -> str:
    """Send the questions out in a datagram."""
    socket.socket(type=socket.SOCK_DGRAM).sendto(b"questions", ("127.0.0.1", target.udp))
    return "sent"


@act("reaching")
def connect_to_a_path(target: AttackTarget) -> str:
    """Connect to a unix socket by its path, as Docker's is."""
    socket.socket(socket.AF_UNIX).connect(target.door)
    return "connected"


@act("reaching")
def connect_to_a_name(target: AttackTarget) -> str:
    """Connect to a unix socket without a path."""
    socket.socket(socket.AF_UNIX).connect(b"\0" + target.abstract.encode())
    return "connected"


@act("reaching")
def send_from_a_pair(target: AttackTarget) -> str:
    """Send a datagram to any unix socket from one end of a pair, which is allowed."""
    pair = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    pair[0].sendto(b"x", b"\0" + target.abstract_datagram.encode())
    return "sent"


@act("reaching")
def send_message_from_a_pair(target: AttackTarget) -> str:
    """The same by sendmsg, whose address lies behind a pointer."""
    pair = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    pair[0].sendmsg([b"x"], [], 0, b"\0" + target.abstract_datagram.encode())
    return "sent"


@act("reaching")
def pass_a_descriptor(target: AttackTarget) -> str:
    """Pass an open file to another process."""
    pair = socket.socketpair()
    socket.send_fds(pair[0], [b"x"], [0])
    return "passed"


@act("reaching")
def reach_the_host(target: AttackTarget) -> str:
    """Make a socket to a virtual machine's host."""
    socket.socket(_AF_VSOCK, socket.SOCK_STREAM)
    return "socket made"


@act("reaching")
def ask_the_kernel_about_the_network(target: AttackTarget) -> str:
    """Make a netlink socket."""
    socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)
    return "socket made"


@act("reaching")
def use_io_uring(target: AttackTarget) -> str:
    """Let the kernel make the calls, past the filter."""
    return f"descriptor {call(425, 425, 4, ctypes.create_string_buffer(120))}"


@act("reaching")
def leave_a_key(target: AttackTarget) -> str:
    """Leave a message in the kernel's keyring of this user."""
    key = call(248, 217, text("user"), text("grader-doctor"), text("x"), 1, _USER_KEYRING)
    with contextlib.suppress(OSError):
        call(250, 219, _KEYCTL_UNLINK, key, _USER_KEYRING)
    return "stored"


@act("reaching")
def share_memory(target: AttackTarget) -> str:
    """Make memory that any process can attach."""
    segment = call(29, 194, 0, 4096, 0o1666)
    call(31, 195, segment, _IPC_REMOVE, None)
    return "made"


@act("reaching")
def share_a_queue(target: AttackTarget) -> str:
    """Make a queue of messages that any process can read."""
    queue = call(68, 186, 0, 0o1666)
    call(71, 187, queue, _IPC_REMOVE, None)
    return "made"


@act("reaching")
def share_a_named_queue(target: AttackTarget) -> str:
    """Make such a queue with a name."""
    name = text(f"grader-doctor-{os.getpid()}")
    call(240, 180, name, os.O_RDWR | os.O_CREAT, 0o600, None)
    call(241, 181, name)
    return "made"


@act("reaching")
def make_a_memory_file(target: AttackTarget) -> str:
    """Make a file without a path, past the limit on memory."""
    return f"descriptor {call(319, 279, text('x'), 0)}"
