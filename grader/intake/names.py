"""Names that can be a folder's, and what names share."""

from __future__ import annotations

import re
from collections.abc import Iterable

from grader.intake.submission import is_id

# Names that Windows keeps for its devices, whatever follows the dot.
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|\Z)", re.IGNORECASE)


def shared_head(names: Iterable[str], sign: str) -> str:
    """What all names begin with, up to a sign that each goes on after; empty where they share nothing.

    >>> shared_head(["hw1-ada-l", "hw1-ben"], "-")
    'hw1'
    """
    split = [name.split(sign) for name in names]
    shared = 0
    while len(split) > 1 and all(len(parts) > shared + 1 and parts[shared] == split[0][shared] for parts in split):
        shared += 1
    return sign.join(split[0][:shared]) if split else ""


def safe_id(text: str) -> str:
    """The text where it can be a submission's id and a folder's name on every system; else nothing.

    >>> safe_id("ada"), safe_id("../ada"), safe_id("con.py"), safe_id("ada.")
    ('ada', '', '', '')
    """
    plain = is_id(text) and not text.endswith(".") and not _DEVICES.match(text)
    return text if plain else ""
