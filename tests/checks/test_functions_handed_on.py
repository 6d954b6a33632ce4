"""A function of the submission's as an argument: a wrong answer to it is told like any other."""

from __future__ import annotations

import pytest

from tests.checks.small import verdict

RULE = """
@given(b=st.sampled_from([2.0, 3.0]))
def are_right(student, expect, b):
    expect.close(student.m.area(student.m.line, 1.0, b), (b * b - 1) / 2)
"""
HERE = "from hypothesis import given, strategies as st\n"
AREA = """
SEEN = {}

def line(x):
    return x

def area(f, a, b):
    SEEN[b] = a
    return (b - a) * (f(a) + f(b)) / 2
"""


@pytest.mark.parametrize("slip", ["f(a) + f(a)", "f(a) - f(b)"])
def test_a_wrong_answer_is_failed_with_its_call(slip, tmp_path, sandbox):
    """The line to paste names the function."""
    found = verdict(tmp_path, sandbox, HERE + RULE, AREA, AREA.replace("f(a) + f(b)", slip))
    assert found.status == "failed"
    assert found.counterexample.call == "m.area(m.line, 1.0, 2.0)"
