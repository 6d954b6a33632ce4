"""A bound on time or memory, beside the model answer on the same machine."""

from __future__ import annotations

import pytest

from grader.assignment import load_assignment
from tests.checks.small import graded, write_course

CHECKS = '''
def fast(student, expect, reference):
    """`total` does not loop over pairs."""
    x = np.arange(400.0)
    expect.within_time(student.m.total, x, of=reference.m.total, times=20)

def small(student, expect, reference):
    """`total` makes no table."""
    x = np.arange(400.0)
    expect.within_memory(student.m.total, x, of=reference.m.total, times=5, why="no table is needed")
'''
RIGHT = "def total(x):\n    out = 0.0\n    for value in x:\n        out += value\n    return out\n"


@pytest.mark.parametrize(
    ("source", "lost"),
    [
        (RIGHT, {}),
        ("def total(x):\n    x[:] = 2 * x\n    return x.sum() / 2\n", {}),
        ("def total(x): return sum(a for a in x for _ in range(len(x))) / len(x)\n", {"fast": "processor time"}),
        ("def total(x): return np.add.outer(x, x).sum() / len(x) / 2\n", {"small": "no table is needed"}),
    ],
    ids=["right", "in place", "slow", "large"],
)
def test_who_costs_too_much_loses(tmp_path, sandbox, source, lost):
    """And is told by how much."""
    found = graded(load_assignment(write_course(tmp_path, CHECKS, RIGHT), "small"), source, sandbox)
    assert {one.id for one in found.values() if one.status == "failed"} == set(lost)
    for check, told in lost.items():
        assert told in found[check].feedback
