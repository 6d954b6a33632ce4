"""Calls that are meant to raise."""

from __future__ import annotations

import pytest

from grader.assignment import load_assignment
from grader.errors import GraderError
from tests.checks.small import graded, write_course

CHECKS = '''
def refuses(student, expect):
    """A negative number has no root, and what is no number none either."""
    expect.raises(ValueError, student.m.root, -1.0)
    expect.raises((TypeError, ValueError), student.m.root, x="four")
    expect.close(student.m.root(4.0), 2.0)

def methods(student, expect):
    """A game that is over takes no step, and stays what it is."""
    game = student.m.Game(1)
    expect.equal(game.step(3), 3)
    expect.raises(student.m.Over, game.step, 4)
    expect.equal(game.total, 3)
    expect.raises(IndexError, game, -1)

def looked(student, expect):
    """Nothing is less than nothing, in a check that looks at an object."""
    expect.true(student.m.Game(2).n == 2, "two steps")
    expect.raises(ValueError, student.m.first, -2)

def streams(student, expect):
    """Who is asked for less than nothing raises, at once or when asked for the first item."""
    expect.raises(ValueError, student.m.first, -1)

def singular(student, expect):
    """A singular matrix is refused."""
    expect.raises(np.linalg.LinAlgError, student.m.solve, np.ones((2, 2)))
'''
RIGHT = """
class Over(RuntimeError):
    pass
def root(x):
    if x < 0: raise ValueError("negative")
    return x ** 0.5
class Game:
    def __init__(self, n): self.n, self.total = n, 0
    def step(self, x):
        if not self.n: raise Over
        self.n -= 1
        self.total += x
        return self.total
    def __call__(self, i): return [0][i - 5]
def first(n):
    if n < 0: raise ValueError(n)
    return list(range(n))
def solve(A): return np.linalg.inv(A)
"""
OTHERS = """
class Negative(ValueError): pass
""" + RIGHT.replace("return list(range(n))", "yield from range(n)").replace("raise ValueError(", "raise Negative(")


@pytest.mark.parametrize(
    ("old", "new", "check", "told"),
    [
        ("", "", "", ""),
        ("if x < 0: raise ValueError(", "if x < 0: return (", "refuses", "root returned the text 'negative', expected that it raises ValueError"),
        ("raise ValueError(\"neg", "raise KeyError(\"neg", "refuses", "root raised KeyError: 'negative'; expected that it raises ValueError"),
        ("if x < 0: raise ValueError(\"negative\")", "if x < 0: return None", "refuses", "root returned None, expected that it raises ValueError"),
        ("raise Over", "raise RuntimeError", "methods", "step raised RuntimeError; expected that it raises Over"),
        ("class Over(", "class Ended(", "methods", "has no Over"),
        ("if not self.n: raise", "if not self.n:\n            self.total += x\n            raise", "methods", "Got 7, expected 3"),
        ("[0][i - 5]", "[0][i + 1]", "methods", "Game returned the number 0, expected that it raises IndexError"),
        ("if n < 0: raise ValueError(n)", "if n == -2: raise ValueError", "streams", "first returned a list of 0"),
        ("if n < 0: raise ValueError(n)", "if n == -2: return 5\n    if n < 0: raise ValueError(n)", "looked", "Nothing is less"),
        ("if n < 0: raise ValueError(n)", "if n == -2: raise ValueError\n    raise NotImplementedError", "streams", "Not written yet"),
        ("np.linalg.inv", "np.linalg.pinv", "singular", "solve returned an array, expected that it raises LinAlgError"),
    ],
)  # fmt: skip
def test_who_does_not_raise_loses(tmp_path, sandbox, old, new, check, told):
    """And is told what came instead."""
    found = graded(load_assignment(write_course(tmp_path, CHECKS, RIGHT), "small"), RIGHT.replace(old, new, 1), sandbox)
    assert {one.id for one in found.values() if one.status != "passed"} == ({check} if check else set())
    if check:
        assert told in found[check].feedback
        assert "`return`" not in found[check].feedback


def test_another_class_and_a_generator_are_right(tmp_path, sandbox):
    """A subclass of the exception that is asked for; a function whose body runs with the first item."""
    found = graded(load_assignment(write_course(tmp_path, CHECKS, RIGHT), "small"), OTHERS, sandbox)
    assert {one.status for one in found.values()} == {"passed"}


@pytest.mark.parametrize(
    "how",
    ["try: student.m.root(-1.0)\n    except ValueError: pass", "with pytest.raises(ValueError): student.m.root(-1.0)"],
)
def test_another_way_to_ask_for_it_is_refused_with_the_right_one(tmp_path, how):
    """What raises runs elsewhere, so that neither Python nor pytest can catch it in the check."""
    check = (
        f"import pytest\ndef refuses(student, expect):\n    'It raises.'\n    {how}\n    expect.true(True, 'it raises')"
    )
    with pytest.raises(GraderError, match=r"write expect\.raises\("):
        load_assignment(write_course(tmp_path, check, RIGHT), "small")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (
            "expect.raises(student.m.root, ValueError, -1.0)",
            "expected a function of the submission's, .*got <class 'ValueError'>",
        ),
        ("expect.raises(ValueError, lambda: student.m.root(-1.0))", "as in `expect.raises"),
        ("expect.raises('ValueError', student.m.root, -1.0)", "expects an exception's class first, .*got 'ValueError'"),
        ("expect.raises(ValueError, student.m.root(4.0))", "expected an object that can be called"),
        ("expect.unchanged(student.m.root(4.0), np.ones(2))", "expected an object that can be called"),
        ("expect.call(lambda x: x, np.ones(2))", "expected a function of the submission's"),
        ("expect.equal(student.m.root(student.m), 2)", "the module m: pass one of its functions"),
    ],
)
def test_a_slip_in_a_check_is_told(tmp_path, line, told):
    """Where the check is made ready, with what was expected and got."""
    check = f"def slips(student, expect):\n    'It slips.'\n    {line}\n    expect.true(True, 'it is')"
    with pytest.raises(GraderError, match=told):
        load_assignment(write_course(tmp_path, check, RIGHT), "small")
