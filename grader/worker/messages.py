"""What an exception or a warning says, without the places of this machine."""

from __future__ import annotations

import itertools
import re
import traceback
from collections.abc import Callable
from pathlib import PurePath

# Of what was raised in a function that a module calls while it is imported.
CALLED_AT_IMPORT = " (called while "
# Of what was raised by an iterator that returned, and was asked for its items.
WHILE_TAKEN = " (while its items were taken)"
_MAX_LINE = 200  # of a line of source that is shown
_PLACE = re.compile(r" \([^()]*[/\\][^()]*\)\Z")


def message_of(error: BaseException) -> str:
    """Its text; of an import that fails, without the path at which the module lies.

    >>> message_of(ImportError("cannot import name 'x' from 'os' (/usr/lib/python3/os.py)"))
    "cannot import name 'x' from 'os'"
    """
    text = str(error)
    return _PLACE.sub("", text) if isinstance(error, ImportError) else text


def shown_message(error: BaseException) -> str:
    """What an exception says; of code that is no Python the line too, and where in it, as Python shows it.

    Its place is told beside it, and not once more.
    """
    if not isinstance(error, SyntaxError) or not error.msg:
        return message_of(error)
    if not error.text:
        return error.msg
    line = error.text.rstrip("\n").expandtabs(4)[:_MAX_LINE]
    start = len(line) - len(line.lstrip())
    caret = max(0, min(error.offset or 1, len(line) + 1) - 1 - start)
    return f"{error.msg}\n    {line.strip()}\n    {' ' * caret}^"


def call_at_import(error: BaseException, own_frame: Callable[[str], bool]) -> str:
    """` (called while m.py is imported, by line 106)`: empty where a function raised that was called by the judge."""
    caller, is_called = "", False
    for frame, line in itertools.islice(traceback.walk_tb(error.__traceback__), 2000):
        code = frame.f_code
        if own_frame(code.co_filename):
            is_called = code.co_name != "<module>"
            caller = caller if is_called else f"{code.co_filename} is imported, by line {line}"
    return f"{CALLED_AT_IMPORT}{caller})" if caller and is_called else ""


def warning_text(
    message: Warning | str, category: type[Warning], filename: str, lineno: int, line: str | None = None
) -> str:
    """A warning as it is printed: with its place where that is a file of the student's, as `warnings.formatwarning`.

    >>> warning_text("divide by zero", RuntimeWarning, "m.py", 3), warning_text("x", RuntimeWarning, "/usr/lib/y.py", 3)
    ('m.py:3: RuntimeWarning: divide by zero\\n', 'RuntimeWarning: x\\n')
    """
    place = "" if PurePath(filename).is_absolute() else f"{filename}:{lineno}: "
    return f"{place}{category.__name__}: {message}\n"
