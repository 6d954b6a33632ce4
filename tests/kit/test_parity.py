"""A kit says of every submission what the course says, as far as it says anything."""

from __future__ import annotations

import pytest
import yaml

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


@pytest.mark.parametrize("student", STUDENTS)
def test_every_visible_check_has_the_status_that_the_course_gives(kit, sandbox, student):
    """Other inputs, no model answer, the same verdicts; of the write-up, whether there is an answer."""
    expected = yaml.safe_load((CLASS / student / "expected.yaml").read_text())
    result = grade(kit, read_folder(CLASS / student), sandbox)
    seen = {verdict.id: verdict.status for verdict in result.verdicts}
    wanted = {name: expected["checks"].get(name, expected["default"]) for name in seen}
    code = {verdict.id for verdict in result.verdicts if verdict.part == "code"}
    assert {name: seen[name] for name in code} == {name: wanted[name] for name in code}
    is_missing = {name for name in seen.keys() - code if seen[name] == "missing"}
    assert is_missing == {name for name in wanted.keys() - code if wanted[name] == "missing"}
    assert {seen[name] for name in seen.keys() - code - is_missing} <= {"needs_review"}
