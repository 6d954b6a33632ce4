"""States that are tuples are counted, collected and looked up by them, whatever class of tuples they are."""

from __future__ import annotations

import pytest

from grader.assignment import load_assignment
from tests.checks.small import graded, write_course

CHECKS = '''
from collections import Counter

def counts_states(student, expect):
    """A walk to the right and back."""
    seen = Counter(student.m.walk(4))
    expect.true(seen[0, 0] == 2 and seen[0, 1] == 2 and seen[0, 2] == 1, "how often it is where")

def collects_states(student, expect):
    """The states of the world."""
    states = list(student.m.walk(4))
    expect.equal(set(states), {(0, 0), (0, 1), (0, 2)})
    expect.true(states[0] == states[4] and states[0] != states[1], "it comes back")
    expect.true((0, 2) in states and states[1] in states[2:], "what is among them")

def looks_states_up(student, expect):
    """A table by state."""
    values = {(0, 0): 5.0, (0, 1): 7.0, (0, 2): 9.0}
    expect.equal([values[state] for state in student.m.walk(2)], [5.0, 7.0, 9.0])
'''
PLAIN = "def walk(n): return [(0, min(k, n - k)) for k in range(n + 1)] if n == 4 else [(0, k) for k in range(n + 1)]\n"
RIGHT = {
    "the same": PLAIN,
    "numpy's integers": PLAIN.replace("(0, k)", "tuple(np.array([0, k]))"),
    "named": "import collections\nState = collections.namedtuple('State', 'row col')\n"
    + PLAIN.replace("def walk", "def _walk")
    + "def walk(n): return [State(*s) for s in _walk(n)]\n",
    "a class of tuples with operators": "class State(tuple):\n    def __add__(self, other): return State(map(sum, zip(self, other)))\n"
    + PLAIN.replace("def walk", "def _walk")
    + "def walk(n): return map(State, _walk(n))\n",
    "a generator": PLAIN.replace("def walk", "def _walk") + "def walk(n): yield from _walk(n)\n",
}


@pytest.fixture(scope="module")
def assignment(tmp_path_factory):
    """The course, whose model answer has plain tuples."""
    return load_assignment(write_course(tmp_path_factory.mktemp("states"), CHECKS, PLAIN), "small")


@pytest.mark.parametrize("style", RIGHT)
def test_every_style_is_right(assignment, sandbox, style):
    """A named tuple is equal to a plain one, and found by it."""
    assert {found.status for found in graded(assignment, RIGHT[style], sandbox).values()} == {"passed"}


def test_another_state_is_another(assignment, sandbox):
    """Whoever goes on loses all three."""
    wrong = "def walk(n): return [(0, k) for k in range(n + 1)][::-1]\n"
    assert {found.status for found in graded(assignment, wrong, sandbox).values()} == {"failed"}
