"""A kit says of every submission what the course says, as far as it says anything."""

from __future__ import annotations

from dataclasses import replace

import pytest
import yaml

from grader.assignment import load_assignment
from grader.course.folders import Course
from grader.grading.one_submission import grade
from grader.intake.reading import read_folder
from grader.kit import load_kit
from tests.conftest import ROOT

CLASS = ROOT / "submissions" / "hw1"
STUDENTS = sorted(folder.name for folder in CLASS.iterdir() if folder.is_dir())


@pytest.fixture(scope="module")
def kit(hw1_folder):
    """The assignment, rebuilt from the kit alone; a module that never ends is waited for less long."""
    loaded = load_kit(hw1_folder)
    limits = replace(loaded.rubric.limits, load_wall_s=4.0)
    return replace(loaded, rubric=replace(loaded.rubric, limits=limits))


@pytest.fixture(scope="module")
def course():
    """The assignment as it is graded."""
    return load_assignment(Course(ROOT), "hw1")


def worth(rubric):
    """The points of each visible check."""
    return {spec.id: spec.points for spec in rubric.checks if spec.visibility == "visible"}


def test_it_has_every_visible_check_with_its_points(kit, course):
    """And no other one."""
    assert worth(kit.rubric) == worth(course.rubric) == {spec.id: spec.points for spec in kit.rubric.checks}


@pytest.mark.parametrize("student", STUDENTS)
def test_every_visible_check_has_the_status_and_the_points_that_the_course_gives(kit, course, sandbox, student):
    """Other inputs, no model answer, the same verdicts and names; of the write-up, whether there is an answer.

    The course's statuses and names are in expected.yaml, which the course is tested against; what a check in part
    right keeps is asked of the course itself.
    """
    expected = yaml.safe_load((CLASS / student / "expected.yaml").read_text())
    submission = read_folder(CLASS / student)
    result = grade(kit, submission, sandbox)
    code = {verdict.id: verdict for verdict in result.verdicts if verdict.part == "code"}
    wanted = {spec.id: expected["checks"].get(spec.id, expected["default"]) for spec in kit.rubric.checks}
    assert {name: verdict.status for name, verdict in code.items()} == {name: wanted[name] for name in code}
    named = {name: verdict.misconception for name, verdict in code.items() if verdict.misconception}
    assert named == {name: one for name, one in expected.get("misconceptions", {}).items() if name in code}
    whole = {name: verdict for name, verdict in code.items() if verdict.status != "partial"}
    assert {name: verdict.score for name, verdict in whole.items()} == {
        name: verdict.max_score * (verdict.status == "passed") for name, verdict in whole.items()
    }
    assert partial_scores(result) == partly_right(course, submission, sandbox, code)
    written = {verdict.id: verdict.status for verdict in result.verdicts if verdict.part == "writeup"}
    missing = {name for name, status in written.items() if status == "missing"}
    assert missing == {name for name in written if wanted[name] == "missing"}
    assert set(written.values()) <= {"missing", "needs_review"}


def partial_scores(result):
    """The scores of the code checks that are right in part."""
    found = (verdict for verdict in result.verdicts if verdict.part == "code")
    return {verdict.id: verdict.score for verdict in found if verdict.status == "partial"}


def partly_right(course, submission, sandbox, code):
    """The scores that the course gives to what is right in part, of the checks in `code`."""
    partial = {name for name, verdict in code.items() if verdict.status == "partial"}
    questions = {q.id for q in course.rubric.questions if partial & {spec.id for spec in q.checks}}
    if not questions:
        return {}
    found = partial_scores(grade(course, submission, sandbox, only=frozenset(questions)))
    return {name: score for name, score in found.items() if name in code}
