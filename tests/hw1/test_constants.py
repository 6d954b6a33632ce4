"""A constant earns no check that is about how an answer depends on the input, however huge, tiny or infinite it is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grader.assignment import load_assignment
from grader.course.folders import Course
from grader.grading.one_submission import grade
from grader.intake.submission import Submission
from tests.conftest import ROOT

CONSTANTS = ("0.0", "1.0", "-1.0", "1e-300", "1e20", "1e300", "float('inf')", "-float('inf')", "float('nan')")
DEPENDENT = {
    "q3_losses.gaussian_nll": "gaussian_nll_in_other_units",
    "q4_robust.l2_minimizer": "l2_minimizer_follows_an_outlier",
    "q5_minibatch.gradient_variance": "gradient_variance_falls_with_batch_size",
}


@pytest.fixture(scope="module")
def assignment():
    """The three questions, with those checks alone."""
    whole = load_assignment(Course(ROOT), "hw1", only=frozenset({"q3", "q4", "q5"}))
    return replace(whole, rubric=whole.rubric.restrict(lambda spec: spec.id in DEPENDENT.values()))


@pytest.mark.parametrize("constant", CONSTANTS)
def test_a_constant_earns_nothing(constant, assignment, sandbox):
    """All functions answer with it, whatever they are asked."""
    files = {
        f"{module}.py": f"def {name}(*_args, **_named): return {constant}\n".encode()
        for module, name in (function.split(".") for function in DEPENDENT)
    }
    result = grade(assignment, Submission("eve", files), sandbox)
    assert {verdict.id: verdict.score for verdict in result.verdicts} == dict.fromkeys(DEPENDENT.values(), 0)
