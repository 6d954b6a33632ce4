"""Refuses in a plain process what a sealed one could not do, so that one's own check tells what grading would.

An audit hook is no cage, and the code is its owner's: it has to notice the acts, and to answer as the system would.
"""

from __future__ import annotations

import errno
import os
import socket
import sys
from collections.abc import Callable
from typing import Any

from grader.worker.in_process import NO_OTHERS

_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_DEVICES = frozenset({os.devnull, "/dev/urandom", "/dev/random"})
# What the folder in memory does not know is somebody's disk: by event, whether it changes something there.
_PLACES = {
    "os.listdir": False, "os.scandir": False, "os.chdir": False, "os.walk": False, "glob.glob": False,
    "os.mkdir": True, "os.rmdir": True, "os.remove": True, "os.rename": True, "os.link": True, "os.symlink": True,
    "os.truncate": True, "os.chmod": True, "os.chown": True, "os.utime": True, "shutil.rmtree": False,
    "sqlite3.connect": True,
}  # fmt: skip
_PROCESSES = frozenset({
    "subprocess.Popen", "os.system", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.startfile",
    "os.startfile/2", "pty.spawn", "webbrowser.open",
})  # fmt: skip
_NAMES = frozenset({"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo"})
_ADDRESSES = frozenset({"socket.bind", "socket.connect", "socket.sendto", "socket.sendmsg"})
_ALL_SYSTEMS_HAVE = getattr(socket, "AF_UNIX", None)


def refuse_from_now_on() -> None:
    """Refuse such acts for the rest of this process; what was loaded until now, and lies beside it, can be read."""
    trusted = tuple(
        os.path.join(os.path.realpath(path), "")  # noqa: PTH118
        for path in {sys.prefix, sys.base_prefix, sys.exec_prefix, *filter(os.path.isabs, sys.path)}
    )
    sys.dont_write_bytecode = True
    sys.addaudithook(_hook(trusted))


def _hook(trusted: tuple[str, ...]) -> Callable[[str, tuple[Any, ...]], None]:
    def look(event: str, given: tuple[Any, ...]) -> None:
        if event == "open":
            _open(trusted, *given)
        elif event in _PLACES:
            _place(trusted, given[0], changes=_PLACES[event])
        elif event in _PROCESSES:
            raise PermissionError(errno.EPERM, NO_OTHERS)
        elif event in _NAMES:
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        elif event == "socket.__new__":
            _socket(given[1])
        elif event in _ADDRESSES and _ALL_SYSTEMS_HAVE is None:
            _address(given[1])
        elif event == "os.exec" or (event == "os.kill" and given[0] != os.getpid()):
            raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    return look


def _open(trusted: tuple[str, ...], path: Any, _mode: Any, flags: Any) -> None:
    changes = isinstance(flags, int) and bool(flags & _WRITES)
    _place(trusted, path, changes=changes)


def _place(trusted: tuple[str, ...], path: Any, *, changes: bool) -> None:
    """Refuse what is done to a place of the disk; reading is refused where no library lies.

    Raises:
        OSError: as a sealed process would get it.
    """
    if isinstance(path, int) or path is None or path in _DEVICES or path == ":memory:":
        return
    text = os.fsdecode(path)
    place = os.path.realpath(text)
    if not changes and os.path.join(place, "").startswith(trusted):  # noqa: PTH118
        return
    number = errno.EACCES if changes else errno.ENOENT  # where it is sealed there is nothing to read
    raise OSError(number, os.strerror(number), text)


def _socket(family: int) -> None:
    """Refuse sockets that lead out of the process; Windows has none that do not, and is asked where they lead.

    Raises:
        PermissionError: it may lead out.
    """
    if _ALL_SYSTEMS_HAVE is not None and family not in (_ALL_SYSTEMS_HAVE, -1):
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))


def _address(address: Any) -> None:
    """Refuse addresses other than this process's own, by which Python's event loops wake themselves.

    Raises:
        PermissionError: it is another.
    """
    if not (isinstance(address, tuple) and address[0] in ("127.0.0.1", "::1")):
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))
