"""What draws by itself, does not repeat, or ends its process is refused when the rubric is loaded: check, place, way out."""

from __future__ import annotations

import re

import numpy as np
import pytest

from grader import wire
from grader.checks.plan.repeating import CaseTrace, difference
from grader.errors import RubricError
from grader.model.outcome import Value

CHECK = "      - {check: doubled, points: 1, examples: 4, tolerance: {rtol: 1.0e-6, atol: 1.0e-6}}\n"
RUBRIC = """\
import os, random, time
import ctypes
import numpy as np
from hypothesis import given, strategies as st
SHIFT = {module}
def drawn(n):
    return n + {strategy}
@given(x=st.floats(-9, 9).map(drawn))
def doubled(student, expect, x):
    expect.close(student.m.f(x + {property}), 2 * (x + {expected}))
"""
REFERENCE = """\
import ctypes, os, random
import numpy as np
OWN, CALLS = np.random.default_rng(0), []
AT_IMPORT = {imported}
def f(x):
    return 2 * x + {answer} + 0 * AT_IMPORT
"""
NEVER = "(ctypes.string_at(0) and 0)"
DRAWS = {
    "strategy": ("random.random()", "np.random.rand()", "time.time()", "np.random.default_rng().random()"),
    "property": ("1e-9 * random.random()", "1e-9 * np.random.rand()", "1e-9 * os.urandom(1)[0]"),
    "expected": ("1e-9 * random.random()", "1e-9 * np.random.standard_normal()"),
}
NOISE = ("1e-13 * np.random.rand()", "1e-13 * random.random()", "1e-13 * OWN.random()", "1e-13 * (CALLS.append(1) or len(CALLS))")  # fmt: skip
ENDS = {
    ("property", NEVER): r"SIGSEGV\) at \S*t.py:10:",
    ("strategy", NEVER): r"SIGSEGV\) at \S*t.py:7:",
    ("property", "os._exit(0)"): r"exit code 0\) at \S*t.py:10:",
    ("answer", NEVER): r"SIGSEGV\) at \S*m.py:6:",
    ("answer", "os.kill(os.getpid(), 9)"): r"SIGKILL\)",
}


@pytest.fixture
def refusal(assignment_of):
    """What is said of a course with an expression in one place."""

    def said(place, expression):
        names = ("module", "strategy", "property", "expected", "imported", "answer")
        texts = {name: expression if name == place else "0" for name in names}
        with pytest.raises(RubricError) as refused:
            assignment_of(CHECK, RUBRIC.format(**texts), REFERENCE.format(**texts))
        return str(refused.value)

    return said


@pytest.mark.parametrize(("place", "expression"), [(place, draw) for place, draws in DRAWS.items() for draw in draws])
def test_what_draws_by_itself_is_refused(refusal, place, expression):
    """By the check's name, with a way out."""
    told = refusal(place, expression)
    assert "t.yaml:8: check doubled" in told
    assert "np.random.default_rng" in told or "does not repeat" in told


@pytest.mark.parametrize("noise", NOISE)
def test_a_reference_that_does_not_repeat_is_refused(refusal, noise):
    """However small the difference, and also where it comes from what was called before."""
    assert "check doubled: the reference does not repeat (m.f on case" in refusal("answer", noise)


@pytest.mark.parametrize(("place", "expression"), ENDS)
def test_what_ends_its_process_is_told_by_check_and_line(refusal, place, expression):
    """A crash in compiled code, or what leaves Python, costs a process of its own and not the command."""
    told = refusal(place, expression)
    assert "check doubled: it ends the whole process (" in told
    assert re.search(ENDS[place, expression], told)


@pytest.mark.parametrize(("place", "file"), [("module", "t.py:5"), ("imported", "m.py:4")])
def test_a_module_that_ends_its_process_is_told_by_its_line(refusal, place, file):
    """Before any check is looked at."""
    told = refusal(place, NEVER)
    assert f"{file}: it ends the whole process (SIGSEGV)" in told


def test_what_is_random_on_purpose_is_taken(assignment_of):
    """Weights that a model answer draws: nothing is claimed of them but their shape."""
    python = "def drawn_weights(student, expect):\n    expect.array(student.m.weights(3), (3,))\n    expect.true(True, 'yes')\n"
    check = "      - {check: drawn_weights, points: 1}\n"
    reference = "import numpy as np\ndef weights(n):\n    return np.random.standard_normal(n)\n"
    assert list(assignment_of(check, python, reference).checks) == ["drawn_weights"]


def test_noise_is_told_from_a_function_that_is_random():
    """By how far the answers are from one another."""
    call = wire.encode([["m", "f"], [], {}, wire.CALL])

    def traced(*numbers):
        return (CaseTrace({}, ((call, Value(np.array(numbers))),), ()),)

    assert difference(traced(1.0, 2.0), traced(1.0, 2.0)) == ""
    assert "does not repeat (m.f on case 0)" in difference(traced(1.0, 2.0), traced(1.0, np.nextafter(2.0, 3.0)))
    assert difference(traced(0.3, -2.0), traced(1.7, 0.4)) == ""
