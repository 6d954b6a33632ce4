"""The instructor's Python can neither end nor hold up the command: what it did is told with file, line and check."""

from __future__ import annotations

import itertools
import signal
import threading

import pytest

from grader.course import isolated_runs, watched
from grader.errors import RubricError

CHECKS = """\
      - {check: doubled, points: 1, examples: 2, tolerance: {rtol: 1.0e-9, atol: 1.0e-9}}
"""
RUBRIC = """\
from hypothesis import given, strategies as st
def drawn(n):
{strategy}
    return n
@given(n=st.integers(0, 9).map(drawn))
def doubled(student, expect, n):
{property}
    expect.close(student.m.f(float(n)), 2.0 * n)
{rubric}
"""
REFERENCE = "def f(x):\n{function}\n    return 2 * x\n{reference}\n"
PLACES = {"strategy": "t.py:3", "property": "t.py:7", "rubric": "t.py:9", "function": "m.py:2", "reference": "m.py:4"}
HANGS = (
    "while True: pass",
    "while True:{nl}    try: x = 1{nl}    except BaseException: pass",
    "__import__('time').sleep(9)",
)
ENDS = (
    "raise SystemExit(0)",
    "raise KeyboardInterrupt",
    "raise GeneratorExit",
    "raise type('Own', (BaseException,), {{}})()",
)


@pytest.fixture
def refusal(assignment_of):
    """What is said of a course in whose `place` a statement stands."""

    def said(place, statement):
        texts = dict.fromkeys(PLACES, "")
        indent = "" if place in ("rubric", "reference") else "    "
        texts[place] = indent + statement.format(nl="\n" + indent)
        with pytest.raises(RubricError) as refused:
            assignment_of(CHECKS, RUBRIC.format(**texts), REFERENCE.format(**texts))
        return str(refused.value)

    return said


@pytest.fixture
def hurry(refusal, monkeypatch):
    """So little time that the first run of a process, which loads libraries, has to be over."""
    refusal("rubric", "raise SystemExit(0)")
    monkeypatch.setattr(watched, "ENOUGH_S", 0.2)
    # The rubric's own limit is longer.
    monkeypatch.setattr(
        "grader.checks.plan.trials.watch_course_code", lambda *folders, **_: watched.watch_course_code(*folders)
    )


@pytest.mark.usefixtures("hurry")
@pytest.mark.parametrize(("place", "statement"), list(itertools.product(PLACES, HANGS)))
def test_what_does_not_come_to_an_end_is_told_with_its_line(refusal, place, statement):
    """Wherever it stands, whether it works, sleeps or catches all that could end it."""
    told = refusal(place, statement)
    assert "it was still running after 0.2 s" in told
    file, line = PLACES[place].split(":")
    assert any(f"{file}:{int(line) + more}" in told for more in range(3))
    assert place in ("rubric", "reference") or "check doubled" in told


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("while True: pass", "it was still running after 0.2 s of processor time"),
        ("sum(__import__('itertools').repeat(0))", "it does not come to an end"),  # no line of Python runs meanwhile
    ],
)
def test_a_loop_costs_its_processor_time_once(assignment_of, monkeypatch, statement, told):
    """However many checks and cases come upon it, whether it can be stopped from within or not."""
    monkeypatch.setattr(watched, "ENOUGH_CPU_S", 0.2)
    monkeypatch.setattr("grader.checks.plan.trials.allow_cpu", lambda _: isolated_runs.allow_cpu(0.2))
    monkeypatch.setattr(
        "grader.checks.plan.trials.watch_course_code", lambda *folders, **_: watched.watch_course_code(*folders)
    )
    checks = "".join(CHECKS.replace("2,", "200,").replace("doubled", f"doubled{n}") for n in range(9))
    texts = {**dict.fromkeys(PLACES, ""), "function": f"    {statement}"}
    rubric = RUBRIC.format(**texts) + "".join(f"doubled{n} = doubled\n" for n in range(9))
    with pytest.raises(RubricError) as refused:
        assignment_of(checks, rubric, REFERENCE.format(**texts))
    assert told in str(refused.value)
    assert "m.py:2" in str(refused.value)
    assert len(refused.value.faults) == 1


@pytest.mark.parametrize(("place", "statement"), list(itertools.product(PLACES, ENDS)))
def test_what_would_end_the_process_is_told_with_its_line(refusal, place, statement, monkeypatch):
    """Ctrl-C is the command's to answer, so none that code raises is taken for one."""
    monkeypatch.setattr(watched, "_is_a_signal", lambda error: False)
    told = refusal(place, statement)
    named = ("SystemExit", "KeyboardInterrupt", "GeneratorExit", "Own")[ENDS.index(statement)]
    assert named in told
    assert (PLACES[place] if place in ("rubric", "reference", "strategy") else "t.yaml:") in told
    assert place in ("rubric", "reference") or "check doubled" in told


def test_ctrl_c_stays_one():
    """Python's own, where nobody else handles the signal; the command, which other tests run here, does."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt), watched.watch_course_code():
            raise KeyboardInterrupt
    finally:
        signal.signal(signal.SIGINT, before)


def test_an_outer_limit_goes_on(monkeypatch):
    """What is within has a shorter one."""
    monkeypatch.setattr(watched, "ENOUGH_S", 0.1)

    def waits():
        with pytest.raises(watched.Stopped, match=r"0\.1 s"), watched.watch_course_code():
            threading.Event().wait(5)
        threading.Event().wait(5)

    with pytest.raises(watched.Stopped, match=r"0\.4 s"), watched.watch_course_code(wall_s=0.4):
        waits()
