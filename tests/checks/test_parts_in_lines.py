"""Lines to paste of a check that looks at the parts of an object, of which each is a step of its own."""

from __future__ import annotations

import pytest

from tests.checks.small import verdict

PARTS = """
def begins(student, expect):
    "A net begins small."
    net, other = student.m.Net(3), student.m.Net(3, 2.0)
    expect.true(np.abs(expect.array(net.params["W"], (3,))).max() < 1.0, "the weights are small")
    expect.equal(net.params["b"], np.zeros(3))
    expect.equal(other.scale, 2.0)
"""
NET = """
class Net:
    def __init__(self, n, scale=0.5):
        self.params = {"W": np.ones(n) * scale, "b": np.zeros(n)}
        self.scale = scale
"""


@pytest.mark.parametrize(
    ("old", "new", "line", "got"),
    [
        ('"b": np.zeros(n)', '"c": 0', "m.Net(3).params['b']", "KeyError: 'b'"),
        ("np.ones(n)", "np.float64(1.0)", "m.Net(3).params['W']", "0.5"),
        ("np.ones(n)", "4 * np.ones(n)", "m.Net(3).params['W']", "[2., 2., 2.]"),
        ('{"W": np.ones(n) * scale, "b": np.zeros(n)}', "None", "m.Net(3).params", "None"),
        ('{"W": np.ones(n) * scale, "b": np.zeros(n)}', "[]", "m.Net(3).params", "a list of 0"),
        ("self.scale = scale", "self.scale = 7.0", "m.Net(3, 2.0).scale", "7."),
    ],
)
def test_lines_lead_to_the_part_that_is_told(tmp_path, sandbox, old, new, line, got):
    """Not to all objects of the check, and to nothing that it asks for later."""
    shown = verdict(tmp_path, sandbox, PARTS, NET, NET.replace(old, new)).counterexample
    assert shown.call == line
    assert got in shown.actual
