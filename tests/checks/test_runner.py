"""What is done once for all submissions: equal replies judged, checks rehearsed on the model answer."""

from __future__ import annotations

import warnings
from dataclasses import replace

import pytest

from grader.checks import runner as running
from grader.checks.plan.recorded_reference import NotRecorded
from grader.checks.runner import CheckRunner, rehearse
from grader.sandbox import Budget


@pytest.fixture
def judged(monkeypatch):
    """The ids of the checks whose replies are judged and not recognised."""
    ids = []

    def spy(name):
        original = getattr(running, name)

        def judge(check, *rest):
            ids.append(check.id)
            return original(check, *rest)

        monkeypatch.setattr(running, name, judge)

    spy("judge_plan")
    spy("_replay")
    return ids


def findings(check, source, sandbox):
    session = sandbox.open({"m.py": source}, Budget(), 0)
    try:
        return CheckRunner(check, session).run()
    finally:
        session.close()


@pytest.mark.parametrize("name", ["conv_matches_torch", "conv_is_linear"])
def test_equal_replies_are_judged_once(mini, sandbox, honest, judged, name):
    """The second student with the same numbers gets the same findings without another look."""
    check = mini.checks[name]
    check.judged.clear()
    first, second = findings(check, honest, sandbox), findings(check, honest + "\n# mine\n", sandbox)
    assert judged == [name]
    assert second.marks is first.marks
    assert not first.failing


def test_a_check_of_objects_is_asked_as_far_as_it_looks(mini, sandbox, honest, judged):
    """No two submissions name an object's parts alike, so no plan made with the reference's is tried first."""
    check = mini.checks["model_is_right"]
    session = sandbox.open({"m.py": honest}, Budget(), 0)
    found = CheckRunner(check, session).run()
    session.close()
    assert not found.failing
    assert len(check.cases) < session.request < len(check.plan.calls), "what nobody looks at goes with the next"
    assert judged == ["model_is_right"]


def test_other_replies_are_judged(mini, sandbox, honest, judged):
    """A wrong answer after a right one is not taken for it, nor the other way round."""
    check = mini.checks["conv_matches_torch"]
    check.judged.clear()
    wrong = honest + "\nright = conv\ndef conv(image, kernel):\n    return right(image, kernel) + 1e-3\n"
    assert not findings(check, honest, sandbox).failing
    assert findings(check, wrong, sandbox).failing
    assert not findings(check, honest, sandbox).failing
    assert judged == ["conv_matches_torch"] * 2


def test_a_process_that_ended_is_judged_each_time(mini, sandbox, honest, judged):
    """What the judge itself says of a lost process is not part of any reply."""
    check = mini.checks["conv_matches_torch"]
    check.judged.clear()
    crash = honest + "\nimport os\ndef conv(image, kernel):\n    os._exit(3)\n"
    assert findings(check, crash, sandbox).failing
    assert findings(check, crash, sandbox).failing
    assert judged == ["conv_matches_torch"] * 2
    assert not check.judged


def test_a_check_is_rehearsed_on_the_model_answer(mini, monkeypatch):
    """On one case, whatever kind of check it is; a model answer that is not at hand, as in a kit, is no fault."""
    ran = []
    original = running.run_case

    def spy(check, case, index, caller):
        run = original(check, case, index, caller)
        ran.append((check.id, index, run.failure, run.problem, run.broken))
        return run

    monkeypatch.setattr(running, "run_case", spy)
    for check in mini.checks.values():
        rehearse(check)
    assert ran == [(name, 0, None, None, None) for name in mini.checks]
    for check in mini.checks.values():
        monkeypatch.setattr(check.reference, "call", not_recorded)
        rehearse(check)


def not_recorded(*_args):
    raise NotRecorded


SQUARES = """
import numpy as np
from hypothesis import given, strategies as st
@given(x=st.floats(1, 4))
def squares(student, expect, x):
    \"\"\"The square is what was asked for.\"\"\"
    root = expect.array(student.m.root(np.array([x])), (1,))
    expect.close(root * root, np.array([x]))
"""
CHECKS = "      - {check: squares, points: 1, examples: 3, tolerance: {rtol: 1.0e-6, atol: 1.0e-9}}\n"


@pytest.mark.parametrize(
    "answer", ["x * 1e300", "(x - x) / (x - x)", "np.frombuffer(b'\\x06\\x00\\xa0\\x7f', np.float32)"]
)
def test_a_verdict_does_not_hang_on_what_becomes_of_warnings(assignment_of, verdict_on, answer):
    """Numbers that overflow in the check's own code, or signal, are wrong, whatever the one who grades has set."""
    check = assignment_of(CHECKS, SQUARES, "def root(x): return x**0.5\n").checks["squares"]
    found, heard = [], []
    for manner in ("default", "error"):
        check.judged.clear()
        with warnings.catch_warnings(record=manner == "default") as said:
            warnings.simplefilter(manner)
            found.append(replace(verdict_on(check, f"import numpy as np\ndef root(x): return {answer}\n"), seconds=0))
            heard += said or []
    assert found[0] == found[1]
    assert found[0].status == "failed"
    assert heard == []
