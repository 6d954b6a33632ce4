"""The one comparison of numbers: per element, whether and by how much, for every measure."""

from __future__ import annotations

import ast
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from grader.checks.api.expect import Numbers
from grader.checks.comparison import ExpectedBatch
from grader.model.tolerance import EXACT, Tier, Tolerance, is_same

PACKAGE = Path(__file__).parent.parent.parent / "grader"
TIERS = (Tier(1e-6, 1e-9), Tier(1e-2, 1e-2, Fraction(1, 2)))
finite = st.floats(-1e6, 1e6)
shapes = npst.array_shapes(min_dims=0, max_dims=3, max_side=4)


def tolerance(measure="elementwise", *, equal_nan=False):
    return Tolerance(TIERS, measure, equal_nan)


def test_each_element_is_held_against_its_own_bound():
    """One value that is far off is one that differs, however the others were rounded."""
    expected = np.linspace(1, 10, 10)
    actual = expected.astype(np.float32).astype(float)
    actual[4] += 5
    compared = Tolerance((Tier(1e-3, 1e-3),)).compare(actual, expected)
    assert compared.tier == 1
    assert np.flatnonzero(compared.differences(0)).tolist() == [4]


@pytest.mark.parametrize(
    ("measure", "actual", "expected", "tier"),
    [
        ("ulp", [20.0], [4.75], 2),
        ("ulp", [np.nextafter(4.75, 5)], [4.75], 1),
        ("relative_norm", [1.0, 0.0051], [1.0, 0.0], 1),
        ("relative_norm", [1.0, 0.2], [1.0, 0.0], 2),
        ("elementwise", [1.0, 0.0051], [1.0, 0.0], 1),
        ("elementwise", [np.nan], [np.nan], 2),
        ("elementwise", [np.inf], [np.inf], 0),
        ("elementwise", [np.inf], [-np.inf], 2),
        ("elementwise", [], [], 0),
    ],
)
def test_every_measure_decides(measure, actual, expected, tier):
    """The tier is the first that holds."""
    tiers = (Tier(0.0, 0.0), Tier(1.0, 0.0)) if measure == "ulp" else TIERS
    assert Tolerance(tiers, measure).compare(actual, expected).tier == tier


def test_nan_is_nan_only_where_the_rubric_says_so():
    """`equal_nan` concerns this comparison too."""
    assert tolerance(equal_nan=True).compare([np.nan, 1.0], [np.nan, 1.0]).tier == 0
    assert tolerance().compare([np.nan, 1.0], [np.nan, 1.0]).differences(1).tolist() == [True, False]


def test_exact_forgives_nothing_and_a_scale_is_taken():
    """As a claim of a check asks."""
    assert tolerance().compare([1.0 + 1e-12], [1.0], exact=True).tier == 2
    assert tolerance().compare([1e-4], [0.0], scale=np.array(1e3)).tier == 0
    assert EXACT.compare([2], [2]).tier == 0


@given(st.data(), st.sampled_from(["elementwise", "relative_norm", "ulp"]), st.booleans())
@settings(max_examples=150, deadline=None)
def test_it_is_what_a_check_of_many_cases_computes(data, measure, equal_nan):
    """One array alone comes to the same as among all cases of a check, and what differs is why."""
    shape = data.draw(shapes)
    values = st.one_of(finite, st.sampled_from([np.nan, np.inf, -np.inf]))
    expected = data.draw(npst.arrays(float, shape, elements=values, fill=st.nothing()))
    noise = data.draw(npst.arrays(float, shape, elements=st.sampled_from([0.0, 1e-12, 1e-4, 1.0]), fill=st.nothing()))
    actual = expected + noise
    rule = tolerance(measure, equal_nan=equal_nan)
    marks = ExpectedBatch([[Numbers(None, expected, None, False, "")]], rule).marks([actual])
    compared = rule.compare(actual, expected)
    assert compared.tier == marks.tier[0]
    for tier in range(len(TIERS)):
        assert bool(compared.differences(tier).any()) == (tier < compared.tier)


def test_the_same_in_another_writing_is_the_same():
    """A third with eight digits is a third; another shape is something else."""
    assert is_same([0.33333333], [1 / 3])
    assert not is_same([0.333], [1 / 3])
    assert not is_same([1.0, 1.0], [1.0])


# What asks whether the machine computes at all, not whether an answer is right.
_NO_JUDGES = {"doctor/examine.py"}


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_nobody_else_compares_numbers(path):
    """No other module has a "close enough" of its own."""
    name = str(path.relative_to(PACKAGE))
    if name in _NO_JUDGES:
        return
    called = {
        node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
    }
    assert not called & {"allclose", "isclose", "assert_allclose", "array_almost_equal"}
    text = path.read_text()
    if name not in ("model/tolerance.py",):
        assert "atol + " not in text.replace("`atol + ", "").replace("atol + rtol*|expected|", "")
