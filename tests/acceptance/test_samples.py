"""The bundled class gets exactly what each student's expected.yaml says, however it is run."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
import yaml
from starlette.testclient import TestClient

from grader.checks.misconceptions.files import load_misconceptions
from grader.course.folders import Course
from grader.export.grades import GradeStyle, exporter
from grader.results.ledger import Ledger
from grader.results.roll import collect
from grader.review.answers import Passages
from grader.review.app import Pages, make_app
from grader.review.desk import Desk
from tests.commands import grader_command
from tests.conftest import ROOT

CLASS = ROOT / "submissions" / "hw1"
OTHER = ROOT / "submissions" / "hw2"
STUDENTS, OTHERS = (sorted(path.parent.name for path in folder.glob("*/expected.yaml")) for folder in (CLASS, OTHER))


def run(out, *arguments, assignment="hw1"):
    """Grade with the command, as a person would; the lines by student."""
    done = grader_command("grade", assignment, "--json", "--fresh", "--out", out, *arguments, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return {line["submission"]: line for line in map(json.loads, done.stdout.splitlines())}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where the results of the whole class are."""
    return tmp_path_factory.mktemp("two")


@pytest.fixture(scope="module")
def graded(folder):
    """The whole class, by two judges."""
    return run(folder, "--workers", 2)


@pytest.fixture(scope="module")
def other_graded(tmp_path_factory):
    """The class of the other homework, and its model answer."""
    submissions = [ROOT / "reference" / "hw2", *(OTHER / student for student in OTHERS)]
    return run(tmp_path_factory.mktemp("other"), *submissions, assignment="hw2")


def timeless(value):
    """A line without the fields that differ between runs."""
    if isinstance(value, dict):
        return {key: timeless(item) for key, item in value.items() if key != "seconds"}
    return [timeless(item) for item in value] if isinstance(value, list) else value


def compare(line, folder):
    """Status by status, check by check, with what the student's expected.yaml says."""
    expected = yaml.safe_load((folder / "expected.yaml").read_text())
    checks = [check for question in line["questions"] for check in question["checks"]]
    wanted = {check["id"]: _listed(expected["checks"].get(check["id"], expected["default"])) for check in checks}
    assert set(expected["checks"]) <= set(wanted), "expected.yaml names a check that the rubric does not have"
    for check in checks:
        assert check["status"] in wanted[check["id"]], check["id"]  # one status, or a list of those that may be


def _listed(status):
    return status if isinstance(status, list) else [status]


@pytest.mark.parametrize("student", STUDENTS)
def test_a_student_gets_what_is_expected(graded, student):
    """The class of homework 1."""
    compare(graded[student], CLASS / student)


@pytest.mark.parametrize("student", OTHERS)
def test_a_student_of_the_other_homework_gets_what_is_expected(other_graded, student):
    """The class of homework 2, which was made from the documents."""
    compare(other_graded[student], OTHER / student)


def compare_names(line, folder, reference):
    """A misconception is named where expected.yaml says so and nowhere else, its sentence before all else."""
    expected = yaml.safe_load((folder / "expected.yaml").read_text()).get("misconceptions", {})
    checks = [check for question in line["questions"] for check in question["checks"]]
    assert {check["id"]: check["misconception"] for check in checks if check["misconception"]} == expected
    sentences = {one.name: one.sentence for one in load_misconceptions(reference)}
    assert all(
        check["feedback"].startswith(sentences[expected[check["id"]]]) for check in checks if check["id"] in expected
    )


@pytest.mark.parametrize("student", STUDENTS)
def test_a_known_mistake_is_named(graded, student):
    """In the class of homework 1."""
    compare_names(graded[student], CLASS / student, ROOT / "reference" / "hw1")


@pytest.mark.parametrize("student", OTHERS)
def test_a_known_mistake_of_the_other_homework_is_named(other_graded, student):
    """In the class of homework 2."""
    compare_names(other_graded[student], OTHER / student, ROOT / "reference" / "hw2")


def test_the_class_is_large_and_varied():
    """At least 20 students, at least 6 of them right in all that the program decides; a dozen in the other class."""
    assert len(STUDENTS) >= 20
    assert len(OTHERS) >= 12
    expected = [yaml.safe_load((CLASS / student / "expected.yaml").read_text()) for student in STUDENTS]
    right = [one for one in expected if one["default"] == "passed" and set(one["checks"].values()) <= {"needs_review"}]
    assert len(right) >= 6


def statuses(line):
    """The statuses of all checks of a line."""
    return {check["status"] for question in line["questions"] for check in question["checks"]}


HARM = {"timeout", "crashed", "out_of_memory"}


@pytest.fixture(scope="module")
def graded_otherwise(graded, tmp_path_factory):
    """Some who do each kind of harm, and some others, by one judge, from the last to the first; the model answer."""
    quick = sorted(STUDENTS, key=lambda student: graded[student]["seconds"])
    harmful = {next(one for one in quick if kind in statuses(graded[one])) for kind in HARM}
    some = [student for at, student in enumerate(STUDENTS) if student in harmful or at % 6 == 0]
    submissions = [ROOT / "reference" / "hw1", *(CLASS / student for student in reversed(some))]
    return run(tmp_path_factory.mktemp("otherwise"), "--workers", 1, *submissions)


def test_one_judge_and_another_order_give_the_same_lines(graded, graded_otherwise):
    """Hangs, crashes and memory hogs in the middle of the batch disturb nobody."""
    again = {student: timeless(line) for student, line in graded_otherwise.items() if student != "hw1"}
    assert set().union(*map(statuses, again.values())) >= HARM | {"passed", "failed"}
    assert again == {student: timeless(graded[student]) for student in again}


def test_the_reference_earns_every_point_of_the_code(graded_otherwise, other_graded):
    """The model answer is itself a submission."""
    for line in (graded_otherwise["hw1"], other_graded["hw2"]):
        found = {check["status"] for q in line["questions"] for check in q["checks"] if check["part"] == "code"}
        assert found == {"passed"}


def test_a_write_up_that_contradicts_the_code_is_noted(graded):
    """W as reported is right, the student's own function gives another: said, without costing points."""
    matrix = next(c for q in graded["ivan"]["questions"] for c in q["checks"] if c["id"] == "q2_matrix")
    assert (matrix["status"], "your own q2_toeplitz.toeplitz_matrix gives another" in matrix["feedback"]) == (
        "passed",
        True,
    )
    assert "gives another" not in str(graded["ana"])


def test_all_who_wait_are_graded_to_the_end_through_the_page(graded, folder):
    """A script opens each answer and saves what is proposed; then everybody has a final grade, which is exported."""
    ledger = Ledger.read(Course(ROOT), "hw1", folder)
    waiting = [grade.student for grade in ledger.grades() if grade.status == "needs_review"]
    pages = Pages(lambda: Desk(ledger, folder, Passages({})), folder, "greta")
    client = TestClient(make_app(pages), base_url="http://127.0.0.1")
    for check in pages.desk.progress():
        page = client.get(f"/check/{check}")
        while "?list=1" not in str(page.url):
            [points] = re.findall(r'data-points="([^"]*)"', page.text)
            hidden = dict(re.findall(r'type="hidden" name="(version|digest)" value="([^"]*)"', page.text))
            page = client.post(page.url.path, data={**hidden, "points": points})
    assert len(waiting) >= 30
    final = collect(Ledger.read(Course(ROOT), "hw1", folder))
    rows = csv.DictReader(io.StringIO(exporter("csv").write(final, GradeStyle())["grades.csv"].decode()))
    assert {row["student"]: row["status"] for row in rows} == dict.fromkeys(STUDENTS, "graded")
