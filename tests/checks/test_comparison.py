"""The judge: known-wrong arrays are told from right ones, in every measure, all cases at once."""

from __future__ import annotations

from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from grader.checks.api.expect import Expect, Fact, Numbers, Unchanged
from grader.checks.comparison import ExpectedBatch
from grader.model.tolerance import Tier, Tolerance

TIGHT = Tolerance((Tier(1e-6, 1e-9),))
TIERS = Tolerance((Tier(1e-6, 1e-9), Tier(1e-3, 1e-5, Fraction(1, 2))))


def numbers(expected, *, scale=None, exact=False):
    return Numbers(None, np.asarray(expected, float), None if scale is None else np.asarray(scale, float), exact, "")


def marks(expected, actual, tolerance=TIGHT, **options):
    """The marks of one case with one claim."""
    return ExpectedBatch([[numbers(expected, **options)]], tolerance).marks([actual])


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        ([[1.0, 2.0]], [1.0, 2.0]),
        ([1.0, 2.0], [[1.0, 2.0]]),
        ([1.0, 2.0], 1.0),
        ([1.0, 1.0], [1.0]),
        ([1.0], [1.0001]),
        ([1.0], [float("nan")]),
        ([1.0], [float("inf")]),
        ([float("inf")], [-float("inf")]),
        ([float("nan")], [float("nan")]),
        (1.0, None),
        (1.0, "1.0"),
        ([1.0, 2.0], np.zeros((0, 2))),
        ([1.0], np.array([1 + 1j])),
        ([0.0], [1e-8]),
    ],
)
def test_a_wrong_answer_is_never_close(expected, actual):
    """Other shapes, NaN, infinities, text and imaginary parts are no match."""
    assert marks(expected, actual).tier.tolist() == [1]


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        ([1.0, 2.0], [1.0 + 1e-7, 2]),
        ([0.0], [1e-10]),
        (7.0, 7),
        (7.0, [7]),
        ([1.0], np.array([1 + 1e-12j])),
        ([float("inf")], [float("inf")]),
        ([1e300], [1e300]),
        (np.zeros((0, 3)), np.zeros((0, 3))),
    ],
)
def test_a_right_answer_is_close_however_it_is_held(expected, actual):
    """Rounding, integers, (1,) for a scalar, a complex dtype with nothing imaginary, equal infinities."""
    assert marks(expected, actual).tier.tolist() == [0]


@pytest.mark.filterwarnings("error")
def test_an_infinite_answer_without_a_relative_tolerance_is_right_and_warns_nobody():
    """As the length of a path where there is none."""
    exactly = Tolerance((Tier(0.0, 0.0),))
    assert marks([float("inf"), 1.0], [float("inf"), 1.0], exactly).tier.tolist() == [0]
    assert marks([float("inf"), 1.0], [9.0, 1.0], exactly).tier.tolist() == [1]
    assert exactly.compare([float("inf")], [float("inf")]).tier == 0


def test_tiers_are_taken_in_their_order():
    """The first tier whose tolerance holds decides; the excess is in units of the first."""
    sheet = ExpectedBatch([[numbers(1.0)], [numbers(1.0)], [numbers(1.0)]], TIERS)
    result = sheet.marks([1.0, 1.0001, 2.0])
    assert result.tier.tolist() == [0, 1, 2]
    assert result.excess[1] == pytest.approx(1e-4 / (1e-6 + 1e-9), rel=1e-6)


def test_scale_replaces_the_expected_size():
    """Where terms cancel to nothing the bound is that of the terms."""
    assert marks([0.0], [1e-5], scale=[1e3]).tier.tolist() == [0]
    assert marks([0.0], [1e-5]).tier.tolist() == [1]


def test_exact_claims_know_no_tolerance():
    """`expect.equal` is equality of numbers."""
    assert marks(7, 7.0, exact=True).tier.tolist() == [0]
    assert marks(7, 7.0000001, exact=True).tier.tolist() == [1]


@pytest.mark.parametrize(
    ("measure", "rtol", "good", "bad"),
    [("relative_norm", 1e-6, [1e6, 1e-3], [1e6, 2.0]), ("ulp", 2.0, [1e6 + 2e-10, 0.0], [1e6 + 1e-9, 0.0])],
)
def test_measures(measure, rtol, good, bad):
    """A norm forgives a small entry beside a large one; units in the last place forgive nothing else."""
    tolerance = Tolerance((Tier(rtol, 0.0),), measure)
    assert marks([1e6, 0.0], good, tolerance).tier.tolist() == [0]
    assert marks([1e6, 0.0], bad, tolerance).tier.tolist() == [1]


def test_equal_nan_is_a_choice():
    """NaN equals NaN only where the rubric says so, and never a number."""
    chosen = Tolerance((Tier(1e-6, 1e-9),), equal_nan=True)
    assert marks([np.nan], [np.nan], chosen).tier.tolist() == [0]
    assert marks([np.nan], [0.0], chosen).tier.tolist() == [1]


def test_claims_of_a_case_stand_together():
    """One claim that fails fails its case, and no other."""
    claims = [[numbers(1.0), Fact(True, "a")], [numbers(1.0), Fact(False, "b holds")], [numbers([1.0, 2.0])]]
    result = ExpectedBatch(claims, TIGHT).marks([1.0, None, 1.0, None, [1.0, 3.0]])
    assert result.tier.tolist() == [0, 1, 1]
    assert result.problems == {1: "b holds"}


@given(
    npst.arrays(float, npst.array_shapes(max_dims=3, max_side=4), elements=st.floats(-1e6, 1e6)),
    st.floats(0, 2), st.data(),
)  # fmt: skip
def test_one_comparison_for_all_cases_equals_the_definition(expected, factor, data):
    """|actual - expected| <= atol + rtol*|expected|, element by element."""
    at = data.draw(st.integers(0, expected.size - 1))
    actual = expected.copy()
    actual.ravel()[at] += factor * (1e-9 + 1e-6 * abs(expected.ravel()[at]))
    wanted = bool(np.all(np.abs(actual - expected) <= 1e-9 + 1e-6 * np.abs(expected)))
    assert (marks(expected, actual).tier[0] == 0) == wanted


@pytest.mark.parametrize(
    ("after", "problem"),
    [
        ([[np.array([1.0, 2.0]), [True, True]]], None),
        ([[np.array([1.0, 3.0]), [True, True]]], "values"),
        ([[np.array([[1.0, 2.0]]), [True, True]]], "shape"),
        ([[np.array([1.0, 2.0]), [True, False]]], "flags"),
        ([], "did not show"),
        (None, "did not show"),
    ],
)
def test_changed_arguments_are_noticed(after, problem):
    """Values, shape and flags of an argument stay what they were."""
    result = ExpectedBatch([[Unchanged(None, (np.array([1.0, 2.0]),))]], TIGHT).marks([after])
    assert (problem is None) == (not result.problems)
    assert problem is None or problem in result.problems[0]


def test_expect_takes_tensors_tuples_and_numbers():
    """The expected side may be whatever holds numbers."""
    import torch

    expect = Expect(SimpleNamespace(note_claim=lambda: None))
    expect.close(1.0, torch.tensor(1.0, requires_grad=True))
    expect.equal([1, 2], (1, 2))
    expect.close(1.0, 1.0, scale=torch.tensor(3.0))
    assert [claim.expected.tolist() for claim in expect.claims] == [1.0, [1.0, 2.0], 1.0]
