"""Arguments that a rubric describes by size and range."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from grader.checks.examples.drawing import draw
from grader.checks.examples.given import case_strategy, matches_reference

SPECS = {
    "array": {"x": {"shape": ["n"], "n": "1..9", "elements": "-10..10"}},
    "number": {"x": {"elements": "-2.5..10"}},
}


@pytest.mark.parametrize("spec", SPECS)
def test_no_number_is_so_small_that_it_has_no_square(spec):
    """Who has numpy raise at each underflow loses nothing."""

    def underflows(case):
        x = np.asarray(case["x"])
        return bool(((x != 0) & (x * x < np.finfo(float).tiny)).any())

    with pytest.raises(NoSuchExample):
        find(case_strategy(SPECS[spec], {}), underflows, settings=settings(max_examples=500, database=None))


def test_a_range_that_is_small_itself_is_kept():
    """Numbers of the order that the rubric names are drawn as they are."""
    small = case_strategy({"x": {"elements": "1e-200..1e-190"}}, {})
    assert 0 < find(small, lambda case: True, settings=settings(database=None))["x"] <= 1e-190


def test_cases_are_mostly_drawn_by_themselves():
    """Hypothesis copies one choice over another like it after each case: so made are half of them at most."""

    @given(a=st.integers(0, 999), b=st.integers(0, 999), c=st.integers(0, 999))
    def check(student, expect, a, b, c):
        raise NotImplementedError

    cases = [tuple(case.values()) for case in draw(check, 80, 3)]
    assert len(cases) == 80
    assert sum(len(set(case)) == 3 for case in cases) >= 35


def test_two_cases_differ_in_one_argument_alone():
    """Who keeps results by the first argument, or by the second, gives an answer that was another one's."""
    specs = {name: {"shape": ["n"], "n": "2..9", "elements": "-1..1"} for name in ("x", "y")}
    cases = [case["case"] for case in draw(matches_reference("m.f", specs, {}, ["x", "y"]), 40, 1)]
    assert len(cases) == 40
    for same, other in (("x", "y"), ("y", "x")):
        alike = [(a, b) for a in cases for b in cases if a[same].shape == b[same].shape and (a[same] == b[same]).all()]
        assert any((a[other] != b[other]).any() for a, b in alike)
