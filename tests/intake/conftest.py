"""What tests of imports share."""

from __future__ import annotations

import pytest

from grader.course.folders import Course
from tests.intake.importing import ROSTER


@pytest.fixture
def course(tmp_path):
    """A course of two."""
    (tmp_path / "c" / "rubrics").mkdir(parents=True)
    (tmp_path / "c" / "roster.csv").write_text(ROSTER)
    return Course(tmp_path / "c")
