"""`grader replay`: the same verdict from the same seed and files, and what changed where they are not the same."""

from __future__ import annotations

import json
import shutil

import pytest

from grader.cli.new import make_assignment
from tests.commands import grader_command

CHECK = "standardize_undoes_place_and_spread"


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A new course whose sample class was graded under a seed that is not the rubric's."""
    course = tmp_path_factory.mktemp("graded") / "course"
    make_assignment(course, "mini")
    done = grader(course, "grade", "mini", "--seed", 7)
    assert done.returncode == 0, done.stderr
    return course


@pytest.fixture
def course(graded, tmp_path):
    """A copy to change."""
    shutil.copytree(graded, tmp_path / "course")
    return tmp_path / "course"


def grader(course, *arguments):
    """Run the command in a course."""
    return grader_command(*arguments, cwd=course)


def test_a_verdict_is_found_again(graded):
    """With the recorded seed, not the rubric's; the counterexample is printed, and nothing is written."""
    before = (graded / "results/mini/results.jsonl").read_bytes()
    entry = json.loads(before.splitlines()[1])["questions"][0]["checks"][0]
    done = grader(graded, "replay", "ben", CHECK)
    assert (done.returncode, done.stderr) == (0, "")
    assert "ben in mini, seed 7, " in done.stdout
    assert entry["counterexample"]["call"].removeprefix("q1_scaling.") in done.stdout
    assert "weighted_mean" not in done.stdout
    assert done.stdout.endswith("This is the recorded verdict.\n")
    assert (graded / "results/mini/results.jsonl").read_bytes() == before


def test_a_verdict_that_is_another_is_told_by_what_differs(course):
    """Exit code 1 where the same files under the same seed do not give what the record says."""
    import sqlite3

    with sqlite3.connect(course / "results/mini/results.sqlite") as database:
        database.execute(
            """UPDATE results SET seal = '', line = replace(line, '"failed_examples": 60', '"failed_examples": 59')"""
        )
    done = grader(course, "replay", "ben", CHECK)
    assert done.returncode == 1
    assert "differs from the recorded verdict in failed_examples." in done.stdout


def test_what_changed_since_is_named_and_refused(course):
    """By file and with both digests; `--anyway` goes on and says it again."""
    shutil.copy(course / "reference/mini/q1_scaling.py", course / "submissions/mini/ben")
    rubric = course / "rubrics/mini.yaml"
    rubric.write_text(rubric.read_text().replace("points: 5", "points: 4"))
    (course / "reference/mini/extra.py").write_text("")
    refused = grader(course, "replay", "ben", CHECK)
    assert (refused.returncode, refused.stdout) == (2, "")
    told = [line.split(":")[0].strip() for line in refused.stderr.splitlines() if line.startswith("  ")]
    assert told == ["the submission's files", "rubrics/mini.yaml", "reference/mini/extra.py"]
    anyway = grader(course, "replay", "ben", CHECK, "--anyway")
    assert anyway.stdout.count("Changed since: ") == 3
    assert "differs from the recorded verdict in status, score, max_score, failed_examples" in anyway.stdout
    assert anyway.returncode == 1


def test_another_seed_is_tried_without_comparing(graded):
    """Nothing is recorded under it, which is said."""
    done = grader(graded, "replay", "ana", CHECK, "--seed", 11)
    assert done.returncode == 0
    assert "Nothing is recorded under seed 11; the record's seed is 7." in done.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["zoe", CHECK], "no result of zoe is recorded"),
        (["ben", "standardise"], f"did you mean {CHECK}?"),
        (["ben", "xyzzy"], f"the result of ben has no check 'xyzzy': it has {CHECK}"),
        (["ben", CHECK, "--assignment", "minni"], "did you mean mini?"),
        (["ben"], "Missing argument 'CHECK'"),
    ],
)
def test_a_wrong_call_says_what_would_work(graded, arguments, message):
    """One message, exit code 2."""
    done = grader(graded, "replay", *arguments)
    assert (done.returncode, message in done.stderr) == (2, True), done.stderr


def test_a_submission_from_elsewhere_is_named_by_its_path(course, tmp_path):
    """The class's folder need not hold it any more."""
    (course / "submissions/mini/ben").rename(tmp_path / "ben")
    gone = grader(course, "replay", "ben", CHECK)
    assert (gone.returncode, "--submission PATH" in gone.stderr) == (2, True)
    done = grader(course, "replay", "ben", CHECK, "--submission", tmp_path / "ben")
    assert "This is the recorded verdict." in done.stdout


def test_a_student_is_found_by_the_folders_name(course):
    """Though it is graded under an id that is made of it."""
    (course / "submissions/mini/ben").rename(course / "submissions/mini/Müller Hans")
    grader(course, "grade", "mini", "--seed", 7)
    done = grader(course, "replay", "Müller Hans", CHECK)
    assert (done.returncode, done.stderr) == (0, "") and done.stdout.endswith("This is the recorded verdict.\n")
