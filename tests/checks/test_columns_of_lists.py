"""Numbers in lists act as an array where a check takes a column of them: whoever returns lists is right as well."""

from __future__ import annotations

import pytest

from grader.assignment import load_assignment
from tests.checks.small import graded, write_course

CHECKS = '''
def takes_parts(student, expect):
    """Rows, columns and what a mask marks, also of a part and handed on."""
    x, y = student.m.pair()
    expect.equal(x[:, 1], [1, 4])
    expect.equal(y[0, :-1], np.array(x)[0, :-1])
    expect.equal(x[np.array([True, False])], [[0, 1, 2]])
    expect.equal(x[..., [0, 2]], [[0, 2], [3, 5]])
    expect.equal(student.m.doubled(x[:, 0]), [0, 6])
'''
ARRAYS = """
def pair(): return np.arange(6).reshape(2, 3), np.arange(6).reshape(2, 3)
def doubled(x): return 2 * np.asarray(x)
"""
ROWS = "[[0, 1, 2], [3, 4, 5]]"
WRONG = {
    "[[0, 1, 2], [3, 4]]": "expected something with items",
    "[[0], [3]]": "shape (1, 1)",
    "[[9, 9, 9], [3, 4, 5]]": "",
}


@pytest.fixture(scope="module")
def assignment(tmp_path_factory):
    """The course, whose model answer returns arrays."""
    return load_assignment(write_course(tmp_path_factory.mktemp("columns"), CHECKS, ARRAYS), "small")


def pair(rows):
    """A submission that returns `rows` twice."""
    return f"{ARRAYS}\ndef pair(): return {rows}, {rows}\n"


@pytest.mark.parametrize("rows", [ROWS, f"tuple({ROWS})", f"[np.array(r) for r in {ROWS}]", f"torch.tensor({ROWS})"])
def test_every_style_is_right(assignment, sandbox, rows):
    """Lists, tuples, arrays in a list, a tensor."""
    assert graded(assignment, pair(rows), sandbox)["takes_parts"].status == "passed"


@pytest.mark.parametrize("rows", WRONG)
def test_what_is_no_array_is_told(assignment, sandbox, rows):
    """Rows of unlike lengths, too few columns, other numbers."""
    found = graded(assignment, pair(rows), sandbox)["takes_parts"]
    assert found.status == "failed"
    assert WRONG[rows] in found.feedback
