"""What a check calls through code that the course gives is the student's all the same: mistakes in it have a name."""

from __future__ import annotations

import pytest

from grader.assignment import load_assignment
from grader.checks.misconceptions.call_graph import CallGraph
from grader.grading.one_submission import grade
from grader.intake.submission import Submission
from tests.checks.small import write_course

CHECKS = '''
@given(x=st.floats(1, 9), n=st.integers(1, 4))
def runs(student, expect, x, n):
    """x shrinks by a fifth each time."""
    expect.close(student.solver.run(x, n), x * 0.8**n)
'''
STEP = "def step(x, rate=0.1):\n    return x - rate * 2 * x\n"
SOLVER = "from m import step\n\ndef run(x, n):\n    for _ in range(n):\n        x = step(x)\n    return x\n"
MISTAKE = '"""The gradient of x**2 is 2 x."""\nREPLACES = "m.step"\n\ndef step(x, rate=0.1):\n    return x - rate * x\n'


@pytest.fixture
def course(tmp_path):
    """A given solver calls the student's step."""
    course = write_course(tmp_path, CHECKS, STEP)
    for path, text in (
        ("rubrics/small/provided/solver.py", SOLVER),
        ("reference/small/misconceptions/half.py", MISTAKE),
    ):
        (tmp_path / path).parent.mkdir(parents=True)
        (tmp_path / path).write_text(text)
    return course


def test_a_misconception_is_named(course, sandbox):
    """As it is where the check calls the function itself."""
    assignment = load_assignment(course, "small")
    wrong = Submission("ana", {"m.py": STEP.replace("rate * 2 * x", "rate * x").encode()})
    [found] = grade(assignment, wrong, sandbox).verdicts
    assert (found.status, found.misconception) == ("failed", "half")


def test_the_check_is_asked_of_its_mutants(course):
    """Nobody says that no check calls it."""
    checks = list(load_assignment(course, "small").checks.values())
    graph = CallGraph.of(course.reference("small"))
    assert graph.checks("m.step", checks) == checks
    assert graph.functions_without_check(checks) == []
