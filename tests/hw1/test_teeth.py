"""The rubric of homework 1 has teeth and no prejudice: every style earns everything, every mistake costs something."""

from __future__ import annotations

import runpy
from fractions import Fraction

import pytest

from grader.assignment import load_assignment
from grader.checks.feedback.conclusion import conclude
from tests.conftest import ROOT
from tests.hw1.corpus import COURSE, RIGHT, WRONG, session_of, session_without
from tests.hw1.wrong_answers import FLOAT32


@pytest.fixture(scope="module")
def hw1():
    """Homework 1, ready to grade."""
    return load_assignment(COURSE, "hw1")


@pytest.fixture(scope="module")
def verdicts(hw1):
    """The verdicts on the reference with one function replaced, of every check that calls it."""

    def run(target, source):
        session = session_of(target, source)
        concerned = [check for check in hw1.checks.values() if target in check.plan.functions]
        assert concerned, f"no check calls {target}"
        return [conclude(check, session, shrink=False) for check in concerned]

    return run


def cases(table):
    return [
        pytest.param(target, table[target][name], id=f"{target}: {name}") for target in table for name in table[target]
    ]


@pytest.mark.parametrize(("target", "source"), cases(RIGHT))
def test_a_right_function_earns_everything_in_any_style(verdicts, target, source):
    """Loops, FFTs, torch, lists, lazily built models, any median: all of it is right."""
    assert {v.id: v.feedback for v in verdicts(target, source) if v.status != "passed"} == {}


@pytest.mark.parametrize(("target", "source"), cases(WRONG))
def test_a_wrong_function_loses_points(verdicts, target, source):
    """Each known mistake is seen by at least one check."""
    found = verdicts(target, source)
    assert sum(v.score for v in found) < sum(v.max_score for v in found)


@pytest.mark.parametrize("target", sorted(FLOAT32))
def test_float32_earns_part_of_the_points(verdicts, target):
    """The handout says so: not everything, and not nothing."""
    found = verdicts(target, FLOAT32[target])
    share = sum((v.score for v in found), Fraction(0)) / sum(v.max_score for v in found)
    assert Fraction(2, 5) <= share < 1


def test_no_mistake_keeps_most_of_its_points(verdicts):
    """A formula that is wrong in general earns less than half of what is asked about its function."""
    generic = [("q3_losses.mse_loss", "half"), ("q3_losses.bce_loss", "base 2"), ("q2_toeplitz.conv2d", "flipped"),
               ("q5_minibatch.batch_gradient", "doubled"), ("q3_losses.gaussian_nll", "sigma not squared")]  # fmt: skip
    for target, name in generic:
        found = verdicts(target, WRONG[target][name])
        assert sum(v.score for v in found) < sum(v.max_score for v in found) / 2, (target, name)


def test_a_missing_function_loses_exactly_its_checks(hw1, verdicts):
    """Nothing about an absent function is earned."""
    for target in RIGHT:
        concerned = [check for check in hw1.checks.values() if target in check.plan.functions]
        found = [conclude(check, session_without(target), shrink=False) for check in concerned]
        assert {(v.status, v.score) for v in found} == {("missing", 0)}, target


def test_a_name_that_is_no_function_earns_nothing(verdicts):
    """Where None stands in its place, that is what is told."""
    for target in RIGHT:
        name = target.split(".")[1]
        found = verdicts(target, f"{name} = None")
        assert {(v.status, v.score) for v in found} == {("error", 0)}, target
        assert all(f"{name} in " in v.feedback and "is not a function" in v.feedback for v in found), target


def test_log_probabilities_stay_where_a_softmax_has_digits():
    """From -87 on float32 has no probability left; whoever takes a logarithm of softmax is right above that."""
    rubric = runpy.run_path(str(ROOT / "rubrics" / "hw1.py"))
    answers = [rubric["lenet_answers"](seed, seed + 1, 3).min() for seed in range(0, 9999, 111)]
    assert -87 < min(answers) < -30
