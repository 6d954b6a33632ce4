"""A small sound course in files, to be spoiled in one place."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from grader.course.folders import Course
from grader.validation.validating import Extent, validate

REFERENCE = '''"""The model answer."""

import numpy as np


def mean(x):
    """The mean of some numbers."""
    return float(x.sum() / len(x))


def spread(x):
    """How far the numbers lie apart."""
    return float(x.max() - x.min())
'''

CHECKS = '''"""The checks."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

numbers = st.lists(st.integers(-9, 9), min_size=2, max_size=5).map(lambda x: np.array(x, float))


@given(x=numbers)
def mean_is_right(student, expect, x):
    """`mean` is numpy's."""
    expect.close(student.t.mean(x), np.mean(x))


@given(x=numbers)
def spread_is_right(student, expect, x):
    """`spread` is numpy's."""
    expect.close(student.t.spread(x), np.ptp(x))
'''

RUBRIC = """assignment: tiny
title: Tiny
modules: [numpy]
questions:
  - id: q1
    title: Means
    checks:
      - {check: mean_is_right, points: 2, examples: 12}
  - id: q2
    title: Spreads
    checks:
      - {check: spread_is_right, points: 3, examples: 12}
"""


@dataclass(frozen=True)
class Tiny:
    """The course's files."""

    root: Path

    @property
    def reference(self) -> Path:
        return self.root / "reference" / "tiny"

    def changed(self, path: str, old: str, new: str) -> Tiny:
        """With a text replaced in one file."""
        file = self.root / path
        text = file.read_text()
        assert old in text
        file.write_text(text.replace(old, new))
        return self

    def more(self, path: str, text: str) -> Tiny:
        """With a text at the end of a file, which need not be there yet."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text((file.read_text() if file.exists() else "") + text)
        return self

    def misconception(self, name: str, sentence: str, replaces: str, source: str) -> Tiny:
        """With one more misconception."""
        return self.more(
            f"reference/tiny/misconceptions/{name}.py", f'"""{sentence}"""\nREPLACES = "{replaces}"\n\n{source}\n'
        )

    def report(self, mutants=None, seeds=1):
        """What `validate` says."""
        return validate(Course(self.root), "tiny", Extent(mutants, seeds, workers=2))


@pytest.fixture
def tiny(tmp_path):
    """A course that is sound as it is."""
    return (
        Tiny(tmp_path)
        .more("reference/tiny/t.py", REFERENCE)
        .more("rubrics/tiny.py", CHECKS)
        .more("rubrics/tiny.yaml", RUBRIC)
    )
