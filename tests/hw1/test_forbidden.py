"""A ready-made convolution in Question 2 is shown to a person, and its points wait."""

from __future__ import annotations

import pytest

from grader.assignment import load_assignment
from grader.course import Course
from grader.grading import grade
from grader.submission import Submission
from tests.conftest import ROOT

READY_MADE = """
import torch
from torch.nn import functional as F

from q1_lenet import build_model


def toeplitz_matrix(kernel, input_shape):
    basis = torch.eye(input_shape[0] * input_shape[1], dtype=torch.float64).reshape(-1, 1, *input_shape)
    columns = F.unfold(basis, kernel.shape).transpose(1, 2) @ torch.tensor(kernel).reshape(-1)
    return columns.T


def conv2d(image, kernel):
    return F.conv2d(torch.tensor(image)[None, None], torch.tensor(kernel)[None, None])[0, 0]
"""


@pytest.fixture(scope="module")
def verdicts(sandbox):
    course = Course(ROOT)
    hw1 = load_assignment(course, "hw1", only=frozenset({"q2"}))
    files = {path.name: path.read_bytes() for path in course.reference("hw1").glob("*.py")}
    result = grade(hw1, Submission("eve", {**files, "q2_toeplitz.py": READY_MADE.encode()}), sandbox, frozenset({"q2"}))
    return [verdict for verdict in result.verdicts if verdict.part == "code"]


def test_the_points_of_the_function_that_calls_it_wait(verdicts):
    """Right numbers by a forbidden routine: for a person, with the line, without points."""
    concerned = [v for v in verdicts if v.functions == ("q2_toeplitz.conv2d",)]
    assert {(v.status, v.score) for v in concerned} == {("needs_review", 0)}
    assert all("q2_toeplitz.py, line 15: torch.nn.functional.conv2d" in v.feedback for v in concerned)


def test_the_other_function_keeps_its_points(verdicts):
    """Index tricks are no convolution routine, nor is a network that is imported and not called."""
    others = [v for v in verdicts if v.functions == ("q2_toeplitz.toeplitz_matrix",)]
    assert others
    assert {v.status for v in others} == {"passed"}
