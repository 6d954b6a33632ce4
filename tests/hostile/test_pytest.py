"""No file of a submission is pytest's: no ini file, no conftest.py, no plugin, wherever pytest is called from."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import sys

import pytest

from grader.extra import pytest_arguments

INI = "[pytest]\naddopts = -p plug\npythonpath = .\n"
# Each name of a configuration that pytest knows, and what in it imports `plug`.
NAMES = {
    "pytest.ini": INI, ".pytest.ini": INI, "tox.ini": INI,
    "setup.cfg": INI.replace("[pytest]", "[tool:pytest]"),
    "pytest.toml": '[pytest]\naddopts = ["-p", "plug"]\npythonpath = ["."]\n',
    ".pytest.toml": '[pytest]\naddopts = ["-p", "plug"]\npythonpath = ["."]\n',
    "pyproject.toml": '[tool.pytest.ini_options]\naddopts = "-p plug"\npythonpath = ["."]\n',
}  # fmt: skip
FORMS = {"two words": ["--submission", "{}"], "one word": ["--submission={}"]}


@pytest.fixture(scope="module")
def course(light_course, tmp_path_factory):
    """A course without a configuration, with one submission that is one file."""
    folder = tmp_path_factory.mktemp("pytest") / "course"
    shutil.copytree(light_course, folder)
    return folder


@pytest.fixture
def eve(course):
    """A submission's folder, which is gone afterwards."""
    folder = course / "submissions" / "mini" / "eve"
    folder.mkdir(parents=True)
    (folder / "m.py").write_text("def total(x): return float(x.sum())\n")
    yield folder
    shutil.rmtree(course / "submissions")
    for name in NAMES:
        (course / name).unlink(missing_ok=True)


def run(folder, *words, **environment):
    """pytest as a person calls it, collecting only: what a configuration does, it does before that."""
    return subprocess.run(
        [sys.executable, "-P", "-m", "pytest", "--collect-only", "-q", *words],
        cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip


def plant(folder, name):
    """A configuration, a plugin, a conftest.py and a test, each of which leaves a mark when it is run."""
    mark = folder / "MARK"
    code = f"open({str(mark)!r}, 'w').write('x')\n"
    (folder / name).write_text(NAMES[name])
    for module in ("plug.py", "conftest.py", "test_it.py"):
        (folder / module).write_text(code)
    return mark


def test_every_name_that_pytest_knows_is_tried():
    """A newer pytest may know more."""
    import inspect

    from _pytest.config import findpaths

    source = inspect.getsource(findpaths.locate_config)
    assert {name for name in NAMES if f'"{name}"' in source} >= {"pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg"}
    known = {word.strip('",') for word in source.split("config_names = [")[1].split("]")[0].split()}
    assert known <= NAMES.keys()


@pytest.mark.parametrize(("name", "form"), list(itertools.product(NAMES, FORMS)))
def test_no_configuration_of_a_submission_counts(name, form, course, eve):
    """Whatever its name and whatever the option's form, in a course that has no configuration."""
    mark = plant(eve, name)
    done = run(course, "rubrics/mini.yaml", *(word.format("submissions/mini/eve") for word in FORMS[form]))
    assert not mark.exists()
    assert "worked_example" in done.stdout, done.stdout + done.stderr


@pytest.mark.parametrize("form", FORMS)
def test_the_courses_own_configuration_counts(form, course, eve):
    """It is found as without the option."""
    mark = plant(eve, "pytest.ini")
    (course / "pytest.ini").write_text("[pytest]\naddopts = --co\n")
    done = run(course, *(word.format("submissions/mini/eve") for word in FORMS[form]), "rubrics/mini.yaml", "-v")
    assert not mark.exists()
    assert "configfile: pytest.ini" in done.stdout
    assert "worked_example" in done.stdout


@pytest.mark.parametrize(
    ("place", "words"),
    list({
        "from within the submission": (".", ["../../../rubrics/mini.yaml", "--submission", "."]),
        "from within, in one word": (".", ["../../../rubrics/mini.yaml", "--submission=."]),
        "from within, without a rubric": (".", ["--submission", "."]),
        "from within, without a rubric, in one word": (".", ["--submission=."]),
        "the option first": ("../../..", ["--submission", "submissions/mini/eve", "rubrics/mini.yaml"]),
        "without a rubric": ("../../..", ["--submission", "submissions/mini/eve"]),
        "without a rubric, in one word": ("../../..", ["--submission=submissions/mini/eve"]),
        "of another submission": ("../../..", ["--submission", "submissions/mini/ana"]),
        "from the class's folder": ("..", ["../../rubrics/mini.yaml", "--submission", "eve"]),
        "from elsewhere": ("/", ["{course}/rubrics/mini.yaml", "--submission", "{course}/submissions/mini/eve"]),
        "by a path with dots": ("../../..", ["rubrics/mini.yaml", "--submission", "rubrics/../submissions/mini/eve"]),
        "the submission as the rubric": ("../../..", ["submissions/mini/eve", "--submission", "submissions/mini/eve"]),
        "with xdist": ("../../..", ["rubrics/mini.yaml", "-n", "1", "--submission", "submissions/mini/eve"]),
    }.values()),
)  # fmt: skip
def test_nothing_of_a_submission_is_run_from_whatever_folder(place, words, course, eve):
    """No ini file, plugin, conftest.py or test of it."""
    (eve.parent / "ana").mkdir()
    mark = plant(eve, "pytest.ini")
    run((eve / place).resolve(), *(word.format(course=course) for word in words))
    assert not mark.exists()


def test_words_of_the_environment_count_alike(course, eve):
    """PYTEST_ADDOPTS is a part of the command line."""
    mark = plant(eve, "pytest.ini")
    run(course, "rubrics/mini.yaml", PYTEST_ADDOPTS="--submission submissions/mini/eve")
    assert not mark.exists()


def test_a_link_to_a_submission_is_one(course, eve, tmp_path):
    """Folders are compared as they are, not as they are called."""
    mark = plant(eve, "pytest.ini")
    (tmp_path / "link").symlink_to(eve)
    run(tmp_path / "link", str(course / "rubrics" / "mini.yaml"), "--submission", ".")
    run(course, "rubrics/mini.yaml", "--submission", str(tmp_path / "link"))
    assert not mark.exists()


def test_other_words_stay_as_they_are():
    """Only the option's two words become one."""
    words = ["-q", "a.yaml", "--submission", "eve", "-k", "x"]
    assert pytest_arguments.join_submission_option(words) == ["-q", "a.yaml", "--submission=eve", "-k", "x"]
    assert pytest_arguments.join_submission_option(["--submission"]) == ["--submission"]
    assert pytest_arguments.join_submission_option(["--submission=eve", "x"]) == ["--submission=eve", "x"]
