"""What can only go wrong where work is graded is told as that, in one sentence, Python's own error after it."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.checks.feedback.failures import describe_failure
from grader.checks.feedback.refusals import REFUSALS
from grader.model.outcome import Failure

ONE = "      - check: one\n        points: 4\n        examples: 2\n"
CHECK = """
from hypothesis import given, strategies as st

@given(x=st.integers(0, 14))
def one(student, expect, x):
    "`f` is the identity."
    expect.close(student.m.f(float(x)), x)
"""
ACTS = {
    "int(input())": ("nobody is there to type", "EOFError"),
    "open('settings.txt').read()": ("put the values into the module", "settings.txt"),
    "__import__('numpy').loadtxt('data.csv')": ("put the values into the module", "data.csv"),
    "open('/out.log', 'w')": ("cannot be read or written", "/out.log"),
    "__import__('subprocess').run(['ls'])": ("no other process", "PermissionError"),
    "__import__('os').fork()": ("no other process", "PermissionError"),
    "__import__('socket').create_connection(('example.org', 80))": ("no network", "gaierror"),
    "__import__('socket').socket()": ("the network", "PermissionError"),
    "__import__('urllib.request').request.urlopen('http://example.org')": ("no network", "URLError"),
    "__import__('nowhere_at_all.deep')": ("nowhere_at_all is not there", "ModuleNotFoundError"),
    "__import__('sys').exit(0)": ("ends the program", "SystemExit"),
    "exit()": ("ends the program", "SystemExit"),
}


@pytest.mark.parametrize("at_module_level", [True, False])
def test_what_is_not_allowed_is_said_with_what_to_do_instead(assignment_of, verdict_on, at_module_level):
    """First the sentence, with its place, then what Python says: in a call and while the module is imported."""
    check = assignment_of(ONE, CHECK, "def f(x): return x\n").checks["one"]
    for act, (sentence, error) in ACTS.items():
        called = f"def f(x):\n    {act}\n    return x\n"
        told = verdict_on(check, f"{act}\ndef f(x): return x\n" if at_module_level else called).feedback
        place, _, rest = told.partition("\n")[0].partition(": ")
        assert place == ("m.py, line 1" if at_module_level else "m.py, line 2, in f")
        assert 0 <= rest.index(sentence) < rest.index(error), told


@pytest.mark.parametrize(
    "message",
    [
        "EOFError: ",
        "PermissionError: you shall not pass",
        "FileNotFoundError: no weights",
        "ValueError: [Errno 2] No such file or directory: 'x'",
        "RuntimeError: cannot connect the layers",
        "OSError: wrong size",
        "ImportError: cannot import name 'a' from 'b'",
        "TypeError: no other arguments",
    ],
)
def test_what_a_student_raises_is_told_as_raised(message):
    """An error of the student's own is not taken for the sandbox's."""
    assert describe_failure(Failure("error", message, "m.py", 3, "f")) == f"m.py, line 3, in f: {message}"


@pytest.mark.parametrize(
    ("message", "sentence"),
    [
        ("OSError: [Errno 30] Read-only file system: 'train.log'", "cannot be read or written"),
        ("OSError: [Errno 28] No space left on device", "cannot be read or written"),
        ("BlockingIOError: [Errno 11] Resource temporarily unavailable", "no other process"),
        ("RuntimeError: can't start new thread", "no other process"),
        ("TclError: no display name and no $DISPLAY environment variable", "no screen"),
        ("ConnectionRefusedError: [Errno 111] Connection refused", "no network"),
        ("OSError: [Errno 101] Network is unreachable", "no network"),
    ],
)
def test_limits_of_other_systems_are_known_too(message, sentence):
    """Read-only folders, full disks, screens: known by what Python says of them anywhere."""
    assert sentence in describe_failure(Failure("error", message, "m.py", 3, "f"))


def test_students_are_told_beforehand():
    """The page for students lists every act that is refused."""
    page = (Path(__file__).parents[2] / "docs" / "students.md").read_text(encoding="utf-8")
    assert [one.act for one in REFUSALS if f"- {one.act}\n" not in page] == []


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("while True:\n    pass\n", ["m.py (line 1)", 'under `if __name__ == "__main__":`']),
        ("a = bytearray(10**11)\n", ["m.py, line 1", "memory that it may have is used up"]),
        ("def f(x):\n    return bytearray(10**11)\n", ["m.py, line 2, in f", "memory that it may have"]),
        (
            "def f(x):\n    while True: pass\n",
            ["m.py, line 2, in f", "This was the call: m.f(", "a loop that does not end"],
        ),
    ],
)
def test_time_and_memory_come_with_line_and_advice(assignment_of, verdict_on, source, told):
    """Where it was, for a call that hung with what input, and what to look at."""
    feedback = verdict_on(assignment_of(ONE, CHECK, "def f(x): return x\n").checks["one"], source).feedback
    assert [words for words in told if words not in feedback] == [], feedback
