"""A kit says of every submission what the course says, as far as it says anything."""

from __future__ import annotations

import pytest
import yaml

from grader.assignment import load_assignment
from grader.course import Course
from grader.grading import grade
from grader.kit import load_kit
from grader.submission import read_folder
from tests.conftest import ROOT

CLASS = ROOT / "submissions" / "hw1"
STUDENTS = sorted(folder.name for folder in CLASS.iterdir() if folder.is_dir())


@pytest.fixture(scope="module")
def kit(hw1_folder):
    """The assignment, rebuilt from the kit alone."""
    return load_kit(hw1_folder)


@pytest.fixture(scope="module")
def course():
    """The assignment as it is graded."""
    return load_assignment(Course(ROOT), "hw1")


@pytest.mark.parametrize("student", STUDENTS)
def test_every_visible_check_has_the_status_that_the_course_gives(kit, sandbox, student):
    """Other inputs, no model answer, the same verdicts; of the write-up, whether there is an answer."""
    expected = yaml.safe_load((CLASS / student / "expected.yaml").read_text())
    result = grade(kit, read_folder(CLASS / student), sandbox)
    seen = {verdict.id: verdict.status for verdict in result.verdicts}
    wanted = {name: expected["checks"].get(name, expected["default"]) for name in seen}
    code = {verdict.id for verdict in result.verdicts if verdict.part == "code"}
    assert {name: seen[name] for name in code} == {name: wanted[name] for name in code}
    named = {verdict.id: verdict.misconception for verdict in result.verdicts if verdict.misconception}
    assert named == {name: one for name, one in expected.get("misconceptions", {}).items() if name in code}
    is_missing = {name for name in seen.keys() - code if seen[name] == "missing"}
    assert is_missing == {name for name in wanted.keys() - code if wanted[name] == "missing"}
    assert {seen[name] for name in seen.keys() - code - is_missing} <= {"needs_review"}


@pytest.mark.parametrize("student", ["kira", "mei", "olga"])
def test_points_are_those_that_the_course_gives(kit, course, sandbox, student):
    """Also those that a tolerance tier or a known mistake leaves."""
    submission = read_folder(CLASS / student)
    here, there = ({v.id: v for v in grade(one, submission, sandbox).verdicts} for one in (kit, course))
    partial = [name for name, verdict in here.items() if verdict.status == "partial"]
    assert partial
    assert {name: here[name].score for name in partial} == {name: there[name].score for name in partial}
