"""`grader grade` as people and scripts call it: what is printed, what is written, which exit code."""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile

import pytest

from tests.commands import Command, grader_command
from tests.conftest import LIGHT

HONEST = (LIGHT.reference("mini") / "m.py").read_text()
CLASS = {
    "ana": HONEST,
    "ben": HONEST.replace("* kernel)", "* kernel[::-1, ::-1])"),
    "chen": HONEST.replace("return float(x.sum())", "while True: pass"),
    "dora": HONEST.replace("return float(x.sum())", "import os; os._exit(1)"),
    "emil": "def conv(:",
    "fay": None,
}


@pytest.fixture
def course(light_course, tmp_path):
    """A course folder with a small class."""
    shutil.copytree(light_course, tmp_path / "course")
    hand_in(tmp_path / "course", CLASS)
    return tmp_path / "course"


def hand_in(course, sources):
    """Write a class's submissions, each of one module."""
    for name, source in sources.items():
        folder = course / "submissions" / "mini" / name
        folder.mkdir(parents=True)
        if source is not None:
            (folder / "m.py").write_text(source)


def grader(course, *arguments, **options):
    """Run the command in a course; by one judge, which starts sooner, where nothing else is said."""
    one = [] if "--workers" in arguments or arguments[:1] != ("grade",) else ["--workers", "1"]
    return grader_command(*arguments, *one, cwd=course, **options)


def lines(text):
    """Results without the only fields that differ between runs."""

    def timeless(value):
        if isinstance(value, dict):
            return {key: timeless(item) for key, item in value.items() if key != "seconds"}
        return [timeless(item) for item in value] if isinstance(value, list) else value

    return [timeless(json.loads(line)) for line in text.splitlines()]


def test_a_class_is_graded(course):
    """A table for people, a line per submission for programs, a CSV for the gradebook."""
    done = grader(course, "grade", "mini")
    assert done.returncode == 0, done.stderr
    assert all(name in done.stdout for name in CLASS)
    results = lines((course / "results/mini/results.jsonl").read_text())
    assert [result["submission"] for result in results] == sorted(CLASS)
    assert {result["submission"]: result["score"] for result in results} == {
        "ana": 10.3333, "ben": 4.3333, "chen": 9.0, "dora": 9.0, "emil": 0.0, "fay": 0.0,
    }  # fmt: skip
    rows = list(csv.DictReader((course / "results/mini/grades.csv").open()))
    assert [row["submission"] for row in rows] == sorted(CLASS)
    assert rows[0] == {
        "submission": "ana", "status": "graded", "score": "10.3333", "max_score": "10.3333", "q1": "7.0", "q2": "3.3333",
    }  # fmt: skip


def test_json_prints_results_and_nothing_else_the_same_for_any_number_of_workers(course):
    """Twice, with one worker and with two, hang and crash in the middle: the same lines but for the seconds."""
    one = grader(course, "grade", "mini", "--json", "--workers", 1)
    two = grader(course, "grade", "mini", "--json", "--workers", 2, "--fresh")
    assert (one.stderr, two.stderr) == ("", "")
    assert lines(one.stdout) == lines(two.stdout) == lines((course / "results/mini/results.jsonl").read_text())


def test_what_did_not_change_is_not_graded_again(course):
    """The second run reuses; a changed student, and only they, is graded again; --fresh grades all."""
    assert grader(course, "grade", "mini").returncode == 0
    assert "6 of them unchanged" in grader(course, "grade", "mini").stdout
    (course / "submissions/mini/ben/m.py").write_text(HONEST)
    again = grader(course, "grade", "mini")
    assert "5 of them unchanged" in again.stdout
    assert "unchanged" not in grader(course, "grade", "mini", "--fresh", "submissions/mini/ana").stdout


def test_one_folder_can_be_graded_alone(course):
    """A path instead of the class, from a sub-folder too."""
    done = grader(course / "rubrics", "grade", "mini", "../submissions/mini/ben", "--json", "--only", "q1")
    [line] = lines(done.stdout)
    assert (line["submission"], line["max_score"]) == ("ben", 7.0)
    assert [question["id"] for question in line["questions"]] == ["q1"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["grade", "min"], "did you mean mini?"),
        (["grade", "mini", "--only", "q9"], "has the questions q1, q2"),
        (["grade", "mini", "rubrics/mini.yaml"], "is no submission"),
        (["grade", "mini", "nowhere"], "does not exist"),
        (["grade", "mini", "--workers", "0"], "0 is not in the range"),
        (["grade"], "Missing argument"),
        (["grad"], "No such command"),
    ],
)
def test_a_wrong_call_says_what_would_be_right(course, arguments, message):
    """One message, exit code 2, nothing written."""
    done = grader(course, *arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert not (course / "results").exists()


def test_a_folder_outside_any_course_is_told_so(tmp_path):
    """The nearest folder upwards with rubrics/ is the course."""
    done = grader(tmp_path, "grade", "mini")
    assert (done.returncode, "is in no course" in done.stderr) == (2, True)


def test_six_faults_of_an_instructor_are_six_messages_with_lines(course):
    """An instructor's mistake never looks like a student's: nothing is graded."""
    path = course / "rubrics/mini.yaml"
    text = path.read_text()
    for old, new in [
        ("seed: 0", "sed: 0"), ("points: 4", "points: -4"), ("credit: 0.5", "credit: 1.5"), ("examples: 20", "exampels: 20"),
        ("check: worked_example", "check: worked_exampel"), ("visibility: hidden", "visibility: secret"),
        ("requires: [conv_matches_numpy]", "requires: [conv_matches_torhc]"),
    ]:  # fmt: skip
        text = text.replace(old, new, 1)
    path.write_text(text)
    done = grader(course, "grade", "mini")
    faults = [line for line in done.stderr.splitlines() if "rubrics/mini.yaml:" in line]
    assert (done.returncode, len(faults)) == (2, 6)
    assert not (course / "results").exists()


def test_a_reference_that_fails_is_the_instructors_fault(course):
    """The model answer must earn every point before anybody is graded."""
    path = course / "reference/mini/m.py"
    path.write_text(HONEST.replace("* kernel)", "* kernel[::-1, ::-1])"))
    done = grader(course, "grade", "mini")
    assert done.returncode == 2
    assert "rubrics/mini.yaml:10: check conv_matches_numpy: the reference does not pass on case" in done.stderr


def test_ctrl_c_keeps_what_is_done(course):
    """Interrupted, the results so far are written; the same command goes on from there."""
    hand_in(course, slow(6))
    command = Command("grade", "mini", "--workers", 1, cwd=course)
    database = course / "results/mini/results.sqlite"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and stored(database) < 3:
        time.sleep(0.1)
    os.killpg(command.pid, signal.SIGINT)
    done = command.wait(30)
    assert done.returncode == 130
    kept = lines((course / "results/mini/results.jsonl").read_text())
    assert 3 <= len(kept) < 12
    assert "Interrupted" in done.stdout
    rest = grader(course, "grade", "mini")
    assert f"{len(kept)} of them unchanged" in rest.stdout or rest.returncode == 0


def slow(number):
    """The sources of so many students whose function takes its time."""
    waits = "import time; time.sleep(0.004); return {}"
    return {f"s{n:02}": HONEST.replace("return float(x.sum())", waits.format(n)) for n in range(number)}


def stored(database):
    """How many results are in a store."""
    import sqlite3

    if not database.exists():
        return 0
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        try:
            return connection.execute("SELECT count(*) FROM results").fetchone()[0]
        except sqlite3.OperationalError:
            return 0


def test_odd_folder_names_are_mapped_and_said(course):
    """A name that is no id is never used as one."""
    folder = course / "submissions/mini" / "Größe; rm -rf"
    folder.mkdir()
    (folder / "m.py").write_text(HONEST)
    [line] = [
        line for line in lines(grader(course, "grade", "mini", "--json").stdout) if line["submission"].startswith("Gr")
    ]
    assert line["score"] == 10.3333
    assert "is no submission id" in line["notes"][0]


def test_help_is_quick():
    """Asking for help loads neither numpy nor torch."""
    code = "import sys; sys.argv = ['grader', '--help']\nfrom grader.cli import main\ntry: main()\nexcept SystemExit: pass\nprint({'numpy', 'torch', 'hypothesis'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("set()\n")
    assert "Grade every submission" in done.stdout


def test_archives_and_notebooks_are_submissions(course, tmp_path):
    """A zip in the class, a notebook by its path: graded under their own names, beside the folders."""
    folder = course / "submissions/mini"
    with zipfile.ZipFile(folder / "gil.zip", "w") as archive:
        archive.writestr("hw1/m.py", HONEST)
    cells = [{"cell_type": "code", "source": HONEST.splitlines(keepends=True)}]
    (tmp_path / "ida.ipynb").write_text(
        json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    )
    scores = {line["submission"]: line["score"] for line in lines(grader(course, "grade", "mini", "--json").stdout)}
    assert scores["gil"] == scores["ana"]
    [line] = lines(grader(course, "grade", "mini", tmp_path / "ida.ipynb", "--json").stdout)
    assert (line["submission"], line["score"]) == ("ida", scores["ana"])


def test_two_hand_ins_of_one_name_are_told_apart_by_a_person(course):
    """A folder and an archive of the same student: neither is chosen for them."""
    (course / "submissions/mini/ana.zip").write_bytes(b"")
    done = grader(course, "grade", "mini", "--json")
    assert done.returncode == 1
    found = {line["submission"]: line for line in lines(done.stdout)}
    assert sorted(found) == sorted(CLASS)
    assert {name for name, line in found.items() if line["status"] == "ungraded"} == {"ana"}
    told = found["ana"]["questions"][0]["checks"][0]["feedback"]
    assert "mini/ana and mini/ana.zip are both submission 'ana'" in told
    assert str(course) not in told, "a student may read it"
