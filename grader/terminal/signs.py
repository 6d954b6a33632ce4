"""What a stream shows of our signs where its encoding has no letters for them; never a `?`, which is a verdict."""

from __future__ import annotations

import codecs
import sys
from typing import TextIO

ERRORS = "grader.signs"
# Each sign of ours in ASCII, two never alike where they mean different things.
_ASCII = {
    "✓": "ok", "✗": "x", "–": "-", "—": "-", "−": "-", "█": "#", "░": ".", "━": "-", "…": "...", "×": "x", "·": ".",
    "→": "->", "‖": "||", "≤": "<=", "≥": ">=", "’": "'", "“": '"', "”": '"', "╸": "-", "╺": "-",
}  # fmt: skip


def _in_ascii(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    signs = error.object[error.start : error.end]
    return "".join(_ASCII.get(sign, sign.encode("ascii", "backslashreplace").decode()) for sign in signs), error.end


codecs.register_error(ERRORS, _in_ascii)


def use_signs(stream: TextIO | None = None) -> None:
    """Let a stream, standard output where none is named, show what its encoding has, and say the rest in ASCII."""
    stream = sys.stdout if stream is None else stream
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors=ERRORS)
