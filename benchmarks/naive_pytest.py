"""What a course writes without grader: the same properties as one pytest file, run in a process per submission.

Run as `SUBMISSION=folder COURSE=folder ASSIGNMENT=hw1 python -m pytest benchmarks/naive_pytest.py`.
"""

from __future__ import annotations

import inspect
import os
from pathlib import Path
from typing import Any

import hypothesis
import numpy as np
import pytest

from benchmarks.direct import AssertingExpect, DirectModules
from grader.checks.given import matches_reference, parameters_of
from grader.course import Course
from grader.importing import load_checks, load_reference
from grader.rubric import CheckSpec, load

COURSE = Course(Path(os.environ["COURSE"]))
RUBRIC = COURSE.rubric(os.environ["ASSIGNMENT"])
SPECS = [spec for spec in load(RUBRIC).checks if spec.part == "code"]
NAMED = load_checks(RUBRIC.with_suffix(".py"))
REFERENCE = load_reference(COURSE.reference(os.environ["ASSIGNMENT"]))


class _Reference:
    def __getattr__(self, name: str) -> Any:
        return REFERENCE[name]


def _function(spec: CheckSpec) -> Any:
    if spec.matches_reference is None:
        return NAMED[spec.function or spec.id]
    module, name = spec.matches_reference.split(".")
    return matches_reference(spec.matches_reference, spec.given, NAMED, parameters_of(getattr(REFERENCE[module], name)))


@pytest.fixture(scope="module")
def student() -> Any:
    with DirectModules(Path(os.environ["SUBMISSION"])) as modules:
        yield modules


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.id)
def test_check(spec: CheckSpec, student: Any) -> None:
    function = _function(spec)
    if hasattr(function, "hypothesis"):
        function = hypothesis.settings(
            max_examples=spec.examples, database=None, deadline=None, derandomize=True,
            suppress_health_check=list(hypothesis.HealthCheck),
        )(function)  # fmt: skip
    tier = spec.tolerance.tiers[0]
    offered = {
        "student": student, "expect": AssertingExpect(tier.rtol, tier.atol), "reference": _Reference(),
        "rng": np.random.default_rng(0),
    }  # fmt: skip
    function(**{name: value for name, value in offered.items() if name in inspect.signature(function).parameters})
