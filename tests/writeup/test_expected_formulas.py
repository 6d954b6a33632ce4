"""A formula that a rubric expects, and that nothing can be held against, is refused when the rubric is loaded."""

from __future__ import annotations

import pytest

from grader.errors import RubricError

CHECK = """      - check: loss
        kind: formula
        points: 1
        find: {{question: 1}}
        equals: "{equals}"
        symbols: {{p: {{low: 0, high: 1}}, x: {{low: -2, high: 3, aliases: [t]}}, y: {{values: [0, 1]}}}}
        alternatives: [{{equals: "{other}", feedback: no}}]
"""
GOOD = ("-y*log(p) - (1-y)*log(1-p)", "max(0, x) + p + y", "exp(-x) * pi + p*y", "t^2 + p + y", "sigmoid(x) - p - y")
BAD = {
    "softplus(x) + p + y": "cannot be computed", "x + zz + p": "cannot be computed", "relu(x) + p*y": "cannot be computed",
    "log(x) + p + y": "has no value for some", "sqrt(x) * p": "has no value for some", "p / y": "has no value for some",
}  # fmt: skip


def check(equals, other="p"):
    """A check of a formula, and of one known mistake."""
    return CHECK.format(equals=equals, other=other)


@pytest.mark.parametrize("equals", GOOD)
def test_a_formula_of_its_symbols_is_taken(assignment_of, equals):
    """Also by other names for them, and with the functions that students' formulas may have."""
    assert assignment_of(check(equals), "", "").rubric.checks


@pytest.mark.parametrize("equals", BAD)
def test_one_that_has_no_value_is_refused_with_its_place(assignment_of, equals):
    """Else every answer to it would be ungraded, or a right one wrong."""
    with pytest.raises(RubricError) as refused:
        assignment_of(check(equals), "", "")
    [fault] = refused.value.faults
    assert (fault.line, fault.path) == (8, "check loss")
    assert f"{equals!r} {BAD[equals]}" in fault.message


def test_so_is_a_known_mistake(assignment_of):
    """It may have no value somewhere, as a wrong formula may, and has to be computed."""
    assert assignment_of(check("p*y*x", "log(x)"), "", "").rubric.checks
    with pytest.raises(RubricError, match="'relu\\(x\\)' cannot be computed"):
        assignment_of(check("p*y*x", "relu(x)"), "", "")
