"""What stands on a student's screen while their work is checked."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from grader.rubric import load
from grader.terminal.lesson import Lesson
from tests.conftest import ROOT


@pytest.mark.parametrize("width", [40, 120])
def test_a_terminal_tells_which_check_runs(width):
    """Its number is never cut, and the line goes away."""
    screen = Console(file=io.StringIO(), force_terminal=True, width=width, _environ={"TERM": "xterm"})
    with Lesson(screen, load(ROOT / "rubrics" / "hw1.yaml"), {}).show_running():
        pass
    text = screen.file.getvalue()
    assert "1 of 64, q1: conv2d_output_shape" in text
    assert text.rstrip("\x1b[?25h\r").endswith("\x1b[2K")  # erased
    assert "?" not in text.replace("\x1b[?", "")


def test_a_pipe_is_told_nothing():
    """What is read by a program, or later, holds no line that was meant to go away."""
    screen = Console(file=io.StringIO(), width=80)
    with Lesson(screen, load(ROOT / "rubrics" / "hw1.yaml"), {}).show_running():
        pass
    assert screen.file.getvalue() == ""
