"""What stands on a student's screen while their work is checked."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from grader.rubric.loading import load
from grader.terminal.details import explanation
from grader.terminal.lesson import Lesson
from tests.conftest import ROOT
from tests.export.conftest import check


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


@pytest.mark.parametrize(
    ("feedback", "actual", "expected", "told"),
    [
        ("Got -1, expected 1.", "-1.", "1.", []),
        ("Got -1, expected 1 (the sum).", "-1.", "1.", []),
        ("Got -1, expected 12.", "-1.", "1.", ["wanted  1."]),
        ("f returned None, expected an object. No `return` was reached.", "None", "an object", []),
        ("It printed 3 and returned nothing: write `return`.", "None", "3.", ["wanted  3."]),
        ("Differs on 2 of 3 inputs tried.", "'a'", "'b'", ["got     'a'", "wanted  'b'"]),
        ("TypeError: f() takes 1 argument", "TypeError: f() takes 1 argument", "2.", ["wanted  2."]),
        ("m.py, line 19, in f: KeyError: 'a'", "KeyError: 'a'", "1", ["wanted  1"]),
    ],
)
def test_what_a_sentence_has_said_is_not_said_again(feedback, actual, expected, told):
    """Below the sentence stands what else there is to know."""
    screen = Console(file=io.StringIO(), width=80)
    shown = {"call": "m.f(1)", "actual": actual, "expected": expected}
    status = "error" if "Error" in feedback else "failed"
    explanation(screen, check("f", status, feedback=feedback, shown=shown), indent=0)
    lines = [line.strip() for line in screen.file.getvalue().splitlines()]
    assert [line for line in lines if line.startswith(("got", "wanted"))] == told
