"""What came back instead of what was asked for is told as Python and numpy name it, with what to do."""

from __future__ import annotations

import pytest

from grader.checks.feedback.failures import describe_failure
from grader.model.outcome import Failure


def rubric(check):
    return f"      - check: {check}\n        points: 4\n        examples: 2\n        hint: Look at the handout.\n"


CHECKS = """
from hypothesis import given, strategies as st
import numpy as np

@given(x=st.integers(0, 14))
def number(student, expect, x):
    "`f` is the identity."
    expect.close(student.m.f(float(x)), x)

@given(x=st.integers(0, 14))
def named(student, expect, x):
    "`g` is its first."
    expect.close(student.m.g(float(x), out_features=2), x)

@given(x=st.integers(0, 14))
def made(student, expect, x):
    "The object has a size."
    expect.equal(student.m.build().size(), 2)
"""
REFERENCE = """
class Net:
    def size(self): return 2
def f(x): return x
def g(in_features, out_features): return in_features
def build(): return Net()
"""
NET = "import numpy as np\nclass Net:\n    def size(self): return 2\n"


@pytest.mark.parametrize(
    ("check", "source", "told"),
    [
        ("number", "def f(x): return x, np.ones(3)", ["2 values of different shapes", "an array of shape (3,)"]),
        ("number", "def f(x): return [1.0, [1.0, 2.0], 'a', 3]", ["eturned a list"]),
        ("number", "def f(x): return np.mean", ["a function (call it", "expected numbers"]),
        ("number", "def f(x): return lambda: x", ["a function (call it"]),
        ("number", "def f(x): return np.exp", ["a function (call it"]),
        ("number", "async def f(x): return x", ["coroutine", "write `def`"]),
        ("number", "def f(x):\n    yield x", ["eturned an iterator", "`return` the numbers"]),
        ("number", "class f:\n    def __init__(self, x): self.x = x", ["`f` is a class", "write `def f`"]),
        ("number", "def f(x): return [[str(x)]]", ["the text", "not texts made of them"]),
        ("number", "def f(x): return NotImplemented", ["return the result"]),
        ("number", "def f(x): return f'{x:.4f}'", ["the text", "the numbers themselves"]),
        ("number", "if __name__ == '__main__':\n    def f(x): return x", ["m.py has no f;", "line 5", "__main__"]),
        ("number", "def f_loss(x): return x\ndef g(x): return x", ["m.py has no f"]),
        ("number", "class Net:\n    def f(self, x): return x", ["m.py has no f;", "line 5", "class Net"]),
        ("number", "def h(x):\n    def f(x): return x", ["m.py has no f;", "line 5", "within h"]),
        ("number", "def f(x): return Net", ["a class (call it"]),
        ("number", "def f(x): return {'a': x}", ["a dictionary with 1 entry,"]),
        ("number", "def f(x): return np.full((1, 1), x)", ["shape (1, 1)", "a single number"]),
        ("number", "def f(x, y): return x", ["allow the call f(…)"]),
        ("named", "def g(inp, out): return inp", ["allow the call g(…, out_features=…)"]),
        ("named", "def g(in_features): return 1", ["unexpected keyword", "allow the call g(…, out_features=…)"]),
        ("named", "def g(a, out_features, bias): return a", ["'bias'", "allow the call g(…, out_features=…)"]),
        ("made", "def build(): return Net", ["build returned a class", "call the class", "'self'"]),
        ("made", "def build(): return Net(), 1", ["a tuple of 2 (Net, int)", "has size"]),
        ("made", "def build(): return lambda: 1", ["build returned a function (call it"]),
    ],
)
def test_what_came_back_is_named(assignment_of, verdict_on, check, source, told):
    """Its kind, what was asked for, and the way out."""
    found = verdict_on(assignment_of(rubric(check), CHECKS, REFERENCE).checks[check], f"{NET}{source}\n")
    assert [words for words in told if words not in found.feedback] == [], found.feedback
    assert found.status != "passed"


def test_an_unfit_call_of_the_students_own_is_their_own(assignment_of, verdict_on):
    """It has its line, and says nothing of the signature that the check wants."""
    check = assignment_of(rubric("number"), CHECKS, REFERENCE).checks["number"]
    found = verdict_on(check, "def f(x): return h(x, 1)\ndef h(x): return x\n")
    assert "m.py, line 1, in f: TypeError: h() takes 1" in found.feedback
    assert "signature" not in found.feedback


def test_a_name_that_is_asked_for_itself_is_suggested_for_no_other(assignment_of):
    """Who lacks `bce_loss` did not mean `mse_loss`; `bce` may be it."""

    def told(*names):
        return describe_failure(Failure("missing", "m.py has no bce_loss", names=names), {"mse_loss"})

    assert told("mse_loss") == "m.py has no bce_loss"
    assert told("mse_loss", "bce") == "m.py has no bce_loss; there is bce"
    assert told("bce_los") == "m.py has no bce_loss; there is bce_los"
    checks = assignment_of(rubric("number") + rubric("named") + rubric("made"), CHECKS, REFERENCE).checks
    assert checks["number"].beside == {"g", "build"}
