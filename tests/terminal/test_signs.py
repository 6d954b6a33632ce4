"""What a stream's encoding lacks is said in ASCII."""

from __future__ import annotations

import io

from grader.terminal.signs import use_signs


def test_a_stream_that_has_no_such_signs_gets_others():
    """The one that is named, not standard output."""
    kept = io.BytesIO()
    stream = io.TextIOWrapper(kept, encoding="ascii")
    use_signs(stream)
    stream.write("a → ж")
    stream.flush()
    assert kept.getvalue().isascii() and kept.getvalue().startswith(b"a ") and b"\\u0436" in kept.getvalue()


def test_standard_output_is_meant_where_none_is_named(monkeypatch):
    """As a command begins."""
    kept = io.BytesIO()
    stream = io.TextIOWrapper(kept, encoding="ascii")
    monkeypatch.setattr("sys.stdout", stream)
    use_signs()
    stream.write("ж")
    stream.flush()
    assert kept.getvalue() == b"\\u0436"
