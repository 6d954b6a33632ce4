"""Work done meanwhile is done at the end of the block, whatever becomes of the process that does it."""

from __future__ import annotations

import os
import signal

import pytest

from grader.report.meanwhile import meanwhile


def test_what_is_done_meanwhile_is_done_at_the_end(tmp_path):
    """It sees what this process holds."""
    text = "held here"
    with meanwhile(lambda: (tmp_path / "done").write_text(text) and None):
        here = os.getpid()
    assert (tmp_path / "done").read_text() == text
    assert here


def test_an_error_of_it_is_raised():
    """With its type and its message."""

    def work():
        raise OSError("no room is left")

    with pytest.raises(OSError, match="no room is left"), meanwhile(work):
        pass


def test_it_is_done_here_where_the_process_is_killed(tmp_path):
    """As by a system that is short of memory."""
    parent = os.getpid()

    def work():
        if os.getpid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)
        (tmp_path / "done").touch()

    with meanwhile(work):
        pass
    assert (tmp_path / "done").exists()


def test_an_error_of_the_block_ends_it(tmp_path):
    """Nobody waits for what would be thrown away."""

    def work():
        signal.pause()

    with pytest.raises(KeyError), meanwhile(work):
        raise KeyError
