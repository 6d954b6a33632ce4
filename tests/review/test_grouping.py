"""Groups: what says the same is together; another number, sign, letter or negation never is."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.review.grouping import group_answers, normal_form

APART = [
    ("the loss converges", "the loss does not converge"), ("J = 0.8", "J = 0.08"), ("it is 0.8026", "it is 0.8206"),
    ("x = 3", "x = -3"), ("x = 3", "x = − 3"), ("the cost is 10", "the cost is 100"), ("x² + 1", "x₂ + 1"),
    ("x^2", "x_2"), ("10⁻³", "10³"), ("10^{-3}", "10^{3}"), ("a < b", "a > b"), ("a ≤ b", "a ≥ b"), ("a + b", "a - b"),
    ("p_j - y_j", "y_j - p_j"), ("A is smaller than B", "B is smaller than A"), ("model A", "model B"),
    ("grows with the batch size", "shrinks with the batch size"), ("more noise", "less noise"),
    ("it is always right", "it is never right"), ("without scaling it saturates", "with scaling it saturates"),
    ("the norm increases", "the norm decreases"), ("before the step", "after the step"), ("biased", "unbiased"),
    ("this is stable", "this is unstable"), ("it can be learned", "it cannot be learned"), ("it isn't so", "it is so"),
    ("L1 is robust", "L2 is robust"), ("O(n)", "O(n^2)"), ("O(n log n)", "O(n^2 log n)"), ("1/n", "n/1"),
    ("the gradient is bounded", "the gradient is unbounded"), ("yes", "no"), ("W^T x", "W x"), ("5 %", "5"),
    ("die Norm wird größer", "die Norm wird kleiner"), ("es konvergiert", "es konvergiert nicht"),
    ("la norme est plus petite", "la norme n'est pas plus petite"), ("1e-3", "1e3"), ("1,5", "15"), ("\\alpha", "\\beta"),
    ("min over y", "max over y"), ("upper bound", "lower bound"), ("convex", "concave"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), APART)
def test_what_means_something_else_stands_apart(one, other):
    """Alone, and within sentences that are long and otherwise the same."""
    frame = "In the second part of the exercise we found after some calculation that {} as one can see in the plot."
    for a, b in ((one, other), (frame.format(one), frame.format(other))):
        assert len(group_answers({"s1": a, "s2": b})) == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The L1 loss is robust.", "the l1 loss   is **robust**."),
        ("The gradient of the L1 loss is bounded, so outliers count little.",
         "The gradient of the L1 loss is bounded, so that outliers count little."),
        ("Ergebnis: größer", "Ergebnis:\u00a0gro\u0308ßer"),
    ],
)  # fmt: skip
def test_what_says_the_same_is_together(one, other):
    """Identical but for its form, or alike in nearly all letters."""
    assert len(group_answers({"s1": one, "s2": other})) == 1


def test_what_the_reader_reads_alike_is_together():
    """Two writings of one number; another number is another group."""
    texts = {"s1": "It is 0.8026.", "s2": "J = 0.80260 nats", "s3": "J = 0.9"}
    groups = group_answers(texts, {"s1": "0.8026", "s2": "0.8026", "s3": "0.9"})
    assert [group.members for group in groups] == [("s1", "s2"), ("s3",)]


def test_a_thousand_answers_take_seconds_and_come_out_alike():
    """Whatever the order they come in."""
    draw = random.Random(1)
    words = [
        "loss",
        "gradient",
        "outlier",
        "batch",
        "noise",
        "mean",
        "curve",
        "sample",
        "weight",
        "model",
        "robust",
        "bounded",
        "linear",
        "squared",
    ]
    texts = {f"s{n:04}": " ".join(draw.choice(words) for _ in range(draw.randint(8, 30))) for n in range(1000)}
    shuffled = list(texts.items())
    draw.shuffle(shuffled)
    started = time.process_time()
    groups = group_answers(texts)
    assert time.process_time() - started < 10
    assert groups == group_answers(dict(shuffled))
    assert sorted(name for group in groups for name in group.members) == sorted(texts)


@given(st.dictionaries(st.text("abc", min_size=1, max_size=3), st.text(max_size=40), max_size=12))
def test_nobody_is_lost_and_nobody_is_twice(texts):
    """For any texts."""
    members = [name for group in group_answers(texts) for name in group.members]
    assert sorted(members) == sorted(texts)


@given(st.text(max_size=60))
def test_a_normal_form_is_its_own(text):
    """Nothing is left to take away, but for marks that were within marks."""
    assert normal_form(normal_form(normal_form(text))) == normal_form(normal_form(text)) or "*" in text
