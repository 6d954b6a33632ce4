"""Names that no student's file can have, and modules that are not there, are told when the rubric is loaded."""

from __future__ import annotations

import pytest

from grader.assignment import load_assignment
from grader.course.folders import Course
from grader.errors import RubricError
from tests.course.test_packages import write

YAML = (
    "assignment: a\ntitle: A\nmodules: [numpy]\nquestions:\n  - {id: q1, title: Q, checks: [{check: f, points: 1}]}\n"
)
FILES = {
    "rubrics/a.yaml": YAML,
    "rubrics/a.py": "def f(student, expect):\n    expect.close(student.m.f(), 1.0)\n",
    "reference/a/m.py": "def f():\n    return 1.0\n",
}


def load(root, files):
    write(root, {**FILES, **files})
    return load_assignment(Course(root), "a")


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("reference/a/tokenize.py", "tokenize"),
        ("reference/a/types.py", "types"),
        ("reference/a/queue/inner.py", "queue"),
        ("reference/a/numpy.py", "numpy"),
        ("rubrics/a/provided/random.py", "random"),
        ("rubrics/a/starter/copy.py", "copy"),
    ],
)
def test_a_name_of_pythons_own_is_told(path, name, tmp_path):
    """With the file; the model answer would pass, and an identical submission would not."""
    with pytest.raises(RubricError, match=f"{path}.*got {name}, a module that"):
        load(tmp_path, {path: "x = 1\n"})


@pytest.mark.parametrize("path", ["reference/a/kitchen/queue.py", "rubrics/a/provided/kitchen/types.py"])
def test_within_a_package_any_name_is_right(path, tmp_path):
    """Nothing of Python's is hidden there."""
    assert load(tmp_path, {path: "x = 1\n"}).checks


def test_a_starter_that_is_provided_is_told(tmp_path):
    """By both paths."""
    with pytest.raises(RubricError, match=r"starter/k/u\.py and .*provided/k/u\.py"):
        load(tmp_path, {"rubrics/a/starter/k/u.py": "", "rubrics/a/provided/k/u.py": ""})


def test_a_module_that_is_not_installed_is_one_line(tmp_path):
    """File, line, and what to do."""
    with pytest.raises(RubricError) as told:
        load(tmp_path, {"rubrics/a.yaml": YAML.replace("[numpy]", "\n  - numpy\n  - nosuchpackage\n  - nor.this")})
    lines = str(told.value).splitlines()
    assert [line.partition("rubrics/")[2][:9] for line in lines] == ["a.yaml:5:", "a.yaml:6:"]
    assert "nosuchpackage is not installed: pip install it" in lines[0]
