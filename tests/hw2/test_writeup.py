"""Answers to homework 2's write-up as people write them: right ones pass, wrong ones fail, unclear ones wait."""

from __future__ import annotations

import pytest

from grader.rubric.loading import load
from grader.worker.reading.document import read_writeup
from grader.writeup import judge
from tests.conftest import ROOT

CHECKS = {check.id: check for check in load(ROOT / "rubrics" / "hw2.yaml").checks if check.part == "writeup"}

RIGHT = {
    ("q1_by_hand", "1", "i"): [
        r"$$S = \begin{pmatrix} \frac14 & \frac14 & \frac12 \\ \frac35 & \frac15 & \frac15 \end{pmatrix}$$",
        "[[0.25, 0.25, 0.5], [0.6, 0.2, 0.2]]",
        "softmax = [[1/4, 1/4, 1/2], [3/5, 1/5, 1/5]]",
        "The first row is (0.25, 0.25, 0.5), the second one (0.6, 0.2, 0.2).",
    ],
    ("q2_scaling", "2", "ii"): [
        "With scaling it is smaller.",
        "With the scaling.",
        "The largest weight is smaller with the scaling.",
        "Without scaling the largest weight is larger.",
        "Smaller with scaling: without it softmax saturates and the largest weight goes to 1.",
        "The scores have variance d without scaling. With scaling the weights are flatter, so the largest one is smaller.",
        "The largest weight with scaling is smaller than the largest weight without scaling.",
    ],
    ("q3_derivative", "3", "i"): [
        r"$$\frac{\partial \ell}{\partial z_j} = p_j - y_j$$",
        r"$$\frac{\partial L}{\partial z_j} = \hat{p}_j - y_j$$",
        r"$$\frac{\partial \ell}{\partial z_j} = -(y_j - p_j)$$",
        r"$$\frac{d\ell}{dz_j} = p_j - y_j$$",
        "dl/dz_j = p_j - y_j",
        "∂l/∂z = p − y",
        r"$$\nabla_j = p - y$$",
        "The derivative is $p_j - y_j$.",
        r"$$\frac{\partial \ell}{\partial z_j} = \frac{\partial}{\partial z_j}(\log\sum_i e^{z_i} - z_y) = p_j - y_j$$",
    ],
    ("q3_initial_loss", "3", "ii"): ["2.303", r"$\ln 10 = 2.30$", "loss = log(10)", r"$L = -\log 0.1$", "about 2.3"],
}  # fmt: skip
WRONG = {
    ("q1_by_hand", "1", "i"): [r"$$\begin{bmatrix} 0.25 & 0.5 & 0.67 \\ 0.75 & 0.5 & 0.33 \end{bmatrix}$$"],
    ("q2_scaling", "2", "ii"): [
        "It is larger with scaling.",
        "Without scaling it is smaller.",
        "The largest weight is larger with scaling than without it.",
    ],
    ("q3_derivative", "3", "i"): [
        r"$$\frac{\partial \ell}{\partial z_j} = y_j - p_j$$",
        r"$$\frac{\partial \ell}{\partial z_j} = p_j \cdot y_j$$",
    ],
    ("q3_initial_loss", "3", "ii"): ["3.32 bits", "0.1", "$-2.30$", "10"],
}  # fmt: skip
UNCLEAR = {
    ("q1_by_hand", "1", "i"): ["The first one is (0.25, 0.25, 0.5), then come 0.6 and twice 0.2."],
    ("q2_scaling", "2", "ii"): ["It depends on d."],
    ("q3_derivative", "3", "i"): [
        r"$$\frac{\partial\ell}{\partial z_j} = \frac{\partial\ell}{\partial p}\frac{\partial p}{\partial z_j}$$",
        r"$$\frac{d\ell}{dz_j} = p_j - 1$$ for the label's class",
    ],
}  # fmt: skip


def answers(table):
    return [
        pytest.param(check, f"## Question {question}\n\n{part}) {text}", id=f"{check}: {text[:40]}")
        for (check, question, part), texts in table.items()
        for text in texts
    ]


def judged(check, text):
    """The outcome of one check for a write-up."""
    return judge(CHECKS[check].writeup, read_writeup(text), tolerance=CHECKS[check].tolerance)


@pytest.mark.parametrize(("check", "text"), answers(RIGHT))
def test_a_right_answer_passes(check, text):
    """In signs or in words."""
    outcome = judged(check, text)
    assert outcome.status == "passed", outcome.feedback


@pytest.mark.parametrize(("check", "text"), answers(WRONG))
def test_a_wrong_answer_loses_points(check, text):
    """And is told what was read."""
    outcome = judged(check, text)
    assert outcome.status in ("failed", "partial")
    assert outcome.feedback.startswith("Read ")


@pytest.mark.parametrize(("check", "text"), answers(UNCLEAR))
def test_an_unclear_answer_waits_for_a_person(check, text):
    """What cannot be read is never called wrong."""
    assert judged(check, text).status == "needs_review"


def test_every_answer_of_the_reference_is_right():
    """All but the text, which a person reads."""
    text = (ROOT / "reference" / "hw2" / "answers.md").read_text()
    statuses = {check: judged(check, text).status for check in CHECKS}
    assert statuses == {**dict.fromkeys(CHECKS, "passed"), "q1_stability": "needs_review"}
