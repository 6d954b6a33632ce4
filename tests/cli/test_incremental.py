"""Grading again costs what changed: one tolerance, one student, or the rest of a run that was killed."""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
from pathlib import Path

import pytest

from tests.cli.test_grade import CLASS, HONEST, course, grader, hand_in, lines, slow, stored
from tests.commands import Command

__all__ = ["course"]


def results(course):
    return (course / "results/mini/results.jsonl").read_text()


def edit(course, before, after):
    rubric = course / "rubrics/mini.yaml"
    text = rubric.read_text()
    assert before in text
    rubric.write_text(text.replace(before, after, 1))


@pytest.fixture(scope="module")
def graded_once(light_course, tmp_path_factory):
    """The small class, graded; one student answers in float32."""
    root = tmp_path_factory.mktemp("graded") / "course"
    shutil.copytree(light_course, root)
    float32 = HONEST + "\nright = conv\ndef conv(i, k):\n    return right(i, k) * (1 + 1e-5)\n"
    hand_in(root, {**CLASS, "gil": float32})
    assert grader(root, "grade", "mini").returncode == 0
    return root


@pytest.fixture
def graded(graded_once, tmp_path):
    """A copy of that class."""
    return Path(shutil.copytree(graded_once, tmp_path / "course"))


def test_a_changed_tolerance_gives_what_grading_afresh_gives(graded):
    """Taking verdicts over is not seen in the results."""
    edit(graded, "- {rtol: 1.0e-6", "- {rtol: 1.0e-4")
    assert grader(graded, "grade", "mini").returncode == 0
    again = lines(results(graded))
    assert grader(graded, "grade", "mini", "--fresh").returncode == 0
    assert lines(results(graded)) == again


def test_a_diff_says_what_would_change_and_changes_nothing(graded):
    """Per student the score and the checks before and after; results stay byte for byte."""
    before = results(graded)
    edit(graded, "- {rtol: 1.0e-6", "- {rtol: 1.0e-4")
    done = grader(graded, "grade", "mini", "--diff")
    assert done.returncode == 0, done.stderr
    assert "1 of 7 would change; results stay as they are" in done.stdout
    assert "partial → passed" in done.stdout
    [change] = map(json.loads, grader(graded, "grade", "mini", "--diff", "--json").stdout.splitlines())
    assert change["submission"] == "gil"
    assert change["score"][0] < change["score"][1]
    assert results(graded) == before
    assert grader(graded, "grade", "mini").returncode == 0
    applied = {line["submission"]: line["score"] for line in lines(results(graded))}
    assert applied["gil"] == change["score"][1]


def test_a_part_of_the_questions_is_not_stored(graded):
    """`--only` is for looking: the results of the whole stay."""
    before = results(graded)
    done = grader(graded, "grade", "mini", "--only", "q1")
    assert "nothing is stored" in done.stdout
    assert results(graded) == before
    assert "0 of 7 would change" in grader(graded, "grade", "mini", "--only", "q1", "--diff").stdout
    assert "7 of them unchanged" in grader(graded, "grade", "mini").stdout


def test_a_killed_run_goes_on_where_it_was(course):
    """After kill -9 of all its processes nothing is lost and nothing graded twice."""
    hand_in(course, slow(6))
    command = Command("grade", "mini", "--workers", 2, cwd=course)
    database = course / "results/mini/results.sqlite"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and stored(database) < 3:
        time.sleep(0.05)
    os.killpg(command.pid, signal.SIGKILL)
    command.wait()
    kept = stored(database)
    assert 3 <= kept < 12
    done = grader(course, "grade", "mini")
    assert f"{kept} of them unchanged" in done.stdout
    assert len(lines(results(course))) == 12


def test_who_handed_in_under_another_name_counts_once(graded):
    """A renamed folder leaves nobody behind, in no file of the class, and what is graded alone brings nobody back."""
    (graded / "submissions/mini/ana").rename(graded / "submissions/mini/anna")
    done = grader(graded, "grade", "mini")
    assert "Left out: ana, of whom nothing is in submissions/mini any more" in done.stderr
    present = sorted({*CLASS, "anna", "gil"} - {"ana"})
    assert grader(graded, "grade", "mini", "submissions/mini/anna").returncode == 0
    assert [line["submission"] for line in lines(results(graded))] == present
    assert grader(graded, "export", "mini", "--format", "jsonl").returncode == 0
    exported = (graded / "results/mini/export/grades.jsonl").read_text()
    assert [json.loads(line)["student"] for line in exported.splitlines()] == present
    (graded / "submissions/mini/anna").rename(graded / "submissions/mini/ana")
    again = grader(graded, "grade", "mini", "submissions/mini/ana")
    assert "unchanged" in again.stdout, "what was known of her is known"
    assert sorted(line["submission"] for line in lines(results(graded))) == sorted({*present, "ana"})


def test_a_check_that_was_away_while_it_was_rescored_comes_back(graded):
    """The rubric without it, rescored, and with it again: what grading says then is what it said before."""
    before, rubric = results(graded), (graded / "rubrics/mini.yaml").read_text()
    edit(
        graded,
        "      - check: conv_keeps_inputs\n        points: 1\n        examples: 20\n        visibility: hidden\n",
        "",
    )
    assert grader(graded, "rescore", "mini").returncode == 0
    (graded / "rubrics/mini.yaml").write_text(rubric)
    assert grader(graded, "rescore", "mini").returncode == 0
    assert grader(graded, "grade", "mini").returncode == 0
    assert lines(results(graded)) == lines(before)
