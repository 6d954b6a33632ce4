"""`grader calibrate` measures right and wrong answers, and says what to write."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch

from grader.course.folders import Course
from grader.model.tolerance import Tier, Tolerance
from grader.validation import reductions as sums
from grader.validation.calibrating import Calibration, Measured, axis_of, calibrate
from grader.validation.plot import line, plot, scale
from grader.validation.torch_variants import Backwards, Precision
from grader.validation.validating import Extent
from grader.validation.variants import variants


def calibrated(tiny, check="mean_is_right") -> Calibration:
    [found] = calibrate(Course(tiny.root), "tiny", Extent(workers=2), only=[check])
    return found


def one(present=1e-6, right=1e-12, wrong=1e-2, axis="rtol") -> Calibration:
    return Calibration("c", axis, (present,), (Measured("other", right),), None, (Measured("bad", wrong),), ())


@pytest.fixture
def decimals(tiny):
    """The tiny course on numbers that are not whole."""
    return tiny.changed("rubrics/tiny.py", "np.array(x, float))", "np.array(x, float) / 7 + 10)")


def test_right_and_wrong_answers_are_apart(decimals):
    """Other sums differ by units in the last place, float32 by its own, a wrong answer by far more."""
    decimals.misconception("near", "The mean is off by 1e-4.", "t.mean", "def mean(x):\n    return x.mean() * 1.0001")
    found = calibrated(decimals)
    assert {one.name for one in found.right} >= {"as it is", "one by one", "backwards", "shuffled", "exact sums"}
    assert 1e-17 < found.spread < 1e-14
    assert 1e-9 < found.single.distance < 1e-6
    assert found.nearest.name == "near"
    assert found.nearest.distance == pytest.approx(1e-4, rel=1e-3)
    assert found.spread < found.advice < found.nearest.distance
    assert (found.axis, found.present, list(found.dangers)) == ("rtol", (1e-6,), [])


def test_a_variant_that_changes_nothing_is_not_reported(tiny):
    """`spread` adds nothing up, so no order of summation applies to it; the inputs next door do."""
    names = {one.name for one in calibrated(tiny, "spread_is_right").right}
    assert names == {"as it is", "next door 1", "next door 2"}


def test_a_tolerance_that_passes_what_is_wrong_is_in_danger(decimals):
    """And one that a right answer exceeds."""
    decimals.misconception("near", "The mean is off by 1e-4.", "t.mean", "def mean(x):\n    return x.mean() * 1.0001")
    decimals.changed("rubrics/tiny.yaml", "points: 2,", "points: 2, tolerance: {rtol: 1.0e-3, atol: 0},")
    assert list(calibrated(decimals).dangers) == ["too wide: the wrong answer `near` passes"]
    decimals.changed("rubrics/tiny.yaml", "rtol: 1.0e-3", "rtol: 1.0e-17")
    decimals.changed("reference/tiny/t.py", "x.sum() / len(x)", "x.mean()")
    [danger] = calibrated(decimals).dangers
    assert danger.startswith("too narrow: the right answer `")


def test_what_another_check_tells_clearly_moves_no_tolerance(decimals):
    """A mistake that shows in large numbers alone is for the check that asks them; without it, it is a danger."""
    mistake = "def mean(x):\n    return x.mean() + 1e-12 * x.mean() ** 2"
    decimals.misconception("grows", "The mean grows.", "t.mean", mistake)
    assert list(calibrated(decimals).dangers) == ["too wide: the wrong answer `grows` passes"]
    decimals.more(
        "rubrics/tiny.py",
        "\n\n@given(x=numbers)\ndef mean_of_large(student, expect, x):\n"
        "    expect.close(student.t.mean(1e10 * x), np.mean(1e10 * x))\n",
    )
    decimals.changed("rubrics/tiny.yaml", "  - id: q2", "      - {check: mean_of_large, points: 1}\n  - id: q2")
    found = {one.check: one for one in calibrate(Course(decimals.root), "tiny", Extent(workers=2))}
    small, large = found["mean_is_right"], found["mean_of_large"]
    assert (small.elsewhere, list(small.dangers)) == (("grows",), [])
    assert (large.elsewhere, large.nearest.name) == ((), "grows")


@pytest.mark.parametrize(
    ("calibration", "advice", "danger"),
    [
        (one(), 1e-7, ""),
        (one(right=0.0, present=0.0), 0.0, ""),
        (one(right=5e-7), 7e-5, "narrow: the right answer `other`"),
        (one(wrong=5e-6), 2e-9, "wide: the wrong answer `bad`"),
        (one(wrong=5e-7), 7e-10, "too wide"),
        (one(right=1e-3), 3e-3, "too narrow"),
        (one(right=1.0), None, "too narrow"),
    ],
)
def test_the_advice_lies_midway_and_the_dangers_are_named(calibration, advice, danger):
    """On the log axis; none where nothing fits between."""
    assert calibration.advice == advice
    assert [text[: len(danger)] for text in calibration.dangers] == ([danger] if danger else [])


def test_the_axis_is_that_of_the_rubrics_tolerance():
    """rtol with atol in proportion, or atol alone."""
    assert axis_of(Tolerance((Tier(1e-6, 1e-9), Tier(1e-3, 1e-5)))) == (
        "rtol", Tolerance((Tier(1.0, 1e-9 / 1e-6),)), (1e-6, 1e-3),
    )  # fmt: skip
    assert axis_of(Tolerance((Tier(0.0, 1e-4),))) == ("atol", Tolerance((Tier(0.0, 1.0),)), (1e-4,))


def test_the_plot_fits_80_columns_and_marks_what_it_says():
    """Right answers from the left, the tolerance, the advice, the wrong answer; a power of ten lies where it is written."""
    drawn = line(one())
    assert [drawn.index(mark) for mark in "┃◆×"] == [48, 44, 64]
    assert drawn.rindex("▒") == 24
    assert scale().index("1e-6") == drawn.index("┃")
    lines = [text.plain for text in plot([one(), one(wrong=5e-7)])]
    assert max(map(len, lines)) <= 80
    assert lines[-1] == "1 of 2 tolerances lie in a danger zone."


@pytest.mark.parametrize("total", [sums.one_by_one, sums.backwards, sums.shuffle, sums.exact])
def test_sums_in_another_order_are_the_same_sums(total):
    """Whatever way the model answer writes them: as method, function, product, along an axis, in place."""
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=(7, 5)), rng.normal(size=5)
    kind = type("Other", (sums.Reordered,), {"total": staticmethod(total)})
    odd = x.view(kind)
    ways = [
        lambda x: x.sum(), lambda x: np.sum(x, axis=0), lambda x: x.mean(axis=1, keepdims=True), lambda x: x @ w,
        lambda x: w @ x.T, lambda x: np.dot(x, w), lambda x: x.dot(w), lambda x: x.T @ x, lambda x: x.var(axis=0),
        lambda x: np.median(x), lambda x: np.where(x > 0, x, 0).sum(axis=(0, 1)), lambda x: np.linalg.norm(x),
        lambda x: (x - x.mean()).std(), lambda x: np.einsum("ij,j->i", x, w), lambda x: np.mean(x, keepdims=True),
    ]  # fmt: skip
    for way in ways:
        assert np.shape(way(odd)) == np.shape(way(x))
        np.testing.assert_allclose(np.asarray(way(odd)), way(x), rtol=1e-12)
    assert kind.n_used >= 10
    odd -= 1.0
    assert isinstance(odd, kind)


def test_torchs_operations_otherwise_are_the_same_operations():
    """Backwards and in another precision, by rounding alone."""
    torch.manual_seed(0)
    x, net = torch.randn(3, 2, 8, 8), torch.nn.Sequential(
        torch.nn.Conv2d(2, 4, 3), torch.nn.ReLU(), torch.nn.Flatten(), torch.nn.Linear(144, 5), torch.nn.LogSoftmax(1)
    )  # fmt: skip
    expected = net(x)
    for mode in (Backwards(), Precision(torch.float32, torch.float64)):
        with mode:
            other = net(x)
        assert mode.n_used > 0
        assert other.dtype == expected.dtype
        torch.testing.assert_close(other, expected, rtol=1e-4, atol=1e-5)


def test_torch_variants_are_there_only_with_torch():
    """An assignment in numpy alone does not load it."""
    assert not any(one.name.startswith("torch") for one in variants(["numpy"]))
    assert sum(one.name.startswith("torch") for one in variants(["numpy", "torch"])) == 4


def test_a_calibration_is_json(tiny):
    """Infinite distances become null."""
    text = json.dumps([one(wrong=float("inf")).to_json(), calibrated(tiny).to_json()], allow_nan=False)
    assert json.loads(text)[0]["wrong"] == [{"name": "bad", "distance": None}]
