"""The rubric of homework 2 has teeth and no prejudice: every style earns everything, every mistake costs something."""

from __future__ import annotations

from fractions import Fraction
from types import ModuleType

import pytest

from grader.assignment import load_assignment
from grader.checks.feedback.conclusion import conclude
from grader.course.folders import Course
from grader.course.loading import load_reference
from grader.sandbox.local import LocalSession
from tests.conftest import ROOT

COURSE = Course(ROOT)
REFERENCE = COURSE.reference("hw2")
MODULES = {
    "softmax": "q1_softmax", "log_sum_exp": "q1_softmax", "attention_weights": "q2_attention",
    "attention": "q2_attention", "cross_entropy": "q3_gradient", "cross_entropy_gradient": "q3_gradient",
}  # fmt: skip
FLOAT32 = """
def in_float32(function):
    def called(*args):
        single = [arg.astype(np.float32) if getattr(arg, "dtype", None) == np.float64 else arg for arg in args]
        return np.asarray(function(*single), np.float32)
    return called
{0} = in_float32({0})
"""


@pytest.fixture(scope="module")
def hw2():
    """Homework 2, ready to grade."""
    return load_assignment(COURSE, "hw2")


@pytest.fixture(scope="module")
def verdicts(hw2):
    """The verdicts on the reference with one function replaced, of every check that calls it; no process is needed."""
    reference = load_reference(REFERENCE)

    def run(function, source):
        name = MODULES[function]
        changed = ModuleType(name)
        vars(changed).update(vars(reference[name]))
        exec(f"import numpy as np, torch\n{source}", vars(changed))
        session = LocalSession({**reference, name: changed})
        concerned = [check for check in hw2.checks.values() if f"{name}.{function}" in check.plan.functions]
        assert concerned, f"no check calls {function}"
        return [conclude(check, session, shrink=False) for check in concerned]

    return run


def corpus(kind):
    """Functions from a text file in which `#@ function/kind_name` begins each."""
    entries = (ROOT / "tests" / "hw2" / "functions.txt").read_text().split("#@ ")[1:]
    parted = ((*entry.partition("\n")[0].split("/"), entry.partition("\n")[2]) for entry in entries)
    return [
        pytest.param(function, source, id=f"{function}: {name}")
        for function, name, source in parted
        if name.startswith(f"{kind}_")
    ]


def test_the_corpus_is_large():
    """At least 40 right functions and 60 wrong ones."""
    assert len(corpus("right")) >= 40
    assert len(corpus("wrong")) >= 60


@pytest.mark.parametrize(("function", "source"), corpus("right"))
def test_a_right_function_earns_everything_in_any_style(verdicts, function, source):
    """Loops, einsum, torch, autograd, lists, whatever stabilises: all of it is right."""
    assert {v.id: v.feedback for v in verdicts(function, source) if v.status != "passed"} == {}


@pytest.mark.parametrize(("function", "source"), corpus("wrong"))
def test_a_wrong_function_loses_points(verdicts, function, source):
    """Each known mistake is seen by at least one check."""
    found = verdicts(function, source)
    assert sum(v.score for v in found) < sum(v.max_score for v in found)


@pytest.mark.parametrize("function", sorted(MODULES))
def test_float32_earns_part_of_the_points(verdicts, function):
    """The handout says so: not everything, and not nothing."""
    found = verdicts(function, FLOAT32.format(function))
    share = sum((v.score for v in found), Fraction(0)) / sum(v.max_score for v in found)
    assert Fraction(1, 5) <= share < 1
