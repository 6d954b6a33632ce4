"""What an object gives one by one, in the lines to paste: a list where it is asked for all of it at one go."""

from __future__ import annotations

import pytest

from tests.checks.small import verdict

PARTS = """
def are_right(student, expect):
    found = [(name, size) for name, size in student.m.Net().parts()]
    for name, size in found:
        expect.equal(size, len(str(name)))
"""
ASKED = """
def are_right(student, expect):
    net = student.m.Net()
    for name, size in net.parts():
        expect.equal(net.size(name), len(str(name)))
"""
NET = """
class Net:
    def parts(self):
        yield from ((name, len(name)) for name in ("a", "bb", "ccc"))

    def size(self, name):
        return len(name)
"""


@pytest.mark.parametrize(
    ("check", "lines"),
    [
        (PARTS, ["parts = list(m.Net().parts())", "parts[2][1]"]),
        (ASKED, ["name3, size3 = next(iter2)", "net.size(name3)"]),
    ],
)
def test_items_asked_for_at_one_go_are_a_list(check, lines, tmp_path, sandbox):
    """`list` instead of a line for each; not where something else is called between two of them."""
    found = verdict(tmp_path, sandbox, check, NET, NET.replace("len(name)", "min(len(name), 2)"))
    assert found.counterexample.call.splitlines()[-2:] == lines
    assert ("list(" in found.counterexample.call) == ("list(" in lines[0])


FACTS = """
def are_right(student, expect):
    found = [(name, size) for name, size in student.m.Net().parts()]
    sizes = [int(size) for _, size in found]
    expect.true(3 in sizes, "one is of size 3")
"""


def test_a_fact_about_a_list_shows_all_of_it(tmp_path, sandbox):
    """The last item alone may be as it has to be."""
    found = verdict(tmp_path, sandbox, FACTS, NET, NET.replace("len(name)", "min(len(name), 2)"))
    assert found.counterexample.call.splitlines() == ["parts = list(m.Net().parts())", "[each[1] for each in parts]"]
    assert found.counterexample.actual == "[1, 2, 2]"
    assert found.counterexample.expected == "one is of size 3"


SHAPES = """
def are_right(student, expect):
    net = student.m.Net()
    net.size("a")
    expect.close(net.ones(np.random.default_rng(0).random((20, 20))), np.ones((2, 2)))
"""


def test_what_is_looked_at_is_the_last_line(tmp_path, sandbox):
    """What is called before it is not printed; a shape is asked of the call itself."""
    right = f"{NET}\n    def ones(self, x):\n        return np.ones((2, 2))\n"
    found = verdict(tmp_path, sandbox, SHAPES, right, right.replace("ones((2, 2))", "random.rand(2, 3)"))
    last = "tuple(net.ones(np.zeros((20, 20))).shape)"
    assert found.counterexample.call.splitlines() == ["net = m.Net()", "_ = net.size('a')", last]
