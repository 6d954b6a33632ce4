"""What an exception or a warning says, without the places of this machine."""

from __future__ import annotations

import re
from pathlib import PurePath

_PLACE = re.compile(r" \([^()]*[/\\][^()]*\)\Z")


def message_of(error: BaseException) -> str:
    """Its text; of an import that fails, without the path at which the module lies.

    >>> message_of(ImportError("cannot import name 'x' from 'os' (/usr/lib/python3/os.py)"))
    "cannot import name 'x' from 'os'"
    """
    text = str(error)
    return _PLACE.sub("", text) if isinstance(error, ImportError) else text


def warning_text(
    message: Warning | str, category: type[Warning], filename: str, lineno: int, line: str | None = None
) -> str:
    """A warning as it is printed: with its place where that is a file of the student's, as `warnings.formatwarning`.

    >>> warning_text("divide by zero", RuntimeWarning, "m.py", 3), warning_text("x", RuntimeWarning, "/usr/lib/y.py", 3)
    ('m.py:3: RuntimeWarning: divide by zero\\n', 'RuntimeWarning: x\\n')
    """
    place = "" if PurePath(filename).is_absolute() else f"{filename}:{lineno}: "
    return f"{place}{category.__name__}: {message}\n"
