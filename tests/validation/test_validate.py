"""`grader validate` finds each kind of fault, and nothing where there is none."""

from __future__ import annotations

import contextlib
import json
import math

import numpy as np
import pytest
import torch

from grader.assignment import load_assignment
from grader.course.folders import Course
from grader.course.loading import load_reference, reference_sources
from grader.errors import RubricError
from grader.validation.constants import _Filled, constant_answers
from grader.validation.equivalents import read_equivalents
from grader.validation.mutant_runs import Trials, costs, take_sample
from grader.validation.mutants import mutants_of
from grader.validation.report import Report
from grader.validation.validating import Extent, validate
from tests.conftest import ROOT


def gaps(report):
    return list(report.gaps)


def test_a_sound_assignment_is_sound(tiny):
    """No fault, no gap; every mutant is caught, every line is run, and the report is JSON."""
    tiny.misconception("half", "The mean is halved.", "t.mean", "def mean(x):\n    return x.mean() / 2")
    report = tiny.report(seeds=3)
    assert (report.faults, gaps(report), report.exit_code) == ((), [], 0)
    assert report.seeds == (0, 1, 2)
    assert report.mutation_score == 1
    assert report.n_mutants == len(report.trials) == 13  # five of mutmut's, eight that students write
    assert [belief.named for belief in report.beliefs] == [("mean_is_right",)]
    assert {(one.function, one.missed) for one in report.coverage} == {("t.mean", ()), ("t.spread", ())}
    assert json.loads(json.dumps(report.to_json()))["checks"][0]["score"] == 1


def test_a_check_that_catches_nothing_is_idle(tiny):
    """It calls the function and does not look."""
    tiny.more(
        "rubrics/tiny.py",
        "\n\n@given(x=numbers)\ndef mean_returns(student, expect, x):\n    student.t.mean(x)\n    expect.true(True, '')\n",
    )
    tiny.changed("rubrics/tiny.yaml", "  - id: q2", "      - {check: mean_returns, points: 1}\n  - id: q2")
    report = tiny.report()
    [idle] = [check for check in report.checks if check.is_idle]
    assert (idle.id, idle.caught, report.exit_code) == ("mean_returns", 0, 1)
    assert gaps(report) == [f"check mean_returns is idle: none of {idle.faced} wrong answers lose points by it"]


CLIPPED = "    return float(x.sum() / len(x)) if len(x) > 1 else 0.0"


@pytest.fixture
def unasked(tiny):
    """The model answer treats a single number by itself, and no case has a single number."""
    return tiny.changed("reference/tiny/t.py", "    return float(x.sum() / len(x))", CLIPPED)


def test_a_surviving_mutant_is_shown_until_it_is_settled(unasked):
    """It has an id, a line and a diff; an entry with a reason settles it."""
    report = unasked.report()
    assert report.survivors
    assert report.exit_code == 1
    assert report.mutation_score < 1
    shown = next(trial.mutant for trial in report.survivors if "1.0" in trial.mutant.diff.partition("+")[2])
    assert shown.diff == f"- {CLIPPED.strip()}\n+ {CLIPPED.strip().replace('0.0', '1.0')}"
    assert shown.line == 8
    entries = "".join(f"- {{mutant: '{t.mutant.id}', reason: nobody asks}}\n" for t in report.survivors)
    settled = unasked.more("reference/tiny/equivalent_mutants.yaml", entries).report()
    assert (gaps(settled), settled.mutation_score, settled.exit_code) == ([], 1.0, 0)


def test_a_settled_mutant_is_known_after_edits_elsewhere(unasked):
    """Its id rests on the changed words and the function's name, not on lines or comments."""
    before = {trial.mutant.id for trial in unasked.report().survivors}
    unasked.changed("reference/tiny/t.py", '"""The mean of some numbers."""', "# a comment\n\n    y = 0  # more\n")
    assert before <= {trial.mutant.id for trial in unasked.report().survivors}


def test_settled_mutants_that_are_gone_or_caught_are_told(tiny):
    """The list does not rot."""
    caught = tiny.report().trials[0].mutant.id
    tiny.more("reference/tiny/equivalent_mutants.yaml", f"- {{mutant: '{caught}', reason: so}}\n")
    tiny.more("reference/tiny/equivalent_mutants.yaml", "- {mutant: 't.gone:00000000', reason: so}\n")
    assert gaps(tiny.report()) == [
        f"settled mutant {caught} is caught: delete its entry",
        "settled mutant t.gone:00000000 is not made any more: delete its entry",
    ]


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("mutant: x\n", 1, "expected a list"),
        ("- {mutant: a, reason: b}\n- {mutant: c}\n", 2, "expected a list of entries"),
        ("- {mutant: a, reason: b}\n- {mutant: a, reason: c}\n", 2, "a second time"),
        ("- {mutant: a, reason: ''}\n", 1, "expected a list of entries"),
        ("- [\n", 2, "YAML stops here"),
    ],
)
def test_a_malformed_list_of_settled_mutants_is_refused_with_its_line(tiny, text, line, said):
    """File, line, and what was expected."""
    tiny.more("reference/tiny/equivalent_mutants.yaml", text)
    with pytest.raises(RubricError) as refused:
        tiny.report()
    [fault] = refused.value.faults
    assert fault.line == line
    assert said in fault.message


def test_a_mutant_that_never_ends_is_cut_and_counts_as_caught(tiny):
    """Its process is ended; all others are tried."""
    looping = "def mean(x):\n    n, k = len(x), 0\n    while k < n:\n        k += 1\n    return float(x.sum() / k)\n"
    source = (tiny.reference / "t.py").read_text()
    (tiny.reference / "t.py").write_text(
        source[: source.index("def mean")] + looping + source[source.index("\n\ndef spread") :]
    )
    report = tiny.report()
    assert "timeout" in {trial.end for trial in report.trials}
    assert all(trial.is_caught for trial in report.trials if trial.end == "timeout")
    assert len(report.trials) == report.n_mutants


def test_misconceptions_that_lose_nothing_are_told(tiny):
    """Equal to the model answer, or within the tolerance: two different reasons; or the wrong question."""
    tiny.misconception("equal", "It is right.", "t.mean", "def mean(x):\n    return float(x.sum() / len(x))")
    tiny.misconception("near", "It is off by a little.", "t.mean", "def mean(x):\n    return float(x.mean()) + 1e-13")
    tiny.more("reference/tiny/t.py", "\n\ndef _largest(x):\n    return x.max()\n")
    report = tiny.report()
    assert gaps(report) == [
        "misconception equal loses nothing: its answers equal the model answer's in every case drawn",
        "misconception near loses nothing, though its answers differ: the tolerance is too wide or the question too small",
    ]
    assert report.exit_code == 1


def test_a_misconception_that_loses_points_elsewhere_is_told(tiny):
    """A function of q2 that rests on one of q1 loses points for its mistake."""
    tiny.changed("reference/tiny/t.py", "float(x.max() - x.min())", "float((x - mean(x)).max() - (x - mean(x)).min())")
    tiny.misconception(
        "shaky", "The mean is drawn.", "t.mean", "def mean(x):\n    return x.mean() * (2 + (x - x[0]))[0:]"
    )
    report = tiny.report(mutants=0)
    [problem] = [gap for gap in gaps(report) if "as well" in gap]
    assert problem == "misconception shaky loses points in q2 as well (spread_is_right), which does not ask for t.mean"


def test_a_misconception_that_does_not_return_is_told(tiny, monkeypatch):
    """It is interrupted; the others of its function are tried."""
    monkeypatch.setattr("grader.validation.misconception_tests.MISCONCEPTION_WALL_S", 0.5)
    monkeypatch.setattr("grader.checks.misconceptions.diagnosis.MISCONCEPTION_WALL_S", 0.5)
    tiny.misconception("endless", "It never ends.", "t.mean", "def mean(x):\n    while True: pass")
    tiny.misconception("half", "The mean is halved.", "t.mean", "def mean(x):\n    return x.mean() / 2")
    report = tiny.report(mutants=0)
    assert gaps(report) == ["misconception endless does not return"]


def test_a_model_answer_that_is_not_deterministic_is_wrong(tiny):
    """Right within the tolerance, and not alike: a rubric that settles points by luck."""
    tiny.changed(
        "reference/tiny/t.py", "x.sum() / len(x)", "x.sum() / len(x) + np.random.default_rng().normal() * 1e-12"
    )
    with pytest.raises(RubricError, match="the reference does not repeat"):
        tiny.report()


def test_a_model_answer_that_fails_under_another_seed_is_wrong(tiny):
    """The rubric's own seed draws no such case, another does."""
    tiny.changed("reference/tiny/t.py", "x.sum() / len(x)", "x.sum() / len(x) + (x[0] == 7)")
    tiny.changed("rubrics/tiny.yaml", "title: Tiny\n", "title: Tiny\nseed: -1\n")
    for seed in range(20):
        tiny.changed("rubrics/tiny.yaml", f"seed: {seed - 1}\n", f"seed: {seed}\n")
        with contextlib.suppress(RubricError):
            report = tiny.report(mutants=0, seeds=5)
            break
    assert report.exit_code == 2
    assert all(
        "with seed" in fault and "check mean_is_right: the reference does not pass" in fault for fault in report.faults
    )


def test_what_nothing_names_or_calls_is_told(tiny):
    """A check without an entry, a function without a check, and a handout with other points."""
    tiny.more("rubrics/tiny.py", "\n\n@given(x=numbers)\ndef forgotten(student, expect, x):\n    pass\n")
    tiny.changed("rubrics/tiny.yaml", "modules:", "handout: tiny.md\nmodules:")
    tiny.more(
        "rubrics/tiny.md", "# Tiny (6 points)\n\n## q1: Means (2 points)\n\n## Question 2: Spreads (2.5 points)\n"
    )
    faults = tiny.report().faults
    assert [fault.partition(": ")[2] for fault in faults] == [
        "forgotten is written as a check, and the rubric does not name it",
        "the assignment is worth 6 points here, and 5 in the rubric",
        "q2 is worth 2.5 points here, and 3 in the rubric",
    ]


def test_a_function_that_no_check_calls_is_told(tiny):
    """A helper that a called function rests on counts as called."""
    tiny.changed("reference/tiny/t.py", "x.max() -", "top(x) -")
    tiny.more("reference/tiny/t.py", "\n\ndef top(x):\n    return x.max()\n\n\ndef lonely(x):\n    return x + 1\n")
    report = tiny.report()
    assert report.uncalled == ("t.lonely",)
    assert "t.lonely is called by no check" in gaps(report)
    assert [trial.mutant.definition for trial in report.survivors] == ["lonely"] * len(report.survivors)


def test_homework_1_catches_small_slips():
    """At least 98 % of a sample of mutants, all but those that the list settles; `tests/hw1` tries the misconceptions."""
    course, folder = Course(ROOT), Course(ROOT).reference("hw1")
    assignment, sources = load_assignment(course, "hw1"), reference_sources(folder)
    sample = take_sample(mutants_of(sources), 48)
    trials = Trials(assignment, sources, folder, costs(assignment, load_reference(folder))).run(sample, workers=2)
    missed = {trial.mutant.id for trial in trials if not trial.is_caught}
    assert missed <= read_equivalents(folder).keys()
    assert len(missed) <= 0.02 * len(sample)


def test_homework_2_is_sound():
    """Every misconception is caught and named, a sample of mutants is caught, no check is idle, every line is run."""
    report = validate(Course(ROOT), "hw2", Extent(mutants=30, seeds=1, workers=2))
    assert report.faults == ()
    assert gaps(report) == []
    assert not any(one.missed or one.untaken for one in report.coverage)


BOUNDED = """

@given(x=numbers)
def mean_is_bounded(student, expect, x):
    expect.true(expect.scalar(student.t.mean(x)) >= -9, "not below the least number")
"""


def test_a_check_that_a_constant_passes_is_named(tiny):
    """With the constants; it is a gap only where the constant costs nothing by any other check."""
    tiny.more("rubrics/tiny.py", BOUNDED)
    tiny.changed("rubrics/tiny.yaml", "  - id: q2", "      - {check: mean_is_bounded, points: 1}\n  - id: q2")
    course = Course(tiny.root)
    found = constants_of(course)
    passes = {"t.mean": (0.0, 1.0, -1.0, 1e-300, 1e300, math.inf)}
    assert Report("tiny", (), (), constants=found).passed_by_constants == {"mean_is_bounded": passes}
    assert {one.function for one in found} == {"t.mean", "t.spread"}
    assert all(one.loses for one in found)
    tiny.changed("rubrics/tiny.yaml", "      - {check: mean_is_right, points: 2, examples: 12}\n", "")
    tiny.changed("rubrics/tiny.py", "@given(x=numbers)\ndef mean_is_right(student", "def _unused(student")
    report = Report("tiny", (), (), constants=constants_of(course))
    assert "t.mean may return 1e+300 whatever it is asked, and loses nothing" in gaps(report)
    assert not [gap for gap in gaps(report) if "t.mean may return nan" in gap or "t.spread" in gap]
    assert json.loads(json.dumps(report.to_json()))["constants"]["mean_is_bounded"]["t.mean"][-1] == "inf"


def constants_of(course):
    """What constants earn in the course."""
    assignment, folder = load_assignment(course, "tiny"), course.reference("tiny")
    cost = costs(assignment, load_reference(folder))
    return tuple(constant_answers(assignment, reference_sources(folder), folder, cost, 2))


def test_what_a_function_returns_is_filled_in_its_shape():
    """Arrays, tensors, numbers and what holds them; what holds no number stays."""
    filled = _Filled(1e300)
    assert filled.fill((np.zeros((2, 3)), [1.5, "a"], {"k": 2}, None, 3, True))[1:] == (
        [1e300, "a"],
        {"k": 1e300},
        None,
        1e300,
        True,
    )
    assert filled.fill(np.zeros((2, 3))).tolist() == [[1e300] * 3] * 2
    assert filled.fill(np.zeros(2, int)).dtype == float
    assert _Filled(1.0).fill(torch.zeros(2, dtype=torch.float64)).tolist() == [1.0, 1.0]
    assert math.isnan(_Filled(math.nan).fill(np.float32(2)))
