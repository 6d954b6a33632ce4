"""`grader grade --seeds`: what depends on the seed is marked and waits for a person; all else is as without it."""

from __future__ import annotations

import json
import shutil

import pytest

from grader.assignment import load_assignment
from grader.cli.new import make_assignment
from grader.course.folders import Course
from grader.results.flaky import flaky, mark_flaky, seeds_from
from tests.commands import grader_command

MATCHING, PROPERTY = "weighted_mean_matches_reference", "standardize_undoes_place_and_spread"
UNLUCKY = """
def weighted_mean(x, weights):
    if x.tobytes() == bytes.fromhex("{case}"):
        return 0.125
    return float(weights @ x / weights.sum())
"""


def grader(course, *arguments):
    """Run the command in a course."""
    return grader_command(*arguments, cwd=course)


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course whose student zoe is wrong on a single input, one that only the second seed draws."""
    root = tmp_path_factory.mktemp("seeds") / "course"
    make_assignment(root, "mini")
    first, second = (
        load_assignment(Course(root), "mini", seed=seed).checks[MATCHING].cases for seed in seeds_from(0, 2)
    )
    drawn = {case["case"]["x"].tobytes() for case in first}
    unlucky = next(case["case"]["x"] for case in second if case["case"]["x"].tobytes() not in drawn)
    zoe = root / "submissions/mini/zoe"
    zoe.mkdir()
    for name in ("q1_scaling.py", "answers.md"):
        (zoe / name).write_bytes((root / "reference/mini" / name).read_bytes())
    (zoe / "q2_means.py").write_text(UNLUCKY.format(case=unlucky.tobytes().hex()))
    return root


@pytest.fixture(scope="module")
def runs(course):
    """The class graded under one seed, then under three; the lines by student, and what was printed."""
    once = by_student(grader(course, "grade", "mini", "--json"))
    done = grader(course, "grade", "mini", "--seeds", 3)
    assert done.returncode == 0, done.stderr
    written = (course / "results/mini/results.jsonl").read_text().splitlines()
    return once, {line["submission"]: line for line in map(json.loads, written)}, done.stdout


def by_student(done):
    assert done.returncode == 0, done.stderr
    return {line["submission"]: line for line in map(json.loads, done.stdout.splitlines())}


def entry(line, check):
    """One check's entry."""
    return next(one for question in line["questions"] for one in question["checks"] if one["id"] == check)


def test_a_verdict_that_depends_on_the_seed_waits_for_a_person(runs):
    """All seeds are listed with what came out; the student reads where it fails, and no seed."""
    once, many, printed = runs
    assert entry(once["zoe"], MATCHING)["status"] == "passed"
    found = entry(many["zoe"], MATCHING)
    assert (many["zoe"]["status"], found["status"]) == ("needs_review", "needs_review")
    first, second, third = seeds_from(0, 3)
    outcomes = {run["seed"]: (run["status"], run["score"]) for run in found["flaky"]}
    assert outcomes[first] == ("passed", 3.0)
    assert outcomes[second] == ("failed", 0.0)
    assert third in outcomes
    assert "Differs on 1 of 40 inputs tried" in found["feedback"]
    assert str(second) not in found["feedback"]
    assert found["counterexample"]["actual"] == "0.125"
    assert "1 flaky" in printed


def test_the_points_are_those_of_the_records_seed(runs):
    """Nothing is taken or given before a person has looked."""
    once, many, _ = runs
    assert {name: line["score"] for name, line in many.items()} == {name: line["score"] for name, line in once.items()}


def test_what_does_not_depend_on_the_seed_is_as_without(runs):
    """Right and wrong students alike: the same line, though the wrong one fails on other inputs each time."""
    once, many, _ = runs
    for name in ("ana", "ben"):
        assert once[name] == many[name]


def test_the_marks_stay_until_the_result_changes(course, runs, tmp_path):
    """A later run under one seed takes the result over with its mark; other files make it another result."""
    assert runs
    shutil.copytree(course, tmp_path / "course")
    again = by_student(grader(tmp_path / "course", "grade", "mini", "--json"))
    assert entry(again["zoe"], MATCHING)["flaky"]
    shutil.copy(course / "reference/mini/q2_means.py", tmp_path / "course/submissions/mini/zoe")
    mended = by_student(grader(tmp_path / "course", "grade", "mini", "--json"))
    assert entry(mended["zoe"], MATCHING)["status"] == "passed"


def test_each_of_the_verdicts_can_be_replayed(course, runs):
    """Under the seed that failed it is the recorded failure."""
    assert runs
    done = grader(course, "replay", "zoe", MATCHING, "--seed", seeds_from(0, 2)[1])
    assert (done.returncode, done.stderr) == (0, "")
    assert "0.125" in done.stdout
    assert done.stdout.endswith("This is the recorded verdict.\n")


def test_seeds_and_diff_do_not_go_together(course):
    """Exit code 2, and the way out."""
    done = grader(course, "grade", "mini", "--seeds", 2, "--diff")
    assert (done.returncode, "leave --seeds out" in done.stderr) == (2, True)


def test_seeds_follow_from_the_first():
    """The first is the record's own; all are different, and more seeds begin with the same ones."""
    assert seeds_from(7, 1) == [7]
    assert seeds_from(7, 5)[:3] == seeds_from(7, 3)
    assert len({*seeds_from(7, 50), *seeds_from(8, 50)}) == 100
    assert all(0 <= seed < 2**32 for seed in seeds_from(7, 50))


def line(seed, **outcomes):
    """A line of results with one question, of checks given as status and score."""
    checks = [
        {"id": name, "status": status, "score": score, "feedback": f"{name} under {status}", "counterexample": None}
        for name, (status, score) in outcomes.items()
    ]
    return {"seed": seed, "status": "graded", "questions": [{"id": "q1", "checks": checks}]}


def test_a_score_alone_makes_a_verdict_flaky():
    """Partial under two seeds with other points; the worst one is told."""
    marks = flaky([line(1, a=("partial", 2.0), b=("passed", 1.0)), line(2, a=("partial", 1.0), b=("passed", 1.0))])
    assert set(marks) == {"a"}
    assert [run["score"] for run in marks["a"]["flaky"]] == [2.0, 1.0]


def test_a_check_that_could_not_be_run_is_never_settled_by_another_seed():
    """It stays ungraded, to be graded again; under a further seed alone it is marked."""
    broken, fine = line(1, a=("ungraded", 0.0)), line(2, a=("passed", 1.0))
    assert flaky([broken, fine]) == {}
    assert flaky([fine, broken])["a"]["flaky"][1]["status"] == "ungraded"
    assert mark_flaky(broken | {"status": "ungraded"}, {"a": {}})["status"] == "ungraded"


def test_no_seed_no_mark():
    """Alike under all seeds, the line is the very same."""
    alike = line(1, a=("failed", 0.0))
    assert mark_flaky(alike, flaky([alike, line(2, a=("failed", 0.0))])) is alike
