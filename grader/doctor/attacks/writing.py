"""Acts that change files: results, the interpreter, what the next submission will find."""

# Hostile code names paths by the plainest calls, and so do these.
# ruff: noqa: PTH101, PTH102, PTH104, PTH106, PTH108, PTH118, PTH123, PTH211
from __future__ import annotations

import fcntl
import os
import stat

from grader.doctor.attacks.act import AttackTarget, act

_SPARSE = 1 << 30


def _new(target: AttackTarget) -> str:
    """A path that nobody uses."""
    return os.path.join(target.folder, f"new-{os.getpid()}")


@act("writing")
def leave_a_file(target: AttackTarget) -> str:
    """Leave a file for the next submission."""
    with open(_new(target), "w") as file:
        file.write("x")
    os.unlink(_new(target))
    return "written"


@act("writing")
def leave_a_file_in_shared_memory(target: AttackTarget) -> str:
    """Leave a file in /dev/shm."""
    path = f"/dev/shm/grader-doctor-{os.getpid()}"
    with open(path, "w") as file:
        file.write("x")
    os.unlink(path)
    return "written"


@act("writing")
def make_a_folder(target: AttackTarget) -> str:
    """Make a folder."""
    os.mkdir(_new(target))
    os.rmdir(_new(target))
    return "made"


@act("writing")
def make_a_huge_file(target: AttackTarget) -> str:
    """Make a file larger than what a disk has to spare."""
    descriptor = os.open(_new(target), os.O_WRONLY | os.O_CREAT)
    try:
        os.ftruncate(descriptor, _SPARSE)
    finally:
        os.unlink(_new(target))
    return "1 GiB"


@act("writing")
def link_to_hidden_tests(target: AttackTarget) -> str:
    """Give a file of the judge's a second name."""
    os.link(target.secret, _new(target))
    os.unlink(_new(target))
    return "linked"


@act("writing")
def point_at_hidden_tests(target: AttackTarget) -> str:
    """Leave a symbolic link for the judge to follow."""
    os.symlink(target.secret, _new(target))
    os.unlink(_new(target))
    return "linked"


@act("writing")
def forge_results(target: AttackTarget) -> str:
    """Write into the file of results."""
    descriptor = os.open(target.results, os.O_WRONLY | os.O_APPEND)
    if os.write(descriptor, b"{}") != 2:
        raise OSError("nothing was written")
    return "appended"


@act("writing")
def truncate_results(target: AttackTarget) -> str:
    """Cut the file of results by its path."""
    os.truncate(target.results, 0)
    return "cut"


@act("writing")
def rename_results(target: AttackTarget) -> str:
    """Put the file of results out of the way."""
    os.rename(target.results, target.results)
    return "renamed"


@act("writing")
def open_results_to_others(target: AttackTarget) -> str:
    """Change who may read the results."""
    os.chmod(target.results, 0o600)
    return "changed"


@act("writing")
def own_results(target: AttackTarget) -> str:
    """Change whose the results are."""
    os.chown(target.results, os.getuid(), os.getgid())
    return "changed"


@act("writing")
def backdate_results(target: AttackTarget) -> str:
    """Change when the results were written."""
    os.utime(target.results, (1, 1))
    return "changed"


@act("writing")
def label_results(target: AttackTarget) -> str:
    """Hide a message in an extended attribute."""
    os.setxattr(target.results, "user.x", b"1")
    return "set"


@act("writing")
def lock_results(target: AttackTarget) -> str:
    """Keep the judge from its file by a lock."""
    fcntl.flock(os.open(target.results, os.O_RDONLY), fcntl.LOCK_EX | fcntl.LOCK_NB)
    return "locked"


@act("writing")
def change_interpreter(target: AttackTarget) -> str:
    """Open a module of the interpreter's for writing."""
    return f"descriptor {os.open(os.__file__, os.O_WRONLY)}"


@act("writing")
def make_a_device(target: AttackTarget) -> str:
    """Make a device file of its own."""
    os.mknod(_new(target), stat.S_IFCHR | 0o600, os.makedev(1, 3))
    os.unlink(_new(target))
    return "made"
