"""Arguments and answers of library kinds are as well in a check that has neither the model answer nor its Python."""

from __future__ import annotations

import pytest

from grader.assignment import load_assignment
from grader.checks.feedback.counterexample import counterexample
from grader.checks.feedback.groups import group_cases
from grader.checks.feedback.shown_case import shown_case
from grader.checks.plan.packing import pack, unpack
from grader.checks.plan.without_reference import outline, replayable
from grader.checks.runner import CheckRunner
from grader.sandbox.local import LocalSession
from tests.checks.small import HEAD, write_course

CHECK = '''
import datetime
from scipy import sparse

def kinds(student, expect):
    """Whatever is passed and answered."""
    m = student.m
    expect.equal(m.later(datetime.date(2026, 3, 1), 3), datetime.date(2026, 3, 4))
    expect.equal(m.kind(np.ones(2, np.float32), np.float32), True)
    expect.close(m.dense(sparse.csr_array(np.eye(2))), np.eye(2))
    expect.close(m.drawn(np.random.default_rng(3)), np.random.default_rng(3).normal())
    expect.equal(m.upper(np.array(["a", "b"])), ["A", "B"])
    expect.raises((np.linalg.LinAlgError, m.Odd), m.solve, np.ones((2, 2)))
    expect.unchanged(m.last, ["a", 1])
'''
RIGHT = """
import datetime
def later(day, n): return day + datetime.timedelta(days=n)
def kind(x, dtype): return x.dtype == dtype
def dense(A): return A
def drawn(rng): return rng.normal()
def upper(words): return np.char.upper(words)
def solve(A): return np.linalg.inv(A)
class Odd(ValueError): pass
def last(items): return items[-1]
"""


@pytest.fixture(scope="module")
def check(tmp_path_factory):
    """The check as a kit has it."""
    made = load_assignment(write_course(tmp_path_factory.mktemp("kinds"), CHECK, RIGHT), "small").checks["kinds"]
    bare = outline(made)
    return replayable(unpack(pack(bare), made.spec, made.function, bare.reference))


def session(source):
    """A submission of one module."""
    space: dict[str, object] = {}
    exec(HEAD + source, space)
    return LocalSession({"m": type("M", (), {k: staticmethod(v) if callable(v) else v for k, v in space.items()})})


def test_a_right_answer_is_right_there(check):
    """Though nothing of the model answer is known but what it answered."""
    findings = CheckRunner(check, session(RIGHT)).run()
    assert (findings.failing, findings.fault) == ([], None)


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ("def later(day, n): return day", "m.later(datetime.date(2026, 3, 1), 3)"),
        ("def kind(x, dtype): return dtype is None", "m.kind(np.array([1., 1.], dtype=np.float32), np.float32)"),
        ("def dense(A): return -A", "m.dense(scipy.sparse.csr_array([[1., 0.], [0., 1.]]))"),
        ("def drawn(rng): return 0", "m.drawn(np.random.default_rng(3))"),
        ("def upper(words): return words", "m.upper(np.array(['a', 'b']))"),
        ("def solve(A): return A", "m.solve(np.array([[1., 1.], [1., 1.]]))"),
        ("def last(items): return items.pop()", "m.last(x1)"),
    ],
)
def test_a_wrong_one_is_shown_as_python(check, change, line):
    """With the arguments as a student writes them."""
    answers = session(f"{RIGHT}\n{change}\n")
    findings = CheckRunner(check, answers).run()
    assert findings.failing == [0]
    shown = shown_case(CheckRunner(check, answers), findings, group_cases(findings)[0], shrink=False)
    assert shown is not None
    assert line in counterexample(shown).call
