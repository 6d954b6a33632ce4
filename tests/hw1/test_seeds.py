"""Right is right under every seed: thirty styles of homework 1 under five."""

from __future__ import annotations

from types import ModuleType

import pytest

from grader.assignment import load_assignment
from grader.checks.concluding import conclude
from grader.course import Course
from grader.importing import load_reference
from grader.sandbox.local import LocalSession
from grader.seeds import seeds_from
from tests.conftest import ROOT
from tests.hw1.variants import RIGHT

COURSE = Course(ROOT)
# The first question counts and builds a network: nothing there depends on the numbers drawn.
STYLES = [(target, name) for target in RIGHT for name in list(RIGHT[target])[:3] if not target.startswith("q1")]


@pytest.fixture(scope="module", params=seeds_from(0, 5)[1:])
def checks(request):
    """Homework 1's checks under one seed; under the first one, the rubric's own, test_teeth tries every style."""
    return load_assignment(COURSE, "hw1", seed=request.param, only=frozenset({"q2", "q3", "q4", "q5"})).checks


def session_of(target, source):
    """The reference with one function replaced."""
    reference = load_reference(COURSE.reference("hw1"))
    changed = ModuleType(target.split(".")[0])
    vars(changed).update(vars(reference[changed.__name__]))
    exec(f"import numpy as np, torch\n{source}", vars(changed))
    return LocalSession({**reference, changed.__name__: changed})


def test_thirty_right_styles_never_fail(checks):
    """No verdict of a right function depends on luck."""
    assert len(STYLES) >= 30
    failed = []
    for target, name in STYLES:
        session = session_of(target, RIGHT[target][name])
        concerned = [check for check in checks.values() if target in check.plan.functions]
        verdicts = [conclude(check, session, shrink=False) for check in concerned]
        failed += [(target, name, verdict.id) for verdict in verdicts if verdict.status != "passed"]
    assert failed == []
