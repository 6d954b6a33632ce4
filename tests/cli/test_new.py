"""`grader new`: what it makes runs at once, and nothing of anybody's is overwritten."""

from __future__ import annotations

import subprocess
import sys

import pytest
from click.testing import CliRunner

from grader.assignment import load_assignment
from grader.cli.new import command, template
from grader.course.folders import Course
from grader.errors import RubricError, UsageError
from grader.rubric.loading import load
from tests.commands import grader_command


def grader(folder, *arguments):
    """Run the command in a folder."""
    return grader_command(*arguments, cwd=folder)


def new(folder, name, monkeypatch):
    """Make an assignment in this process."""
    monkeypatch.chdir(folder)
    CliRunner().invoke(command, [name], catch_exceptions=False, standalone_mode=False)


def files(folder):
    """Every file below a folder with its content."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_an_empty_folder_becomes_a_course_with_tests_that_can_fail(tmp_path):
    """The sample class and the model answer get what they should; a student who gets something else is seen."""
    made = grader(tmp_path, "new", "lab_1")
    assert (made.returncode, made.stderr) == (0, "")
    for name in files(tmp_path):
        assert f"  {name}\n" in made.stdout
    (tmp_path / "submissions/lab_1/ben/expected.yaml").write_text("default: passed\nchecks: {}\n")
    tests = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/test_lab_1.py"]
    done = subprocess.run(tests, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert done.stdout.count("FAILED tests/test_lab_1.py::test_a_student_gets_what_is_expected[ben]") == 1, done.stdout
    assert "1 failed, 2 passed" in done.stdout


def test_what_is_made_has_one_of_each(tmp_path, monkeypatch):
    """A property, a comparison with the reference, an answer of the write-up, a misconception."""
    new(tmp_path, "hw2", monkeypatch)
    rubric = load(Course(tmp_path).rubric("hw2"))
    [a_property, matching, written] = rubric.checks
    assert (a_property.function, matching.matches_reference, written.kind) == (
        "standardize_undoes_place_and_spread", "q2_means.weighted_mean", "number",
    )  # fmt: skip
    assert all("shape" in spec for spec in matching.given.values())
    [misconception] = (tmp_path / "reference/hw2/misconceptions").glob("*.py")
    assert 'REPLACES = "q1_scaling.standardize"' in misconception.read_text()


def test_a_rubric_whose_oracle_is_the_reference_needs_no_python(tmp_path, monkeypatch):
    """Checks by `matches_reference` with array specs alone, without a Python file beside the rubric."""
    new(tmp_path, "hw2", monkeypatch)
    (tmp_path / "rubrics/hw2.py").unlink()
    rubric = tmp_path / "rubrics/hw2.yaml"
    before, _, after = rubric.read_text().partition("      # A property:")
    given = "{x: {shape: [n], n: 1..8}, weights: {shape: [n], elements: 0.1..5}}"
    matching = f"      - {{id: matches, matches_reference: q2_means.weighted_mean, given: {given}, points: 1}}\n"
    rubric.write_text(before + matching + "  - id: q2" + after.partition("  - id: q2")[2])
    assignment = load_assignment(Course(tmp_path), "hw2")
    assert list(assignment.checks) == ["matches", "weighted_mean_matches_reference"]
    assert load_assignment(Course(tmp_path), "hw2").verdict_keys == assignment.verdict_keys


def test_cases_without_an_answer_are_the_instructors_fault(tmp_path, monkeypatch):
    """A column of equal values has no standard score: the message says what to change."""
    new(tmp_path, "hw2", monkeypatch)
    rubric = tmp_path / "rubrics/hw2.yaml"
    before, _, after = rubric.read_text().partition("      # A property:")
    matching = "      - {matches_reference: q1_scaling.standardize, given: {X: {shape: [n, 2], n: 3..6}}, points: 1}\n"
    rubric.write_text(before + matching + "      # A property:" + after)
    with pytest.raises(RubricError, match=r"there; draw cases that have an answer$"):
        load_assignment(Course(tmp_path), "hw2")


def test_a_course_takes_a_second_assignment_from_any_folder(tmp_path, monkeypatch):
    """Beside the first, which stays as it is."""
    new(tmp_path, "hw1", monkeypatch)
    before = files(tmp_path)
    new(tmp_path / "submissions/hw1/ana", "hw2", monkeypatch)
    after = files(tmp_path)
    assert {name: after[name] for name in before} == before
    assert set(after) - set(before) == set(template("hw2"))


@pytest.mark.parametrize(
    "there",
    ["rubrics/hw2.yaml", "rubrics/hw2.md", "reference/hw2/x.py", "submissions/hw2/zoe/a.py", "tests/test_hw2.py"],
)
def test_nothing_is_overwritten(tmp_path, monkeypatch, there):
    """Where any part is there already nothing at all is written, and what is in the way is named."""
    (tmp_path / "rubrics").mkdir()
    (tmp_path / there).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / there).write_text("mine")
    with pytest.raises(UsageError, match="/".join(there.split("/")[:2])):
        new(tmp_path, "hw2", monkeypatch)
    assert files(tmp_path) == {there: b"mine"}


@pytest.mark.parametrize("name", ["Hw2", "2hw", "hw-2", "../hw2", "hw2/x", "", "hw 2", "hw2\n", "hẃ2", "a" * 50])
def test_a_name_is_one(tmp_path, monkeypatch, name):
    """Small letters, digits and _, since it becomes the name of files."""
    with pytest.raises(UsageError, match="expected a name for an assignment"):
        new(tmp_path, name, monkeypatch)
    assert files(tmp_path) == {}


def test_a_folder_of_something_else_is_left_alone(tmp_path):
    """A folder that is no course and not empty: said with a way out, exit code 2."""
    (tmp_path / "thesis.tex").write_text("mine")
    done = grader(tmp_path, "new", "hw2")
    assert (done.returncode, "make an empty folder" in done.stderr) == (2, True)
    assert files(tmp_path) == {"thesis.tex": b"mine"}
