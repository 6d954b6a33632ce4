"""What an exception says, without the places of this machine."""

from __future__ import annotations

import re

_PLACE = re.compile(r" \([^()]*[/\\][^()]*\)\Z")


def message_of(error: BaseException) -> str:
    """Its text; of an import that fails, without the path at which the module lies.

    >>> message_of(ImportError("cannot import name 'x' from 'os' (/usr/lib/python3/os.py)"))
    "cannot import name 'x' from 'os'"
    """
    text = str(error)
    return _PLACE.sub("", text) if isinstance(error, ImportError) else text
