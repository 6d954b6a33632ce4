"""Every misconception of homework 1 is caught, named, and costs points in its own question alone."""

from __future__ import annotations

import ast
import re
from fractions import Fraction

import pytest

from grader.assignment import load_assignment
from grader.checks.feedback.conclusion import conclude
from grader.checks.misconceptions.files import load_misconceptions, with_misconception
from grader.course.folders import Course
from tests.conftest import ROOT

COURSE = Course(ROOT)
REFERENCE = COURSE.reference("hw1")
KNOWN = load_misconceptions(REFERENCE)
FUNCTIONS = {
    "q1_lenet": {"conv2d_output_shape", "conv2d_num_parameters", "linear_num_parameters", "build_model"},
    "q2_toeplitz": {"toeplitz_matrix", "conv2d"},
    "q3_losses": {"mse_loss", "bce_loss", "gaussian_nll", "fit_logistic"},
    "q4_robust": {"l1_loss", "l2_loss", "l1_minimizer", "l2_minimizer"},
    "q5_minibatch": {"batch_gradient", "gradient_variance"},
}


@pytest.fixture(scope="module")
def hw1():
    """Homework 1, ready to grade."""
    return load_assignment(COURSE, "hw1")


def test_there_are_many_for_every_function():
    """At least two for each of the 16 functions, 44 in all."""
    targets = [one.replaces for one in KNOWN]
    assert len(KNOWN) >= 44
    wanted = {f"{module}.{function}" for module, functions in FUNCTIONS.items() for function in functions}
    assert set(targets) == wanted
    assert min(targets.count(target) for target in wanted) >= 2


@pytest.mark.parametrize("misconception", KNOWN, ids=lambda one: one.name)
def test_each_is_caught_and_named(hw1, misconception):
    """Handed in, it loses points in a check of its function, and every name that is told there is its own."""
    session = with_misconception(misconception, REFERENCE)
    concerned = [check for check in hw1.checks.values() if misconception.replaces in check.plan.functions]
    verdicts = [conclude(check, session, shrink=False, misconceptions=hw1.misconceptions) for check in concerned]
    failed = [verdict for verdict in verdicts if verdict.status != "passed"]
    assert {verdict.misconception for verdict in failed} - {None} == {misconception.name}
    assert all(verdict.score < verdict.max_score for verdict in failed)
    named = [verdict for verdict in failed if verdict.misconception]
    assert all(verdict.feedback.startswith(misconception.sentence) for verdict in named)
    assert all(verdict.score >= misconception.credit * verdict.max_score for verdict in named)


@pytest.mark.parametrize("module", sorted(FUNCTIONS))
def test_what_a_module_answers_decides_one_question(hw1, module):
    """So a misconception, which changes one module, loses points in no other question."""
    concerned = {
        question.id
        for question in hw1.rubric.questions
        for spec in question.checks
        if spec.part == "code" and module in hw1.checks[spec.id].plan.modules
    }
    assert concerned == {module.partition("_")[0]}
    imported = {
        name
        for other in FUNCTIONS
        for node in ast.walk(ast.parse((REFERENCE / f"{other}.py").read_text()))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names])
    }
    assert module not in imported


def test_credit_is_sparing():
    """A wrong answer keeps at most half of a check, and few keep anything."""
    kept = [one.credit for one in KNOWN if one.credit]
    assert max(kept) <= Fraction(1, 2)
    assert len(kept) <= len(KNOWN) // 8


def test_each_sentence_says_what_was_seen_and_what_to_look_at():
    """Two sentences or more, short enough to be read, and no two of one function alike."""
    assert len({(one.replaces, one.sentence) for one in KNOWN}) == len(KNOWN)
    for one in KNOWN:
        assert len(re.split(r"(?<=[.?]) ", one.sentence)) >= 2, one.name
        assert len(one.sentence) < 320, one.name
