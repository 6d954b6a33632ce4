"""A ready-made convolution in Question 2 is shown to a person, and its points wait."""

from __future__ import annotations

import pytest

from grader.assignment import load_assignment
from grader.course.folders import Course
from grader.grading.one_submission import grade
from grader.intake.submission import Submission
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
def q2():
    """Question 2 of the bundled homework."""
    return load_assignment(Course(ROOT), "hw1", only=frozenset({"q2"}))


@pytest.fixture(scope="module")
def graded(q2, sandbox):
    """The verdicts on q2_toeplitz.py with some source at its end, or instead of it."""

    def run(source, *, instead=False):
        files = {path.name: path.read_bytes() for path in Course(ROOT).reference("hw1").glob("*.py")}
        own = source.encode() if instead else files["q2_toeplitz.py"] + b"\nimport torch\n" + source.encode()
        result = grade(q2, Submission("eve", {**files, "q2_toeplitz.py": own}), sandbox, frozenset({"q2"}))
        return [verdict for verdict in result.verdicts if verdict.part == "code"]

    return run


@pytest.fixture(scope="module")
def verdicts(graded):
    """Of a submission that calls torch's convolution by its name."""
    return graded(READY_MADE, instead=True)


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


HIDDEN = {
    "by another name": "from torch import nn\npick = getattr(nn.functional, 'con' + 'v2d')\ndef conv2d(image, kernel):\n"
    "    return pick(torch.tensor(image)[None, None], torch.tensor(kernel)[None, None])[0, 0]\n",
    "in a table": "import scipy.signal as s\ntable = {'c': vars(s)['correlate2d']}\ndef conv2d(image, kernel):\n"
    "    return table['c'](image, kernel, mode='valid')\n",
    "made by eval": "def conv2d(image, kernel):\n"
    "    return eval('torch.' + 'conv2d')(torch.tensor(image)[None, None], torch.tensor(kernel)[None, None])[0, 0]\n",
    "row by row": "c = np.__dict__['corre' + 'late']\ndef conv2d(image, kernel):\n    h, w = kernel.shape\n"
    "    n = image.shape[0] - h + 1\n"
    "    return np.array([sum(c(image[i + a], kernel[a], 'valid') for a in range(h)) for i in range(n)])\n",
    "by a layer": "L = vars(torch.nn)['Con' + 'v2d']\ndef conv2d(image, kernel):\n"
    "    layer = L(1, 1, kernel.shape, bias=False, dtype=torch.float64)\n"
    "    layer.weight.data[:] = torch.tensor(kernel)\n    return layer(torch.tensor(image)[None, None])[0, 0].detach()\n",
}


@pytest.mark.parametrize("way", sorted(HIDDEN))
def test_a_routine_that_reading_does_not_show_is_seen_at_work(graded, way):
    """Whatever name it goes by, the routine is named with the line that calls it."""
    concerned = [v for v in graded(HIDDEN[way]) if v.functions == ("q2_toeplitz.conv2d",)]
    assert {v.status for v in concerned} == {"needs_review"}
    assert all("q2_toeplitz.py, line " in v.feedback for v in concerned)


def test_who_ends_the_process_when_watched_is_looked_at(graded):
    """Code that notices that it is watched does not earn by it."""
    watchful = (
        "import os, sys\ndef conv2d(image, kernel):\n    if sys.getprofile(): os._exit(0)\n"
        "    w = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)\n"
        "    return np.einsum('abij,ij->ab', w, kernel)\n"
    )
    concerned = [v for v in graded(watchful) if v.functions == ("q2_toeplitz.conv2d",)]
    assert {v.status for v in concerned} == {"needs_review"}


def test_tricks_with_indices_are_no_convolution_routine(graded):
    """Windows, einsum, FFT-free products and loops keep their points when watched."""
    honest = (
        "def conv2d(image, kernel):\n    w = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)\n"
        "    return np.einsum('abij,ij->ab', w, kernel)\n"
    )
    concerned = [v for v in graded(honest) if v.functions == ("q2_toeplitz.conv2d",)]
    assert {v.status for v in concerned} == {"passed"}
