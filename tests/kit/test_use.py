"""A kit in the hands of a student: every way to check works from the folder alone."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from unittest.mock import Mock

import pytest
from junitparser.xunit2 import JUnitXml

from grader.checks.feedback.conclusion import conclude
from grader.checks.feedback.refusals import REFUSALS
from grader.course.workspace import called_modules, locate_workspace
from grader.errors import UsageError
from grader.grading.intake import take_in
from grader.intake.reading import read_folder
from grader.kit.cases import cases_file
from grader.kit.cutting import rubric_text
from grader.kit.loading import load_kit
from grader.kit.making import make_kit, public_seed
from grader.kit.rubric import read_rubric
from grader.rubric.loading import load
from grader.sandbox import Budget, Sandbox
from grader.worker.files import is_leaving
from tests.commands import grader_command
from tests.conftest import ROOT
from tests.kit.conftest import HIDING, written

WRONG = "def total(x):\n    return float((x**2).sum())\n\ndef scaled(x, by=2.0, *, order=(0, 1)):\n    return x * by\n"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A kit as it is unpacked, with one right function, one known mistake and one that is not written."""
    folder = written(make_kit(HIDING, "secretive", seed=public_seed("secretive", 7)), tmp_path_factory.mktemp("home"))
    (folder / "m.py").write_text(WRONG)
    (folder / "notes").mkdir()
    return folder


@pytest.fixture(scope="module")
def checked(home):
    """What `grader check` says, from a folder within."""
    done = grader_command("check", "--json", cwd=home / "notes")
    assert done.returncode == 0, done.stderr
    line = json.loads(done.stdout)
    return {check["id"]: check for question in line["questions"] for check in question["checks"]}


def test_check_tells_what_is_right_wrong_and_known(checked):
    """The mistake by its name and sentence, though no file of the kit holds how it is made."""
    assert checked["scaled_matches_reference"]["status"] == "passed"
    assert checked["total_adds_up"]["misconception"] == "total_of_squares"
    assert checked["total_adds_up"]["feedback"].startswith("These are the squares.")
    assert checked["net_predicts"]["status"] == "missing"


def test_pytest_tells_the_same(home, checked, tmp_path):
    """One item a check that is in the kit, here in two processes with a sandbox each; --lf knows what failed."""
    report = tmp_path / "report.xml"
    command = [sys.executable, "-m", "pytest", "rubrics/secretive.yaml", "--submission", "."]
    subprocess.run([*command, "-n", "2", "--junitxml", str(report)], cwd=home, capture_output=True, check=False)
    told = {
        case.name: {item.name: item.value for item in case.properties()}
        for suite in JUnitXml.fromfile(str(report)) for case in suite
    }  # fmt: skip
    assert {name: (properties["status"], properties["points"]) for name, properties in told.items()} == {
        name: (check["status"], f"{check['score']:g}") for name, check in checked.items()
    }
    again = [*command, "--lf", "--collect-only", "-q"]
    listed = subprocess.run(again, cwd=home, capture_output=True, text=True, check=False).stdout
    failed = [name for name, check in checked.items() if check["status"] not in ("passed", "blocked", "needs_review")]
    assert [line.rpartition("::")[2] for line in listed.splitlines() if "::" in line] == failed


def test_the_readme_says_what_code_may_not_do(home):
    """Each act that is refused when work is graded, before anyone tries it."""
    text = (home / "README.md").read_text(encoding="utf-8")
    assert [one.act for one in REFUSALS if f"- {one.act}\n" not in text] == []


def test_one_question_loads_no_library_of_another(hw1_folder):
    """`check --only q4` imports torch in no process of the judge's, whatever the modules of other questions import; nor
    hypothesis, for the cases lie in the kit, nor what makes kits, validates rubrics and keeps the results of a class; nor
    numpy's generators, which no check of it draws with."""
    command = [sys.executable, "-X", "importtime", "-m", "grader", "check", str(hw1_folder), "--only", "q4"]
    unmeasured = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    done = subprocess.run(command, capture_output=True, text=True, cwd=hw1_folder, timeout=120, env=unmeasured)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "numpy" in done.stderr
    assert not re.search(
        r"\| +(torch|scipy|hypothesis|sqlite3|pydantic|numpy\.random|grader\.kit\.making|grader\.rubric\.loading)$",
        done.stderr,
        re.MULTILINE,
    )
    assert "hypothesis" in (hw1_folder / "rubrics" / "hw1.py").read_text()


@pytest.mark.parametrize("name", ["hw1", "hw2", "hw3"])
def test_the_rubric_of_a_kit_is_read_as_it_was_validated(tmp_path, name):
    """Without validating it again, and without lines, which say nothing to a student."""
    home = tmp_path / "rubrics"
    home.mkdir()
    rubric = load(ROOT / "rubrics" / f"{name}.yaml")
    written = rubric_text(rubric, frozenset(spec.id for spec in rubric.checks), 7)
    (home / f"{name}.yaml").write_text(written, encoding="utf-8")
    called = {spec.id for spec in rubric.checks if spec.part == "code"}
    (home / f"{name}.py").write_text("".join(f"def {one}(student, expect):\n    ...\n" for one in sorted(called)))
    validated = load(home / f"{name}.yaml")
    questions = [
        replace(question, checks=tuple(replace(spec, line=0) for spec in question.checks))
        for question in validated.questions
    ]
    assert read_rubric(home / f"{name}.yaml") == replace(validated, questions=tuple(questions))


@pytest.mark.parametrize("text", ["questions: [", "title: 3", "[]", ""])
def test_a_rubric_that_is_none_any_more_says_what_to_do(tmp_path, text):
    """It is the kit's, so there is no fault of an author's to tell."""
    (tmp_path / "hw1.yaml").write_text(text)
    with pytest.raises(UsageError, match="unpack the kit once more"):
        read_rubric(tmp_path / "hw1.yaml")


CHANGES = {
    ("  - check: ", "  - chekc: "): "chekc: expected a known key, got 'chekc'; did you mean 'check'?",
    (
        "      question: ",
        "      questoin: ",
    ): "questoin: expected a known key, got 'questoin'; did you mean 'question'?",
    ("    examples: ", "    color: red\n    examples: "): "color: expected a known key, got 'color'",
    ("call_wall_s: 2.0", "call_wall_s: fast"): "limits.call_wall_s: expected a",
    ("title: ", "title: [1, 2] #"): "title: expected a text",
}


@pytest.mark.parametrize(("change", "said"), CHANGES.items())
def test_a_changed_rubric_is_told_as_an_author_is(hw1_folder, tmp_path, change, said):
    """With file, line, key and way out, also where what was changed would have been overlooked."""
    folder = tmp_path / "changed"
    shutil.copytree(hw1_folder, folder)
    path = folder / "rubrics" / "hw1.yaml"
    before, after = change
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(UsageError) as raised:
        load_kit(folder)
    told = str(raised.value)
    assert re.match(r".*hw1\.yaml:\d+: ", told) and said in told and "unpack the kit once more" in told
    assert "__init__" not in told


def test_other_line_ends_are_no_change(hw1_folder, tmp_path, monkeypatch):
    """Git changes them on Windows: the rubric was validated all the same."""
    folder = tmp_path / "windows"
    shutil.copytree(hw1_folder, folder)
    path = folder / "rubrics" / "hw1.yaml"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    monkeypatch.setattr("grader.kit.rubric._validate", lambda path: pytest.fail(f"{path} was validated"))
    load_kit(folder)


def test_the_kits_own_data_is_no_archive_of_the_students(hw1_folder):
    """What the checks are read from is not opened as something that was handed in, which would take a worker."""
    nobody = Mock(spec=Sandbox)
    nobody.open.side_effect = AssertionError("a worker was asked for")
    written = read_folder(hw1_folder)
    written = replace(written, files={**written.files, **read_folder(ROOT / "reference" / "hw1").files})
    placed = take_in(load_kit(hw1_folder, ["q4"]), written, nobody)
    assert "q4_robust.py" in placed.submission.files
    assert not any(path.startswith("rubrics/hw1.cases") for path in placed.submission.files)


def test_what_is_not_written_runs_no_check(hw1_folder, sandbox):
    """That it is not written is known before the check's own code, and what that imports, is loaded."""
    sources = {path.name: path.read_bytes() for path in hw1_folder.glob("q*.py")}
    checks = [check for check in load_kit(hw1_folder).checks.values() if check.plan.claims is None]
    assert any(check.plan.is_live for check in checks)
    for one in checks:
        check = replace(one, body=lambda **_: pytest.fail("the check's own code was run"))
        with closing(sandbox.open(sources, Budget(), 0)) as own:
            verdict = conclude(check, own)
        assert verdict.status == "missing"
        assert verdict.failed_examples == len(check.cases)


def test_libraries_of_both_sides_load_together(hw1_folder, monkeypatch):
    """What the sandbox loads and the checks import as well is imported while it does; nothing of other questions."""
    asked = []
    monkeypatch.setattr("grader.kit.loading.import_module", asked.append)
    load_kit(hw1_folder, ["q2"], ["numpy", "torch"])
    load_kit(hw1_folder, ["q4"], ["torch"])
    load_kit(hw1_folder)
    assert asked == ["numpy", "torch"]


def test_the_first_look_loads_no_library(hw1_folder):
    """Nothing is written yet, so the checks call for neither torch nor hypothesis, in whatever process."""
    asked = "import sys; from grader.sandbox.zygote import ZygoteProcess as Z; Z.preload = Z.branch = None; "
    run = "from grader.cli import cli; cli(['check'], standalone_mode=False); print({'torch', 'hypothesis'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", asked + run], capture_output=True, text=True, cwd=hw1_folder)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.splitlines()[-1] == "set()"
    assert "ungraded" not in done.stdout


def test_the_first_look_fits_a_screen_and_names_the_next_step(hw1_folder):
    """Nothing is written yet: a line or two a question, nothing unread of what came with the kit."""
    done = grader_command("check", hw1_folder, cwd=hw1_folder)
    lines = done.stdout.splitlines()
    assert len(lines) < 30, done.stdout
    assert lines[-1].startswith("Next: conv2d_output_shape in q1_lenet.py, line ")
    assert "linear_num_parameters, build_model" in " ".join(done.stdout.split())  # which is given tensors
    assert "not read" not in done.stdout


def test_files_of_two_kits_are_told_from_another_version(hw1_folder, tmp_path):
    """An older rubric beside newer data, or a grader of another version: what to do differs."""
    folder = tmp_path / "mixed"
    shutil.copytree(hw1_folder, folder)
    (folder / "rubrics" / "hw1.cases.zip").write_bytes(cases_file({}, {}))
    with pytest.raises(UsageError, match=r"do not fit each other: one is of an older kit\..*--force-reinstall"):
        load_kit(folder)
    marker = folder / "grader-kit.yaml"
    marker.write_text(re.sub("grader: .*", "grader: 0.0.1", marker.read_text()))
    with pytest.raises(UsageError, match=r"was made by grader 0\.0\.1, and this is .*: install that version"):
        load_kit(folder)


def test_a_kit_says_which_modules_a_question_calls(hw1_folder, monkeypatch):
    """So that it is known before anything is loaded; of a kit that does not say it, nothing is taken to be known."""
    monkeypatch.chdir(hw1_folder)
    work = locate_workspace(hw1_folder)
    assert called_modules(work, ["q4"]) == ("q4_robust",)
    assert called_modules(work, ["q1", "q5"]) == ("q1_lenet", "q5_minibatch")
    assert called_modules(work, []) == ("q1_lenet", "q2_toeplitz", "q3_losses", "q4_robust", "q5_minibatch")
    assert called_modules(work, ["q9"]) == ()


def test_a_kit_handed_in_whole_is_the_students_files_alone(home):
    """The program that a kit brings, and what the course laid into it, are nobody's work."""
    files = [path.relative_to(home).as_posix() for path in home.rglob("*") if path.is_file()]
    [program] = [name for name in files if name.endswith(".whl")]
    assert is_leaving(program) and is_leaving(f"deep/{program}")
    assert not is_leaving("my_homework-1.0-py3-none-any.whl")


def test_nothing_of_a_kit_is_unread(checked):
    """What is not written is missing: everything that is there was read."""
    told = " ".join(check["feedback"] for check in checked.values())
    assert "not read" not in told
