"""pytest runs a rubric on a submission: the verdicts of `grader grade`, the options that people know."""

from __future__ import annotations

import shutil
from collections import defaultdict
from fractions import Fraction
from typing import get_args

import pytest
from junitparser.xunit2 import JUnitXml

from grader.grading import submission_session as sitting
from grader.grading.one_submission import grade
from grader.intake.reading import read_folder
from grader.model.verdict import Counterexample, Status, Verdict
from tests.conftest import LIGHT

pytest_plugins = ["pytester"]

# Right to a hundred-thousandth, and a function that is not there; it prints what would colour a terminal.
SOURCE = (
    (LIGHT.reference("mini") / "m.py")
    .read_text()
    .replace("    return out\n", "    print('\\x1b[31mhello')\n    return out * (1 + 1e-5)\n")
    .replace("def total(x)", "def totl(x)")
)
OUTCOMES = {"passed": "passed", "blocked": "skipped", "needs_review": "skipped", "ungraded": "error"}


@pytest.fixture
def course(light_course, pytester):
    """A course in the folder that pytest runs in, with one submission."""
    shutil.copytree(light_course, pytester.path, dirs_exist_ok=True)
    (pytester.path / "ana").mkdir()
    (pytester.path / "ana" / "m.py").write_text(SOURCE)
    return pytester


def outcomes(junit_file):
    """Name → outcome and properties, of a report of pytest's own."""
    found = {}
    for suite in JUnitXml.fromfile(str(junit_file)):
        for case in suite:
            kinds = [type(told).__name__.lower().replace("failure", "failed") for told in case.result]
            found[case.name] = (kinds[0] if kinds else "passed", {item.name: item.value for item in case.properties()})
    return found


def test_the_verdicts_are_those_of_grade(course, light, sandbox):
    """One item a check with its points."""
    course.runpytest_subprocess("rubrics", "--submission", "ana", "--junitxml", "report.xml")
    verdicts = {verdict.id: verdict for verdict in grade(light, read_folder(course.path / "ana"), sandbox).verdicts}
    assert {"passed", "partial", "missing", "blocked"} <= {verdict.status for verdict in verdicts.values()}
    reported = outcomes(course.path / "report.xml")
    assert {name: outcome for name, (outcome, _) in reported.items()} == {
        name: OUTCOMES.get(verdict.status, "failed") for name, verdict in verdicts.items()
    }
    assert {name: properties for name, (_, properties) in reported.items()} == {
        name: {
            "points": f"{float(verdict.score):g}",
            "max_points": f"{float(verdict.max_score):g}",
            "visibility": verdict.visibility,
            "status": verdict.status,
        }
        for name, verdict in verdicts.items()
    }


def test_a_failure_is_the_feedback(course):
    """What the student would read, what the code printed, and no traceback; -k and --lf are pytest's own."""
    arguments = ["rubrics/mini.yaml", "--submission", "ana", "-v"]
    done = course.runpytest_subprocess(*arguments, "-k", "q1")
    done.stdout.fnmatch_lines(
        [
            "rubrics/mini.yaml::q1::conv_matches_numpy FAILED*",
            "rubrics/mini.yaml::q1::conv_is_linear SKIPPED*",
            "rubrics/mini.yaml::q1::conv_keeps_inputs PASSED*",
            "partial: 2 of 4 points",
            "Right to float32 only.",
            "*Captured submission*",
            "\\x1b[[]31mhello",
        ]
    )
    assert "Traceback" not in done.stdout.str()
    again = course.runpytest_inprocess("rubrics", "--submission", "ana", "--lf", "--collect-only", "-q")
    assert again.stdout.lines[0] == "rubrics/mini.yaml::q1::conv_matches_numpy"
    again.stdout.fnmatch_lines(["1/6 tests collected (5 deselected)*"])


class FakeSitting:
    """A judge that gives each check of the course another verdict."""

    def __init__(self, statuses):
        self.statuses = statuses
        self.closed = False

    def verdict(self, check):
        shown = Counterexample("m.f(1)", "2", "3\x1b[31m")
        status = self.statuses[check]
        return Verdict(
            check, "code", (), status, Fraction(1, 2), Fraction(1), feedback=f"It is {status}.", counterexample=shown
        )

    def new_output(self):
        return ""

    def close(self):
        self.closed = True


@pytest.mark.parametrize("status", get_args(Status))
def test_each_status_has_its_outcome(course, monkeypatch, status):
    """A part earned has failed, what waits is skipped with its reason, what is our fault is an error and no failure."""
    fake = FakeSitting({"worked_example": status})
    monkeypatch.setattr(sitting, "open_session", lambda *_: fake)
    done = course.runpytest_inprocess("rubrics/mini.yaml", "--submission", "ana", "-k", "worked_example", "-rs")
    outcome = OUTCOMES.get(status, "failed")
    done.assert_outcomes(**{outcome + "s" * (outcome == "error"): 1}, deselected=5)
    if outcome == "skipped":
        done.stdout.fnmatch_lines([f"SKIPPED*rubrics/mini.yaml:*: {status}: It is {status}."])
    elif outcome != "passed":
        done.stdout.fnmatch_lines([f"{status}: 0.5 of 1 points", f"It is {status}.", "expected  3\\x1b[[]31m"])
    assert fake.closed


def test_it_stops_where_pytest_is_told_to(course, monkeypatch):
    """-x ends the run with the first check that fails, and the submission's processes with it."""
    fake = FakeSitting(defaultdict(lambda: "failed", conv_matches_numpy="passed"))
    monkeypatch.setattr(sitting, "open_session", lambda *_: fake)
    done = course.runpytest_inprocess("rubrics", "--submission", "ana", "-x")
    done.assert_outcomes(passed=1, failed=1)
    assert fake.closed


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "*rubrics/mini.yaml is a rubric*give --submission DIR*"),
        (["--submission", "nobody"], "*--submission nobody: there is no such folder*"),
        (["--submission", "ana", "--submission", "ana"], "*takes one folder*grader grade*"),
        (["--submission", "ana", "--submission-sandbox", "none"], "*invalid choice: 'none'*"),
    ],
)
def test_a_wrong_call_says_what_would_be_right(course, arguments, said):
    """pytest's own code for usage, before anything is collected."""
    done = course.runpytest_inprocess("rubrics/mini.yaml", *arguments)
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    done.stderr.fnmatch_lines([said])


def test_a_wrong_rubric_is_told_by_line(course):
    """All its faults, and no traceback."""
    path = course.path / "rubrics" / "mini.yaml"
    path.write_text(path.read_text().replace("points: 4", "points: -4"))
    done = course.runpytest_inprocess("rubrics/mini.yaml", "--submission", "ana")
    done.assert_outcomes(errors=1)
    done.stdout.fnmatch_lines(["*mini.yaml:*points*"])
    assert "Traceback" not in done.stdout.str()


def test_a_judge_that_cannot_be_had_is_an_error_of_each_check(course):
    """The instructor's mistake is said, once asked for, and no check has failed."""
    path = course.path / "rubrics" / "mini.py"
    path.write_text(path.read_text() + "\nraise RuntimeError('broken')\n")
    done = course.runpytest_inprocess("rubrics/mini.yaml", "--submission", "ana", "-k", "worked_example")
    done.assert_outcomes(errors=1, deselected=5)
    done.stdout.fnmatch_lines(["*mini.py:*: RuntimeError: broken"])
    assert "Traceback" not in done.stdout.str()


def test_other_runs_are_left_alone(pytester):
    """Without --submission nothing is collected, nothing is loaded, whatever YAML lies about."""
    (pytester.path / "rubrics").mkdir()
    (pytester.path / "rubrics" / "stray.yaml").write_text("not: a rubric")
    pytester.makepyfile(
        """
        import sys

        def test_nothing_heavy_is_loaded():
            loaded = {"numpy", "torch", "pydantic", "click", "grader.errors", "grader.rubric"} & set(sys.modules)
            assert "grader.extra.pytest_plugin" in sys.modules and not loaded
        """
    )
    done = pytester.runpytest_subprocess()
    done.assert_outcomes(passed=1)


def test_a_stray_file_is_no_rubric(course):
    """With --submission, YAML outside rubrics/ is still nobody's business."""
    (course.path / "docker-compose.yaml").write_text("services: {}")
    done = course.runpytest_inprocess("--submission", "ana", "--collect-only", "-q")
    assert "compose" not in done.stdout.str()
    assert "rubrics/mini.yaml::q1::conv_matches_numpy" in done.stdout.lines
