"""What a course writes without grader: the same properties as one pytest file, run in a process per submission.

Run as `SUBMISSION=folder COURSE=folder ASSIGNMENT=hw1 python -m pytest benchmarks/naive_pytest.py`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.direct import DirectModules
from benchmarks.equivalent import SPECS, assert_check


@pytest.fixture(scope="module")
def student() -> Iterator[DirectModules]:
    with DirectModules(Path(os.environ["SUBMISSION"])) as modules:
        yield modules


@pytest.mark.parametrize("name", SPECS)
def test_check(name: str, student: DirectModules) -> None:
    assert_check(name, student)
