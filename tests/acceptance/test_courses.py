"""Small courses in styles that real ones have: each student gets exactly what expected.yaml says."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
import yaml

from grader.assignment import load_assignment
from grader.course.folders import Course
from grader.grading.one_submission import grade
from grader.intake.submission import Submission

COURSES = Path(__file__).parent.parent / "courses"
STUDENTS = [
    (course, folder.parent.name)
    for course in ("handback", "things", "plain")
    for folder in sorted((COURSES / course / "submissions" / course).glob("*/expected.yaml"))
]


@cache
def assignment(course):
    return load_assignment(Course(COURSES / course), course)


def handed_in(course, changes):
    """The model answer as a student writes it, with something else in some places."""
    text = (COURSES / course / "reference" / course / "m.py").read_text()
    for change in changes:
        assert text.count(change["instead_of"]) == 1
        text = text.replace(change["instead_of"], change["write"])
    return {"m.py": text.encode()}


@pytest.mark.parametrize(("course", "student"), STUDENTS)
def test_a_student_gets_what_is_expected(course, student, sandbox):
    """Right answers in any style earn everything; a wrong one loses its check, and is told what differs."""
    folder = COURSES / course / "submissions" / course / student
    expected = yaml.safe_load((folder / "expected.yaml").read_text())
    files = handed_in(course, expected["changes"])
    verdicts = grade(assignment(course), Submission(student, files), sandbox).verdicts
    wanted = {verdict.id: expected.get("checks", {}).get(verdict.id, expected["default"]) for verdict in verdicts}
    assert {verdict.id: verdict.status for verdict in verdicts} == wanted
    for verdict in verdicts:
        for text in expected.get("tells", {}).get(verdict.id, ()):
            assert text in verdict.feedback
