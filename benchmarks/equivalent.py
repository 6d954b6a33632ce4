"""The checks of a rubric as other tools run them: same properties and examples, assertions that stop at the first.

`COURSE` and `ASSIGNMENT` in the environment say which rubric.
"""

from __future__ import annotations

import functools
import inspect
import os
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import hypothesis
import numpy as np

from benchmarks.direct import AssertingExpect
from grader.checks.examples.given import matches_reference, parameters_of
from grader.course.folders import Course
from grader.course.loading import load_checks, load_reference
from grader.rubric import CheckSpec
from grader.rubric.loading import load

COURSE = Course(Path(os.environ["COURSE"]))
RUBRIC = COURSE.rubric(os.environ["ASSIGNMENT"])
SPECS = {spec.id: spec for spec in load(RUBRIC).checks if spec.part == "code"}


class InNamespace:
    """`student.module.function` for a notebook, whose cells define all functions in one namespace."""

    def __init__(self, namespace: Mapping[str, Any]) -> None:
        self._namespace = namespace

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return _Functions(self._namespace)


class _Functions:
    def __init__(self, namespace: Mapping[str, Any]) -> None:
        self._namespace = namespace

    def __getattr__(self, name: str) -> Any:
        try:
            return self._namespace[name]
        except KeyError:
            raise AttributeError(name) from None


def assert_check(name: str, student: Any) -> None:
    """Raise where the student's functions do not pass a check; draws its examples."""
    spec = SPECS[name]
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


class _Reference:
    def __getattr__(self, name: str) -> ModuleType:
        return _reference()[name]


@functools.cache
def _reference() -> dict[str, ModuleType]:
    return load_reference(COURSE.reference(os.environ["ASSIGNMENT"]))


@functools.cache
def _named() -> dict[str, Any]:
    return load_checks(RUBRIC.with_suffix(".py"))


def _function(spec: CheckSpec) -> Any:
    if spec.matches_reference is None:
        return _named()[spec.function or spec.id]
    module, name = spec.matches_reference.split(".")
    order = parameters_of(getattr(_reference()[module], name))
    return matches_reference(spec.matches_reference, spec.given, _named(), order)
