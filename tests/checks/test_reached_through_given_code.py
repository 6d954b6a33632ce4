"""What a check calls through code that the course gives is the student's all the same: mistakes in it have a name."""

from __future__ import annotations

import json

import pytest

from grader.assignment import load_assignment
from grader.checks.misconceptions.call_graph import CallGraph
from grader.grading.one_submission import grade
from grader.intake.submission import Submission
from grader.kit.making import make_kit
from tests.checks.small import write_course

CHECKS = '''
@given(x=st.floats(1, 9), n=st.integers(1, 4))
def runs(student, expect, x, n):
    """x shrinks by a fifth each time."""
    expect.close(student.solver.run(x, n), x * 0.8**n)
'''
STEP = "def step(x, rate=0.1):\n    return x - rate * 2 * x\n"
SOLVER = "from m import step\n\ndef run(x, n):\n    for _ in range(n):\n        x = step(x)\n    return x\n"
LATE = "def run(x, n):\n    from m import step\n    for _ in range(n):\n        x = step(x)\n    return x\n"
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


NOTEBOOK = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [
    {"cell_type": "code", "id": "a", "metadata": {}, "execution_count": None, "outputs": [], "source": STEP},
]}  # fmt: skip


@pytest.mark.parametrize(
    "solver", [SOLVER, SOLVER.replace("from m import step", "import m").replace("step(", "m.step("), LATE]
)
@pytest.mark.parametrize("writes", [False, True])
def test_a_notebook_stands_for_the_module_that_given_code_imports(course, sandbox, solver, writes):
    """As where the check calls the module itself; also where a cell writes its file."""
    course.rubric("small").parent.joinpath("small/provided/solver.py").write_text(solver)
    notebook = json.loads(
        json.dumps(NOTEBOOK).replace("def step", "%%writefile m.py\\ndef step" if writes else "def step")
    )
    [found] = grade(
        load_assignment(course, "small"), Submission("ana", {"hw.ipynb": json.dumps(notebook).encode()}), sandbox
    ).verdicts
    assert found.status == "passed", found.feedback


def test_who_hands_in_nothing_of_it_is_told_the_module(course, sandbox):
    """A student's own file that asks for a module which is not there is theirs to mend."""
    assignment = load_assignment(course, "small")
    for files in (
        {"other.py": b"x = 1"},
        {"m.py": b"import m2\n" + STEP.encode(), "hw.ipynb": json.dumps(NOTEBOOK).encode()},
    ):
        [found] = grade(assignment, Submission("ana", files), sandbox).verdicts
        assert found.status == "error" and ("No module named 'm'" in found.feedback or "m2" in found.feedback)


def test_a_kit_has_a_stub_of_what_given_code_calls(course, tmp_path):
    """Nobody has to guess the file that the solver imports."""
    made = make_kit(course, "small", seed=5)
    assert "def step(x, rate=0.1):\n    raise NotImplementedError" in made.files["m.py"].decode()
    assert made.files["solver.py"].decode() == SOLVER


def test_the_check_is_asked_of_its_mutants(course):
    """Nobody says that no check calls it."""
    checks = list(load_assignment(course, "small").checks.values())
    graph = CallGraph.of(course.reference("small"))
    assert graph.checks("m.step", checks) == checks
    assert graph.functions_without_check(checks) == []
