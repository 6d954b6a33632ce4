"""What is said of a process that is gone."""

from __future__ import annotations

import pytest

from grader.checks.feedback.failures import advice
from grader.model.outcome import Failure


@pytest.mark.parametrize(
    ("message", "has_memory", "has_own"),
    [
        ("the process ended with SIGKILL", True, True),
        ("the process ended with SIGABRT", False, True),
        ("the code ended the process itself (exit code 3)", False, True),
        ("the process sent something that is no answer to what it was asked, so it was ended", False, False),
    ],
)
def test_code_that_ends_its_process_is_asked_for(message, has_memory, has_own):
    """The system's signal for want of memory is the one that code may send itself."""
    told = " ".join(advice(Failure("crashed", message)))
    assert ("memory" in told, "`os.kill`" in told) == (has_memory, has_own)
