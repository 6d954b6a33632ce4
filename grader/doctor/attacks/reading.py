"""Acts that read what only the judge may know, or learn that it exists."""

# Hostile code names paths by the plainest calls, and so do these.
# ruff: noqa: PTH115, PTH116, PTH119, PTH120, PTH123, PTH208
from __future__ import annotations

import ctypes
import fcntl
import os
import struct

from grader.doctor.attacks.act import AttackTarget, IoVector, NotAchieved, act, call, text

_HERE, _EMPTY_PATH = -100, 0x1000
_PTRACE_SEIZE = 0x4206
_KCMP_FILE = 0


def _vectors(target: AttackTarget) -> tuple[ctypes.Array[ctypes.c_char], IoVector, IoVector]:
    """A buffer of ours, its vector, and the vector of the judge's secret."""
    buffer = ctypes.create_string_buffer(8)
    return buffer, IoVector(ctypes.addressof(buffer), 8), IoVector(target.address, 8)


@act("reading")
def read_hidden_tests(target: AttackTarget) -> str:
    """Open a file of the judge's by its path."""
    with open(target.secret) as file:
        return file.read(20)


@act("reading")
def climb_out_of_the_folder_in_memory(target: AttackTarget) -> str:
    """Open it by a path that begins in the folder which a worker is given, and leaves it."""
    with open(f"{'../' * 32}{target.secret[1:]}") as file:
        return file.read(20)


@act("reading")
def open_from_beneath_the_folder_in_memory(target: AttackTarget) -> str:
    """Open it by the functions that stood behind Python's names before that folder did."""
    beneath = getattr(open, "__wrapped__", open)
    with beneath(target.secret) as file:
        return str(file.read(20))


@act("reading")
def open_with_openat2(target: AttackTarget) -> str:
    """Open it by the newer system call."""
    how = ctypes.create_string_buffer(struct.pack("QQQ", os.O_RDONLY, 0, 0), 24)
    return f"descriptor {call(437, 437, _HERE, text(target.secret), how, 24)}"


@act("reading")
def open_from_a_folder(target: AttackTarget) -> str:
    """Open it relative to a folder's descriptor."""
    folder = os.open(target.folder, os.O_PATH)
    return f"descriptor {os.open(os.path.basename(target.secret), os.O_RDONLY, dir_fd=folder)}"


@act("reading")
def stat_hidden_tests(target: AttackTarget) -> str:
    """Learn the size of a file of the judge's."""
    return f"size {os.stat(target.secret).st_size}"


@act("reading")
def stat_with_empty_path_flag(target: AttackTarget) -> str:
    """Learn it by the flag that is meant for descriptors, with a path all the same."""
    buffer = ctypes.create_string_buffer(256)
    call(262, 79, _HERE, text(target.secret), buffer, _EMPTY_PATH)
    return f"size {struct.unpack_from('q', buffer, 48)[0]}"


@act("reading")
def statx_with_empty_path_flag(target: AttackTarget) -> str:
    """The same by statx."""
    call(332, 291, _HERE, text(target.secret), _EMPTY_PATH, 0x7FF, ctypes.create_string_buffer(256))
    return "statx answered"


@act("reading")
def probe_by_access(target: AttackTarget) -> str:
    """Learn whether a file exists."""
    if not os.access(target.secret, os.F_OK):
        raise NotAchieved("it seems not to exist")
    return "it exists"


@act("reading")
def list_tests_folder(target: AttackTarget) -> str:
    """List the folder of the judge's files."""
    return f"{len(os.listdir(target.folder))} names"


@act("reading")
def change_folder(target: AttackTarget) -> str:
    """Make that folder the working directory."""
    os.chdir(target.folder)
    return "entered"


@act("reading")
def follow_links(target: AttackTarget) -> str:
    """Learn where the interpreter lies by /proc/self/exe."""
    return os.readlink("/proc/self/exe")


@act("reading")
def reopen_own_descriptor(target: AttackTarget) -> str:
    """Open a descriptor again by its path, for more than it was opened for."""
    read, _ = os.pipe()
    return f"descriptor {os.open(f'/proc/self/fd/{read}', os.O_RDWR)}"


@act("reading")
def watch_folder(target: AttackTarget) -> str:
    """Be told of every change in the folder of results."""
    watch = call(294, 26, 0)
    call(254, 27, watch, text(target.folder), 0xFFF)
    return "watching"


@act("reading")
def read_user_list(target: AttackTarget) -> str:
    """Read /etc/passwd."""
    with open("/etc/passwd") as file:
        return f"{len(file.readlines())} users"


@act("reading")
def list_temporary_files(target: AttackTarget) -> str:
    """List where others keep temporary files."""
    return f"{len(os.listdir(os.path.dirname(target.folder)))} names"


@act("reading")
def list_processes(target: AttackTarget) -> str:
    """Find the judge among the machine's processes."""
    if str(target.judge) not in os.listdir("/proc"):
        raise NotAchieved("the judge is not among them")
    return "found the judge"


@act("reading")
def read_judge_environment(target: AttackTarget) -> str:
    """Read the judge's environment, where tokens live."""
    with open(f"/proc/{target.judge}/environ", "rb") as file:
        return f"{len(file.read())} bytes"


@act("reading")
def read_judge_arguments(target: AttackTarget) -> str:
    """Read the judge's command line."""
    with open(f"/proc/{target.judge}/cmdline", "rb") as file:
        return f"{len(file.read())} bytes"


@act("reading")
def open_judge_memory(target: AttackTarget) -> str:
    """Open the judge's memory as a file."""
    return f"descriptor {os.open(f'/proc/{target.judge}/mem', os.O_RDONLY)}"


@act("reading")
def read_judge_memory(target: AttackTarget) -> str:
    """Copy the expected answer out of the judge's memory."""
    buffer, ours, theirs = _vectors(target)
    call(310, 270, target.judge, ctypes.byref(ours), 1, ctypes.byref(theirs), 1, 0)
    return repr(buffer.raw)


@act("reading")
def attach_to_judge(target: AttackTarget) -> str:
    """Trace the judge as a debugger does."""
    call(101, 117, _PTRACE_SEIZE, target.judge, 0, 0)
    return "attached"


@act("reading")
def take_judge_descriptor(target: AttackTarget) -> str:
    """Copy an open file out of the judge."""
    return f"descriptor {call(438, 438, call(434, 434, target.judge, 0), 0, 0)}"


@act("reading")
def compare_with_judge(target: AttackTarget) -> str:
    """Learn whether the judge has the same files open."""
    return f"answer {call(312, 272, os.getpid(), target.judge, _KCMP_FILE, 0, 0)}"


@act("reading")
def locate_judge_threads(target: AttackTarget) -> str:
    """Learn an address in the judge's memory by get_robust_list."""
    head, length = ctypes.c_void_p(), ctypes.c_size_t()
    call(274, 100, target.judge, ctypes.byref(head), ctypes.byref(length))
    return "an address"


@act("reading")
def use_inherited_descriptors(target: AttackTarget) -> str:
    """Find a descriptor beyond the channel that was left open."""
    for number in range(4, 256):
        try:
            fcntl.fcntl(number, fcntl.F_GETFD)  # not fstat, which libc makes a call that names a path
        except OSError:
            continue
        return f"descriptor {number}"
    raise NotAchieved("none beyond the channel")


@act("reading")
def read_kernel_log(target: AttackTarget) -> str:
    """Read the kernel's log."""
    return f"{call(103, 116, 3, ctypes.create_string_buffer(64), 63)} bytes"


@act("reading")
def open_by_handle(target: AttackTarget) -> str:
    """Open a file by its inode, without a path."""
    handle = ctypes.create_string_buffer(struct.pack("Ii", 128, 0) + bytes(128))
    call(303, 264, _HERE, text(target.secret), handle, ctypes.byref(ctypes.c_int()), 0)
    return f"descriptor {call(304, 265, os.open(target.folder, os.O_RDONLY), handle, os.O_RDONLY)}"
