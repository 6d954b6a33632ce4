"""`grader validate` and `grader calibrate` as commands: exit codes, JSON, what is shown."""

from __future__ import annotations

import json

import pytest

from tests.commands import grader_command
from tests.validation.conftest import tiny

__all__ = ["tiny"]


@pytest.fixture
def grader(tiny):
    """Runs the command in the tiny course."""

    def run(*arguments):
        return grader_command(*arguments, cwd=tiny.root)

    return run


def test_a_sound_assignment_ends_with_0(grader):
    """A bar per check, and the conclusion last."""
    done = grader("validate", "tiny")
    assert done.returncode == 0, done.stderr
    assert "mean_is_right   ██████" in done.stdout
    assert done.stdout.splitlines()[-1] == "tiny is sound."


def test_missing_teeth_end_with_1_and_show_the_survivor(grader, tiny):
    """The diff, and the line to settle it by."""
    tiny.changed("reference/tiny/t.py", "x.sum() / len(x))", "x.sum() / len(x)) if len(x) else 5.0")
    done = grader("validate", "tiny", "--quick")
    assert done.returncode == 1
    assert "t.py:8: a mutant survives: equivalent?" in done.stdout
    assert "to settle: - {mutant: t.mean:" in done.stdout


def test_a_wrong_rubric_ends_with_2(grader, tiny):
    """Whether it does not load, or its model answer does not hold."""
    tiny.more("rubrics/tiny.py", "\n\ndef lost(student, expect):\n    pass\n")
    done = grader("validate", "tiny", "--mutants", "0")
    assert done.returncode == 2
    assert "lost is written as a check, and the rubric does not name it" in " ".join(done.stdout.split())
    tiny.changed("rubrics/tiny.yaml", "mean_is_right", "mean_is_left")
    assert grader("validate", "tiny").returncode == 2


def test_json_is_the_report_alone(grader):
    """Nothing else on standard output or on standard error."""
    done = grader("validate", "tiny", "--json", "--mutants", "3")
    assert json.loads(done.stdout)["mutants"]["tried"] == 3
    assert (done.returncode, done.stderr) == (0, "")


def test_calibrate_draws_and_tells(grader):
    """One check alone where asked; an unknown one is refused by name."""
    done = grader("calibrate", "tiny", "--only", "mean_is_right")
    assert done.returncode == 0, done.stderr
    assert "mean_is_right  rtol 1e-06" in done.stdout
    assert "spread_is_right" not in done.stdout
    assert len(json.loads(grader("calibrate", "tiny", "--json", "--quick").stdout)["checks"]) == 2
    refused = grader("calibrate", "tiny", "--only", "maen", "--mutants", "0")
    assert (refused.returncode, "maen" in refused.stderr) == (2, True)
