"""A case of many operators, one upon the other: what differs is told in a few lines, however long the chain is."""

from __future__ import annotations

from tests.checks.small import verdict

CHAIN = """
def are_right(student, expect):
    x = student.m.Number(1.0)
    y = x
    for _ in range(500):
        y = y + x
    y.backward()
    expect.close(x.grad, 501.0)
"""
NUMBER = """
class Number:
    def __init__(self, data, behind=()):
        self.data, self.behind, self.grad = data, behind, 0.0

    def __add__(self, other):
        return Number(self.data + other.data, (self, other))

    def backward(self):
        todo = [self]
        while todo:
            number = todo.pop()
            number.grad += 1.0
            todo += number.behind
"""


def test_a_call_upon_a_long_chain_is_told_in_its_last_lines(tmp_path, sandbox):
    """What the answer itself does not rest on is no deeper in an expression for it."""
    found = verdict(tmp_path, sandbox, CHAIN, NUMBER, NUMBER.replace("+= 1.0", "= 1.0"))
    assert found.counterexample.call.splitlines()[-2:] == ["_ = (((((y62 + x) + x) + x) + x) + x).backward()", "x.grad"]
    assert (found.counterexample.actual, found.counterexample.expected) == ("1.", "501.")


BRACKETS = """
def are_right(student, expect):
    a, b = student.m.Number(2.0), student.m.Number(3.0)
    (a + b).backward()
    expect.close(a.grad, 1.0)
"""


def test_what_is_asked_of_a_sum_stands_behind_brackets(tmp_path, sandbox):
    """`a + b.backward()` would ask b."""
    found = verdict(tmp_path, sandbox, BRACKETS, NUMBER, NUMBER.replace("+= 1.0", "+= 2.0"))
    assert found.counterexample.call.splitlines()[-2:] == ["_ = (number + m.Number(3.0)).backward()", "number.grad"]
    assert found.counterexample.actual == "2."
