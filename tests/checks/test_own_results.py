"""What a claim rests on is shown: the call that is wrong, and the student's own results where two of them disagree."""

from __future__ import annotations

import pytest

from grader.checks.plan.without_reference import outline

CHECK = """
from hypothesis import given, strategies as st
import numpy as np

@given(x=st.floats(0.1, 0.4).map(lambda v: round(v, 1)))
def one(student, expect, x):
    "The law."
    {body}
"""
ONE = "      - check: one\n        points: 4\n        examples: 5\n"
REFERENCE = """
import numpy as np

def f(x):
    return -x * np.log(x) - (1 - x) * np.log(1 - x)

def W(x):
    return np.array([[x, 1.0], [0.0, x]])

class Counter:
    def __init__(self):
        self.n = 0

    def add(self, x):
        self.n += x
        return self.n

    def __iter__(self):
        return iter([1.0, 2.0, 4.0])

def made():
    return Counter()
"""
LAW = "expect.close(student.m.f(1 - x), student.m.f(x))"
LOOKED_AT = "expect.close(expect.scalar(student.m.f(1 - x)), 0 + expect.scalar(student.m.f(x)))"
WRONG = REFERENCE.replace("return -x", "if x < 0.5: return -1.0\n    return -x")


@pytest.fixture
def told(assignment_of, verdict_on):
    """The verdict on a module by a check of this body; `in_kit` without the model answer."""

    def verdict(body, source, *, in_kit=False):
        check = assignment_of(ONE, CHECK.format(body=body.replace("\n", "\n    ")), REFERENCE).checks["one"]
        return verdict_on(outline(check) if in_kit else check, source)

    return verdict


@pytest.mark.parametrize("body", [LAW, LOOKED_AT])
def test_the_wrong_one_of_two_results_is_shown(told, body):
    """The model answer says which: its call, its value, and what was wanted of it."""
    shown = told(body, WRONG).counterexample
    assert shown.call.startswith("m.f(0.")
    assert shown.actual == "-1."
    assert float(shown.expected) > 0


@pytest.mark.parametrize("body", [LAW, LOOKED_AT])
def test_without_the_model_answer_neither_is_called_wanted(told, body):
    """Both calls, both results, and that they should be equal."""
    verdict = told(body, WRONG, in_kit=True)
    assert "Two of your own results should be equal: " in verdict.feedback
    assert "xpected" not in verdict.feedback
    assert verdict.counterexample.expected == ""
    assert len(verdict.counterexample.call.splitlines()) == 2
    assert "-1." in verdict.counterexample.actual.splitlines()


def test_what_was_returned_is_got_and_what_follows_is_said(told):
    """A product that the check forms is no reply."""
    verdict = told(
        "expect.close(np.asarray(student.m.W(x)) @ [1.0, 2.0], [x + 2, 2 * x])",
        REFERENCE + "\ndef W(x):\n    return np.eye(2)\n",
    )
    assert "From what it returned follows at [1]: 2, expected 0." in verdict.feedback
    assert verdict.counterexample.call.startswith("m.W(")
    assert verdict.counterexample.actual == "[[1., 0.], [0., 1.]]"
    assert verdict.counterexample.expected == ""


def test_a_reply_that_was_looked_at_is_the_reply(told):
    """Then got and wanted are told as ever."""
    body = "value = expect.scalar(student.m.f(x))\nexpect.close(value, -x * np.log(x) - (1 - x) * np.log(1 - x))"
    shown = told(body, WRONG).counterexample
    assert (shown.actual, bool(shown.expected)) == ("-1.", True)


def test_an_object_that_is_asked_twice_is_one_object(told):
    """Written out twice it would be two."""
    body = "c = student.m.Counter()\nc.add(x)\nexpect.close(c.add(1.0), 1 + x)"
    shown = told(body, REFERENCE.replace("self.n += x", "self.n = x")).counterexample
    first, *rest = shown.call.splitlines()
    name = first.partition(" = ")[0]
    assert first == f"{name} = m.Counter()"
    assert all(line.removeprefix("_ = ").startswith(f"{name}.add(") for line in rest)
    assert not rest[-1].startswith("_")
    assert len(rest) == 2


def test_items_are_taken_one_after_the_other(told):
    """From one iterator, which is written down once."""
    body = "found = [expect.scalar(item) for item in student.m.Counter()]\nexpect.close(sum(found), 7.0)"
    shown = told(body, REFERENCE.replace("4.0", "5.0")).counterexample
    assert shown.call.count("list(") == shown.call.count("m.Counter()") == 1
    assert [line[-3:] for line in shown.call.splitlines()[-3:]] == ["[0]", "[1]", "[2]"]
    assert shown.actual.splitlines() == ["1.", "2.", "5."]


def test_a_case_of_many_steps_is_shown_as_it_was(told):
    """It is not taken apart."""
    body = "found = [expect.scalar(student.m.W(x)[1, 0]) for _ in range(30)]\nexpect.close(sum(found), 0.0)"
    verdict = told(body, REFERENCE.replace("[0.0, x]", "[1.0, x]"))
    assert (verdict.counterexample.actual, verdict.counterexample.expected) == ("30.", "0.")


KEEPS = (
    REFERENCE.replace("return -x", "return _seen.setdefault('y', -x").replace("np.log(1 - x)", "np.log(1 - x))")
    + "\n_seen = {}\n"
)


def test_what_a_call_rests_on_is_pasted_before_it(told):
    """A cache: by itself the second call returns something else."""
    right = "-v * np.log(v) - (1 - v) * np.log(1 - v)"
    body = "".join(f"expect.close(student.m.f({v}), {right.replace('v', v)})\n" for v in ("0.9", "x"))
    verdict = told(body, KEEPS)
    shown = verdict.counterexample
    assert shown.call.splitlines()[0] == "m.f(0.9)"
    assert len(shown.call.splitlines()) == 2
    assert "By itself the last of these calls returns something else" in verdict.feedback


def test_another_value_each_time_is_said(told):
    """No number is told as if it were firm."""
    source = REFERENCE + "\ndef f(x):\n    return float(np.random.default_rng().random()) + 5\n"
    verdict = told("expect.close(student.m.f(x), -x * np.log(x) - (1 - x) * np.log(1 - x))", source)
    assert "returns another value each time" in verdict.feedback


def test_a_class_is_told_as_one(told):
    """Whatever Python says of its constructor."""
    verdict = told("expect.close(student.m.made().add(x), x)", REFERENCE.replace("return Counter()", "return Counter"))
    assert verdict.feedback.startswith("made returned a class, expected an object of it: call the class")


def test_a_multiple_of_zero_is_no_result_that_should_be_equal(told):
    """An error ten times as large costs a hundred times as much: 4 and a hundred times 0 follow from the results."""
    body = "expect.close(expect.scalar(student.m.f(1 - x)), 100 * expect.scalar(student.m.f(x) / 100))"
    found = told(body, "def f(x):\n    return 0.0 if x < 0.5 else 4.0\n", in_kit=True)
    assert "From your own results follow 4 and 0, which should be equal." in found.feedback
