"""Operators between objects are theirs in a kit as well, whose checks have other lines and no decorators."""

from __future__ import annotations

import pytest

from grader.kit.loading import load_kit
from grader.kit.making import make_kit
from tests.checks.small import graded, write_course
from tests.kit.conftest import written

REFERENCE = """
class Value:
    def __init__(self, data): self.data = data
    def __add__(self, other): return Value(self.data + getattr(other, "data", other))
    def __mul__(self, other): return Value(self.data * getattr(other, "data", other))
    __radd__, __rmul__ = __add__, __mul__
"""
CHECKS = '''
@given(
    x=st.floats(1, 2),
)
def spreads_over_lines(student, expect, x):
    """Comments, blank lines, brackets and decorators are others in a kit."""
    # the author's own

    v = student.m.Value(
        x
    )
    total = (

        v
        + 1
    ); twice = total * 2

    values = [one * 2
              for one in (v, twice)]
    expect.true(float(values[0].data) > 0, "it is positive")
    expect.close(sum(values).data, 2 * x + 4 * (x + 1))

@given(x=st.floats(1, 2))
def has_functions_within(student, expect, x):
    """Also where functions stand within functions, and beside the check."""
    def polynomial(one):

        return one * one + (lambda two: two * 3)(one)
    v = student.m.Value(x)
    out = polynomial(v) + doubled(v)
    expect.true(float(out.data) > 0, "it is positive")
    expect.close(out.data, x * x + 5 * x)

doubled = lambda one: (
    one * 2
)
'''


@pytest.fixture(scope="module")
def kit(tmp_path_factory):
    """The kit of two checks that look at objects."""
    course = write_course(tmp_path_factory.mktemp("course"), CHECKS, REFERENCE)
    return load_kit(written(make_kit(course, "small", seed=1), tmp_path_factory.mktemp("kit")))


@pytest.mark.parametrize("name", ["spreads_over_lines", "has_functions_within"])
def test_a_right_answer_is_right_in_a_kit(kit, sandbox, name):
    """Where an operator stands is known by its statement, not by its line."""
    assert graded(kit, REFERENCE, sandbox)[name].status == "passed"
