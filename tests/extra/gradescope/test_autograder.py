"""autograder.zip as Gradescope uses it: unpacked in a folder, and run_autograder really run."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import zipfile

import jsonschema
import pytest

from benchmarks.gradescope import DEFAULT_MIB, memory_group, nearly_right, unpack
from grader.course.folders import Course
from grader.extra.gradescope.building import autograder
from grader.extra.gradescope.running import _memory_sentence, prepare, run
from tests.conftest import LIGHT, MINI
from tests.course.test_given import PACK
from tests.export.gradescope_schema import RESULTS

HONEST = (LIGHT.reference("mini") / "m.py").read_text()
# Prints, and changes its argument: only the hidden check of the course sees that.
SPOILING = HONEST.replace("kh, kw = kernel.shape", "kh, kw = kernel.shape; kernel += 1; kernel -= 1; kernel[0, 0] = 8")
METADATA = {
    "id": 4711,
    "created_at": "2026-11-23T10:00:00.123456-08:00",
    "assignment": {"due_date": "2026-11-22T23:59:00.000000-08:00", "late_due_date": None, "total_points": "10.0"},
}


@pytest.fixture(scope="module")
def archive():
    """The bytes of autograder.zip."""
    return autograder(LIGHT, "mini")


@pytest.fixture(scope="module")
def root(archive, tmp_path_factory):
    """Gradescope's folder, after setup."""
    root = tmp_path_factory.mktemp("autograder")
    with zipfile.ZipFile(io.BytesIO(archive)) as zipped:
        zipped.extractall(root / "source")
    return root


def upload(root, source):
    """`m.py` as Gradescope puts it there, with what it tells of it."""
    (root / "submission").mkdir(exist_ok=True)
    (root / "submission" / "m.py").write_text(source)
    (root / "submission_metadata.json").write_text(json.dumps(METADATA))
    (root / "results" / "results.json").unlink(missing_ok=True)


def document(root):
    """What Gradescope reads, which is what its specification says."""
    content = json.loads((root / "results" / "results.json").read_text())
    jsonschema.validate(content, RESULTS)
    return content


def submit(root, source):
    """Upload `m.py` and run the script as Gradescope does; how it ended, and the document."""
    upload(root, source)
    done = subprocess.run(
        ["bash", str(root / "source" / "run_autograder")], cwd=root, capture_output=True, text=True, timeout=120,
        env={**os.environ, "AUTOGRADER": str(root), "GRADER_PYTHON": sys.executable}, check=False,
    )  # fmt: skip
    return done, document(root)


@pytest.fixture
def quick(root, warm, monkeypatch):
    """What the script runs, within this process and on a sandbox that is warm already."""
    monkeypatch.setattr("grader.extra.gradescope.running.ForkedSandbox", warm)
    return lambda: run(root)


def test_a_right_submission_earns_everything(root):
    """Score, tests in the rubric's order, and how late it was."""
    done, told = submit(root, HONEST)
    assert done.returncode == 0, done.stderr
    assert told["score"] == pytest.approx(10.3333)
    assert told["score"] == pytest.approx(sum(test["score"] for test in told["tests"]), abs=1e-3)
    assert [test["number"] for test in told["tests"]] == ["1.1", "1.2", "1.3", "2.1", "2.2", "2.3"]
    assert told["output"].startswith("Handed in 0 d 10 h 1 min after the due date.")
    assert told["extra_data"]["late_by_s"] == 36060


def test_a_hidden_check_shows_nothing_of_the_submission(root, quick):
    """It is hidden by Gradescope, and has no text that code could have written; what was printed is left out."""
    upload(root, SPOILING + "\nprint('spoiled', 'words')\n")
    assert quick()
    told = document(root)
    [hidden] = [test for test in told["tests"] if test["visibility"] == "hidden"]
    assert hidden["name"] == "conv leaves its arguments alone (conv_keeps_inputs)"
    assert (hidden["status"], hidden["output"]) == ("failed", "failed")
    assert "conv_keeps_inputs" not in json.dumps([{**told, "tests": [t for t in told["tests"] if t is not hidden]}])
    assert "spoiled words" not in json.dumps(told)


def test_what_cannot_be_graded_has_no_score(root):
    """The assignment is broken: no zero, a sentence for the student, the reason for the instructor, exit code 1."""
    rubric = root / "source" / "course" / "rubrics" / "mini.yaml"
    text = rubric.read_text()
    rubric.write_text(text.replace("points: 4", "points: four"))
    try:
        done, told = submit(root, HONEST)
    finally:
        rubric.write_text(text)
    assert done.returncode == 1
    assert "points" in done.stderr
    assert told.keys() == {"output"}
    assert "no score" in told["output"]


def test_results_that_cannot_be_written_are_told(root, quick, capsys):
    """Nothing half is left to be read, and whoever looks for the reason finds a sentence."""
    upload(root, HONEST)
    shutil.rmtree(root / "results")
    (root / "results").write_text("")
    assert not quick()
    (root / "results").unlink()
    told = capsys.readouterr().err
    assert "results.json cannot be written: File exists." in told
    assert "Traceback" not in told


@pytest.mark.parametrize("told", ['{"id": "\\ud800"}', '{"id": ' + "[" * 100_000 + "]" * 100_000 + "}", "{"])
def test_metadata_of_any_kind_cost_nobody_a_score(root, quick, told):
    """Half a pair of surrogates in an id, what is nested too deeply, and no JSON."""
    upload(root, HONEST)
    (root / "submission_metadata.json").write_text(told)
    assert quick()
    assert document(root)["score"] == pytest.approx(10.3333)


def test_an_upload_without_a_file_is_told_as_that(root, quick):
    """Beside what each check lacks."""
    upload(root, HONEST)
    (root / "submission" / "m.py").unlink()
    assert quick()
    assert "No file was handed in: upload" in document(root)["output"]


def test_a_folder_within_the_upload_is_found(root, quick):
    """Students zip their folder, and Gradescope unpacks it as one."""
    (root / "submission" / "m.py").unlink(missing_ok=True)
    folder = root / "submission" / "hw"
    folder.mkdir()
    (folder / "m.py").write_text(HONEST)
    (root / "submission_metadata.json").write_text("not JSON")
    assert quick()
    told = document(root)
    assert told["score"] == pytest.approx(10.3333)
    assert told["output"] == "Everything was read from hw/."
    (folder / "m.py").unlink()
    folder.rmdir()


def test_the_same_course_gives_the_same_bytes(archive):
    """Nothing in it tells when it was made."""
    assert autograder(LIGHT, "mini") == archive


def test_what_the_course_gives_goes_along(tmp_path, quick, capsys):
    """Its modules, its data and what checks read beside the rubric: the model answer earns all points there."""
    for folder in ("rubrics", "reference"):
        shutil.copytree(PACK.root / folder, tmp_path / "course" / folder)
    course = Course(tmp_path / "course")
    for path in ("lib/__init__.py", "tables/sizes.csv", "other.yaml", "other/data/large.csv", ".cache"):
        (course.root / "rubrics" / path).parent.mkdir(parents=True, exist_ok=True)
        (course.root / "rubrics" / path).write_text("")
    with zipfile.ZipFile(io.BytesIO(autograder(course, "pack"))) as zipped:
        names = {name for name in zipped.namelist() if name.startswith("course/rubrics/")}
        zipped.extractall(tmp_path / "source")
    assert {f"course/rubrics/{path}" for path in ("lib/__init__.py", "tables/sizes.csv")} <= names
    assert not any("other" in name or ".cache" in name for name in names)
    assert prepare(tmp_path), capsys.readouterr().err
    (tmp_path / "source/course/rubrics/pack/data/recipe.csv").unlink()
    shutil.rmtree(tmp_path / "source/course/.grader_cache")
    assert not prepare(tmp_path)
    assert "recipe.csv" in capsys.readouterr().err


def test_the_scripts_are_executable_bash_at_the_root(archive):
    """As Gradescope asks for."""
    with zipfile.ZipFile(io.BytesIO(archive)) as zipped:
        for name in ("setup.sh", "run_autograder"):
            assert zipped.getinfo(name).external_attr >> 16 == 0o100755
            subprocess.run(["bash", "-n"], input=zipped.read(name), check=True)


def test_pip_installs_the_wheel(root, tmp_path):
    """It is a wheel to pip, complete with templates and the command, and every dependency has one pin."""
    [wheel] = (root / "source").glob("numgrade-*.whl")
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(tmp_path)]
    subprocess.run([*install, str(wheel)], check=True, capture_output=True)
    assert (tmp_path / "grader" / "kit" / "templates" / "workflow.yml").is_file()
    assert (tmp_path / "bin" / "grader").is_file()
    pins = [line.partition("==")[0] for line in (root / "source" / "constraints.txt").read_text().splitlines()]
    assert {"torch", "hypothesis", "msgpack"} <= set(pins)
    assert len(set(pins)) == len(pins)


def test_it_grades_in_the_container_that_is_offered_first(tmp_path):
    """In a control group of 768 MiB, as a container is one, with torch: what fails and what hangs has a score."""
    unpack(MINI, "mini", tmp_path)
    source = nearly_right((MINI.reference("mini") / "m.py").read_text())
    upload(tmp_path, source + "\n\ndef total(x):\n    while True:\n        pass\n")
    try:
        with memory_group(DEFAULT_MIB) as group:
            script = str(tmp_path / "source" / "run_autograder")
            done = group.run(["bash", script], AUTOGRADER=tmp_path, GRADER_PYTHON=sys.executable)
            peak = group.peak_mib
    except OSError as error:
        pytest.skip(f"no control group can be made here: {error}")
    found = document(tmp_path)
    assert done.returncode == 0, done.stderr
    assert peak < DEFAULT_MIB
    assert found["score"] == 1
    assert "Differs on" in json.dumps(found)
    assert "in total: no answer within" in json.dumps(found)


def test_the_set_up_says_which_container_is_large_enough():
    """Enough and to spare for those that fail; a container that is too small is named."""
    assert "allow 702 MiB. Choose at least" in _memory_sentence(585, None)
    assert "This container has 512 MiB: choose a larger one" in _memory_sentence(585, 512)
    assert "choose a larger" not in _memory_sentence(585, DEFAULT_MIB)
