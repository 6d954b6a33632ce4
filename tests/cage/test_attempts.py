"""Whether a layer holds is found out in a child, which somebody may kill."""

from __future__ import annotations

import os
import signal

import pytest

from grader.worker import cage


@pytest.mark.parametrize(("kills", "holds"), [(0, True), (1, True), (2, True), (3, False)])
def test_an_attempt_that_was_killed_says_nothing_of_the_layer(tmp_path, kills, holds):
    """A class would be graded with one layer less, and its results would say so, for nothing."""

    def attempt():
        done = len(list(tmp_path.iterdir()))
        (tmp_path / str(done)).touch()
        if done < kills:
            os.kill(os.getpid(), signal.SIGKILL)
        return True

    assert cage._succeeds_in_child(attempt) is holds


@pytest.mark.parametrize("ends", [lambda: False, lambda: os._exit(3), lambda: os.kill(os.getpid(), signal.SIGSYS)])
def test_an_attempt_that_fails_is_made_once(tmp_path, ends):
    """A machine that refuses a layer refuses it again."""

    def attempt():
        (tmp_path / str(len(list(tmp_path.iterdir())))).touch()
        return ends()

    assert not cage._succeeds_in_child(attempt)
    assert len(list(tmp_path.iterdir())) == 1
