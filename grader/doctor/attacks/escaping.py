"""Acts that gain rights: other users, namespaces, mounts, the kernel's own machinery."""

from __future__ import annotations

import ctypes
import fcntl
import mmap
import os
import platform
import resource
import socket
import struct

from grader.doctor.attacks.act import AttackTarget, NotAchieved, act, call, text
from grader.worker.cage import kernel, namespaces

_TIOCSTI = 0x5412
_X32_GETPID = 0x40000000 + 39
# mov eax, 20 (getpid of i386); int 0x80; ret
_CALL_AS_I386 = b"\xb8\x14\x00\x00\x00\xcd\x80\xc3"


@act("escaping")
def enter_a_user_namespace(target: AttackTarget) -> str:
    """Become all-powerful in a world of its own."""
    kernel.unshare(namespaces.NEWUSER)
    return "entered"


@act("escaping")
def enter_a_mount_namespace(target: AttackTarget) -> str:
    """Get a view of the disk that can be rearranged."""
    kernel.unshare(namespaces.NEWNS)
    return "entered"


@act("escaping")
def enter_the_judges_network(target: AttackTarget) -> str:
    """Go back to the judge's network."""
    call(308, 268, os.open(f"/proc/{target.judge}/ns/net", os.O_RDONLY), 0)
    return "entered"


@act("escaping")
def mount_a_file_system(target: AttackTarget) -> str:
    """Mount a file system of its own."""
    kernel.mount("tmpfs", target.folder, "tmpfs")
    kernel.umount(target.folder, 0)
    return "mounted"


@act("escaping")
def prepare_a_file_system(target: AttackTarget) -> str:
    """Mount by the newer calls."""
    return f"descriptor {call(430, 430, text('tmpfs'), 0)}"


@act("escaping")
def change_root(target: AttackTarget) -> str:
    """Make another folder the root, from which one can climb out."""
    os.chroot("/")
    return "changed"


@act("escaping")
def become_another_user(target: AttackTarget) -> str:
    """Take the identity of another user."""
    os.setresuid(12345, 12345, 12345)
    return "changed"


@act("escaping")
def become_root(target: AttackTarget) -> str:
    """Take the identity of root."""
    if os.getuid() == 0:
        raise NotAchieved("root already")
    os.setuid(0)
    return "changed"


@act("escaping")
def rename_the_machine(target: AttackTarget) -> str:
    """Give the machine its own name once more."""
    os_name = os.uname().nodename
    socket.sethostname(os_name)
    return "renamed"


@act("escaping")
def load_a_kernel_program(target: AttackTarget) -> str:
    """Make a table in the kernel, by bpf."""
    attributes = ctypes.create_string_buffer(struct.pack("5I", 2, 4, 8, 1, 0), 128)
    return f"descriptor {call(321, 280, 0, attributes, 72)}"


@act("escaping")
def measure_the_kernel(target: AttackTarget) -> str:
    """Count events of the processor, by which secrets leak."""
    attributes = ctypes.create_string_buffer(struct.pack("IIQ", 1, 112, 0), 112)
    return f"descriptor {call(298, 241, attributes, 0, -1, -1, 0)}"


@act("escaping")
def handle_page_faults(target: AttackTarget) -> str:
    """Stop the kernel in the middle of a call, by userfaultfd."""
    return f"descriptor {call(323, 282, 1)}"


@act("escaping")
def raise_a_limit(target: AttackTarget) -> str:
    """Raise the limit on open descriptors."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if hard < 256:
        raise NotAchieved("only up to what it was")
    return f"{hard} descriptors"


@act("escaping")
def call_as_i386(target: AttackTarget) -> str:
    """Make a system call of another architecture, whose numbers a filter may not know."""
    if platform.machine() != "x86_64":
        raise NotAchieved("only x86 has that")
    memory = mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    memory.write(_CALL_AS_I386)
    entry = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    return f"answered {ctypes.CFUNCTYPE(ctypes.c_int)(entry)()}"


@act("escaping")
def call_as_x32(target: AttackTarget) -> str:
    """Make a system call by the numbers of x32."""
    return f"answered {call(_X32_GETPID, None)}"


@act("escaping")
def type_into_the_terminal(target: AttackTarget) -> str:
    """Type a command into the terminal of who started this."""
    fcntl.ioctl(0, _TIOCSTI, b"x")
    return "typed"
