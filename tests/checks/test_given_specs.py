"""Arguments that a rubric describes by size and range."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import find, settings
from hypothesis.errors import NoSuchExample

from grader.checks.examples.given import case_strategy

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
