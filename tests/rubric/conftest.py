"""A course in the working directory, for every test of rubrics."""

from __future__ import annotations

from pathlib import Path

import pytest
from demo_course import RUBRIC, Change, Course, Number


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Course:
    """A course in the working directory, with one kind of write-up check."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("grader.rubric.loading.write_up_specs", lambda: {"number": Number})
    return Course(tmp_path)


@pytest.fixture
def changed() -> Change:
    """The right rubric with one piece of text replaced."""

    def change(old: str, new: str) -> str:
        assert RUBRIC.count(old) == 1, f"{old!r} stands {RUBRIC.count(old)} times in the rubric"
        return RUBRIC.replace(old, new)

    return change
