"""What a call changes in place does not reach a check's own values: that is said, with what to write instead."""

from __future__ import annotations

import re

import pytest

from grader.assignment import load_assignment
from grader.errors import RubricError
from tests.checks.small import verdict, write_course

REFERENCE = """
def double(A): A *= 2
def push(xs, x): xs.append(x)
def fill(state): state.setdefault("mean", 0.0)
def halved(A): return A / 2
class Steps:
    def step(self, weights): weights -= 1
"""
ARRAY = "A = np.arange(3.0) + x"
BODIES = {
    f"{ARRAY}; B = A.copy(); reference.m.double(B); expect.close(expect.call(student.m.double, A).args[0], B)":
        "reference.m.double changes what it is given",
    f"{ARRAY}; student.m.double(A); expect.close(A, 2 * (np.arange(3.0) + x))": "student.m.double changes what",
    "xs = [x]; student.m.push(xs, x); expect.equal(len(xs), 2)": "student.m.push changes what",
    'state = {}; student.m.fill(state); expect.close(state["mean"], 0)': "student.m.fill changes what",
    f"{ARRAY}; student.m.Steps().step(A); expect.close(A, np.arange(3.0) + x - 1)": "student's .step changes what it is given",
    f"{ARRAY}; B = A.copy(); student.m.halved(A); expect.close(A, B)": "which student.m.halved has got a copy of, so it always holds",
}  # fmt: skip


@pytest.mark.parametrize("body", BODIES)
def test_a_check_that_waits_for_it_is_refused(tmp_path, body):
    """With the call that did it, the line, and the way out."""
    text = f'@given(x=st.floats(1, 2))\ndef waits(student, expect, reference, x):\n    """A law."""\n    {body}\n'
    with pytest.raises(RubricError) as refused:
        load_assignment(write_course(tmp_path, text, REFERENCE), "small")
    assert BODIES[body] in str(refused.value)
    assert re.search(r"small.py:\d+", str(refused.value)) or "KeyError" in str(refused.value)
    assert "called.args" in str(refused.value)


def test_a_value_of_the_check_that_no_call_was_given_is_nobodys_business(tmp_path):
    """A check may look after its own inputs, and after the model answer."""
    body = "A = np.ones(2); expect.close(A.sum(), 2); expect.close(reference.m.halved(A), A / 2)"
    text = f'def looks(student, expect, reference):\n    """A law."""\n    {body}; student.m.halved(A)\n'
    assert load_assignment(write_course(tmp_path, text, REFERENCE), "small").checks


def test_a_check_that_claims_something_besides_is_none_that_proves_nothing(tmp_path):
    """It says too much, and loads."""
    body = "A = np.ones(2); B = A.copy(); expect.close(student.m.halved(A), B / 2); expect.equal(A, B)"
    text = f'def leaves(student, expect):\n    """A law."""\n    {body}\n'
    assert load_assignment(write_course(tmp_path, text, REFERENCE), "small").checks


def test_another_mistake_is_not_laid_to_it(tmp_path):
    """A call that leaves its arguments alone is not named."""
    text = 'def waits(student, expect):\n    """A law."""\n    expect.close(student.m.halved(np.ones(2)), np.ones(2))\n'
    with pytest.raises(RubricError, match="the error is") as refused:
        load_assignment(write_course(tmp_path, text, REFERENCE), "small")
    assert "changes what" not in str(refused.value)


DESCENT = '''
def descends(student, expect):
    """Each step goes against the gradient."""
    w = np.array([1.0, 2.0])
    for k in range(1, 4):
        w -= 0.1 * np.asarray(student.m.grad(w))
        expect.close(w, np.array([1.0, 2.0]) * 0.8**k)
'''


def test_a_claim_is_about_the_value_at_its_line(tmp_path, sandbox):
    """Also where the check itself goes on with its array."""
    assert verdict(tmp_path, sandbox, DESCENT, "def grad(w): return 2 * w").status == "passed"
    assert (
        verdict(tmp_path / "b", sandbox, DESCENT, "def grad(w): return 2 * w", "def grad(w): return w").status
        == "failed"
    )
