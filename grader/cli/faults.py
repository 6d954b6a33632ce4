"""What ends a command from outside: a machine that does not give what is needed, and a signal."""

from __future__ import annotations

import errno
import io
import os
import signal
import sys
import traceback
from pathlib import Path
from types import FrameType

from grader.errors import MachineFault, display

# So many descriptors are enough for a judge on each of many cores.
_DESCRIPTORS = 1024
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_NO_MORE = (errno.EMFILE, errno.ENFILE)
_NO_THREAD = "can't start new thread"
_FEWER = "end something else, use fewer --workers, or allow more, as with ulimit -u"
# Whoever writes to the terminal, or to what stands in its place.
_PRINTING = ("click.utils", "rich.console", __name__)


class EndedBySignal(KeyboardInterrupt):
    """A signal that asks to end; what was done until then is kept, as after Ctrl-C."""

    number = 0


def heed_signals() -> None:
    """Let SIGTERM and SIGHUP end the command as Ctrl-C does, and let a second one change nothing."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name) and signal.getsignal(getattr(signal, name)) != signal.SIG_IGN:
            signal.signal(getattr(signal, name), _end)
    if hasattr(signal, "SIGCHLD"):  # whoever started this may not have wanted to know of its children; we do
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)


def _end(number: int, _frame: FrameType | None) -> None:
    EndedBySignal.number = number
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    raise EndedBySignal


def exit_code_of_end() -> int:
    """130 after Ctrl-C, 143 after SIGTERM, 129 after SIGHUP."""
    return 128 + (EndedBySignal.number or int(signal.SIGINT))


def machine_fault(error: BaseException) -> MachineFault | None:
    """An error of the machine as one sentence; None where it is something else."""
    error = _cause(error)
    if isinstance(error, OSError):
        return _of_system(error)
    if isinstance(error, RuntimeError) and str(error).startswith(_NO_THREAD):
        return MachineFault(f"no more processes or threads may be started: {_FEWER}")
    if isinstance(error, MemoryError):
        return MachineFault("there is not enough memory: end something else, or use fewer --workers")
    if isinstance(error, UnicodeError):
        return MachineFault(
            f"a text cannot be written in this terminal's or system's letters ({error}): set LC_ALL=C.UTF-8"
        )
    if type(error).__module__ == "sqlite3":
        return MachineFault(
            f"the database of results cannot be used ({error}): is there room on its disk, may it be written to, "
            "does another grader use it? What was stored is kept"
        )
    return None


def _cause(error: BaseException) -> BaseException:
    """The error; of one that only follows from it that the machine did not give what was needed, that."""
    before: BaseException | None = error
    while before is not None:
        if isinstance(before, MemoryError) or (isinstance(before, OSError) and before.errno in (*_FULL, *_NO_MORE)):
            return before
        before = before.__cause__ or before.__context__
    return error


def _of_system(error: OSError) -> MachineFault:
    where = f"{_place(error)}: " if _place(error) else ""
    if error.errno == errno.ENOENT and not (where or _is_anywhere()):
        return MachineFault("the folder that this was started in is no more: go to one that is there", 2)
    if error.errno in _NO_MORE:
        return MachineFault(f"{where}no more files may be open at a time: allow more, as with ulimit -n {_DESCRIPTORS}")
    if error.errno in _FULL:
        return MachineFault(f"{where}{_why(error)}: make room there, and the same command goes on from what is stored")
    if error.errno in (errno.ENOMEM, errno.EAGAIN):
        return MachineFault(f"{where}{_why(error)}: {_FEWER}")
    return MachineFault(f"{where}{_why(error)}: is it there, and may it be read and written by you?", 2)


def _is_anywhere() -> bool:
    try:
        return bool(Path.cwd())
    except OSError:
        return False


def _why(error: OSError) -> str:
    return (error.strerror or str(error) or type(error).__name__).lower()


def _place(error: OSError) -> str:
    named = error.filename if error.filename is not None else error.filename2
    if not isinstance(named, str | os.PathLike):
        return _written_to(error)
    try:
        return display(Path(named))
    except OSError:  # the folder that one is in was deleted
        return os.fspath(named)


def _written_to(error: OSError) -> str:
    """What was written when it happened, which the system does not say: an open file, or what is shown."""
    place = ""
    for frame, _ in traceback.walk_tb(error.__traceback__):
        owner, file = (frame.f_locals.get(name) for name in ("self", "file"))
        if frame.f_globals.get("__name__") in _PRINTING:
            place = "what is printed"
        elif isinstance(owner, Path) and frame.f_code.co_name.startswith("write_"):
            place = display(owner)
        elif isinstance(file, io.IOBase) and isinstance(name := getattr(file, "name", None), str):
            place = display(Path(name))
    return place


def open_closed_streams() -> None:
    """Let what is closed lead nowhere, so that no file of ours takes its number and is written to as if it were it."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            nowhere = os.open(os.devnull, os.O_RDWR)
            os.dup2(nowhere, number)
            os.set_inheritable(number, True)
            setattr(sys, name, open(number, "w" if number else "r", closefd=False))  # noqa: SIM115


def forget_no_width() -> None:
    """Let a terminal that says it has no columns be one that says nothing."""
    if os.environ.get("COLUMNS", "").strip("0") == "":
        os.environ.pop("COLUMNS", None)


def flush() -> None:
    """Bring what was printed to where it goes, while somebody can still be told that it does not arrive.

    Raises:
        OSError: it does not.
    """
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
