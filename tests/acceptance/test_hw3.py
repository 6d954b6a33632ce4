"""The bundled class of homework 3: packages, given files, data, objects and caches in any style."""

from __future__ import annotations

import shutil

import pytest
import yaml

from grader.assignment import load_assignment
from grader.course.folders import Course
from grader.grading.one_submission import grade
from grader.intake.reading import read_folder
from tests.conftest import ROOT

COURSE = Course(ROOT)
CLASS = COURSE.submissions("hw3")
STUDENTS = sorted(path.parent.name for path in CLASS.glob("*/expected.yaml"))


@pytest.fixture(scope="module")
def hw3():
    return load_assignment(COURSE, "hw3")


@pytest.mark.parametrize("student", STUDENTS)
def test_a_student_gets_what_is_expected(student, hw3, sandbox):
    """Status by status, and the known mistakes by name."""
    expected = yaml.safe_load((CLASS / student / "expected.yaml").read_text())
    verdicts = grade(hw3, read_folder(CLASS / student), sandbox).verdicts
    assert {one.id: one.status for one in verdicts} == {
        one.id: expected["checks"].get(one.id, expected["default"]) for one in verdicts
    }
    named = {one.id: one.misconception for one in verdicts if one.misconception}
    assert named == expected.get("misconceptions", {})


def test_eight_students_in_styles_of_their_own():
    """Half of them right."""
    assert len(STUDENTS) == 8
    assert sum(not yaml.safe_load((CLASS / one / "expected.yaml").read_text())["checks"] for one in STUDENTS) == 4


JOINED_AS_TEXT = """
def merge(symbols, pair):
    return tuple(" ".join(symbols).replace(" ".join(pair), "".join(pair)).split())
"""


def test_the_end_of_a_symbol_is_none(hw3, sandbox, tmp_path):
    """("ab", "b") has no pair of b's, whatever its text says; a known trap of joining symbols as text."""
    shutil.copytree(CLASS / "ana", tmp_path / "zoe")
    with (tmp_path / "zoe" / "nnet" / "tokens.py").open("a") as tokens:
        tokens.write(JOINED_AS_TEXT)
    verdicts = grade(hw3, read_folder(tmp_path / "zoe"), sandbox).verdicts
    assert {one.id: one.status for one in verdicts}["pairs_are_merged"] == "failed"
