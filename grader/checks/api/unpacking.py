"""How many names `a, b = …` fills, read from the bytecode that does it, so that all parts are asked for at once."""

from __future__ import annotations

import dis
from types import FrameType

_UNPACK, _EXTENDED = dis.opmap.get("UNPACK_SEQUENCE", -1), dis.opmap.get("EXTENDED_ARG", -1)


def n_names_unpacked(frame: FrameType) -> int | None:
    """How many names the check takes the parts into by `a, b = …`; None where it iterates in another way."""
    code, at = frame.f_code.co_code, frame.f_lasti
    if at < 0 or code[at] != _UNPACK:
        return None
    n: int = code[at + 1]
    extended = at >= 2 and code[at - 2] == _EXTENDED
    return None if extended else n
