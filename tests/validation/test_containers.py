"""A check that rests on how the model answer keeps its things is told, and one that does not is left alone."""

from __future__ import annotations

import pytest

from grader.assignment import load_assignment
from grader.validation.containers import unfair
from grader.validation.input_coverage import asked_once
from tests.checks.small import write_course

REFERENCE = """
def relu(x): return np.maximum(x, 0), {"mask": x > 0, "x": x}
def relu_back(d, cache): return d * cache["mask"]
def masked(d, mask): return d * mask
def factor(A): return (np.linalg.inv(A), 1)
def solve(f, b): return f[0] @ b
def step(w, config): return w - 1, {**config, "t": config.get("t", 0) + 1}
def many(n): return [1.0] * n
"""
CHECKS = '''
def hands_on(student, expect):
    """Whatever the cache is."""
    x = np.array([1.0, -2.0])
    out, cache = student.m.relu(x)
    expect.close(out, [1.0, 0.0])
    expect.close(student.m.relu_back(x, cache), [1.0, 0.0])
    expect.close(student.m.solve(student.m.factor(np.eye(2)), x), x)
    w, config = student.m.step(x, {})
    w, config = student.m.step(w, config)
    expect.close(w, x - 2)
    expect.close(student.m.many(3), np.ones(3))

def effects(student, expect):
    """What a call does to a dictionary of the check's own is no cache."""
    called = expect.call(student.m.step, np.ones(2), {"t": 3})
    expect.equal(called.args[1]["t"], 3)
    expect.close(student.m.step(np.ones(2), called.args[1])[0], np.zeros(2))
    called = expect.call(student.m.relu, np.ones(2))
    expect.close(student.m.relu_back(np.ones(2), called.result[1]), np.ones(2))

def reaches(student, expect):
    """Into the cache."""
    x = np.array([1.0, -2.0])
    expect.close(student.m.masked(x, student.m.relu(x)[1]["mask"]), [1.0, 0.0])

def looks(student, expect):
    """Into what it hands on."""
    w, config = student.m.step(np.ones(2), {})
    expect.equal(config["t"], 1)
    expect.close(student.m.step(w, config)[0], -np.ones(2))

def computes(student, expect):
    """With a list as Python has it."""
    expect.true(student.m.many(3)._value() is not None and type(student.m.many(2)._now()) is list, "it is a list")
    expect.true(len(str(student.m.many(1))) == 5, "written as a list")
'''


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """The course above."""
    return write_course(tmp_path_factory.mktemp("course"), CHECKS, REFERENCE)


@pytest.fixture(scope="module")
def assignment(course):
    """Its assignment, ready."""
    return load_assignment(course, "small")


@pytest.fixture(scope="module")
def sentences(course, assignment):
    """What is said of it."""
    return [said for group in unfair(assignment, course.reference("small"), 2) for said in group]


def test_checks_that_only_hand_on_are_fair(sentences):
    """Caches, factors, configurations, what a call left of its arguments."""
    assert [said for said in sentences if said.startswith(("hands_on", "effects"))] == []


@pytest.mark.parametrize(
    ("check", "told"),
    [
        ("reaches", "reaches for m.relu(…)[1]['mask'] and only hands it on"),
        ("looks", "looks at m.step(…)[1]['t'] of what it hands on"),
        ("computes", "takes points from the model answer with its replies in tuples"),
    ],
)
def test_checks_that_rest_on_a_container_are_told(sentences, check, told):
    """With the part, as one writes it."""
    assert [said for said in sentences if said.startswith(check) and told in said], sentences


def test_a_function_with_one_input_is_told(assignment):
    """Any answer to that one is learned by heart; what is handed on is another thing each time."""
    checks = assignment.checks
    assert asked_once([checks["looks"]]) == []
    assert asked_once([checks["reaches"]]) == ["m.relu"]
    assert asked_once([checks["reaches"], checks["effects"]]) == []
