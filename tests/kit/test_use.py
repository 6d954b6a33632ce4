"""A kit in the hands of a student: every way to check works from the folder alone."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from junitparser.xunit2 import JUnitXml

from grader.kit.making import make_kit, public_seed
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
    command = [sys.executable, "-m", "grader", "check", "--json"]
    done = subprocess.run(command, cwd=home / "notes", capture_output=True, text=True, check=False)
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
    """One item a check that is in the kit."""
    report = tmp_path / "report.xml"
    command = [sys.executable, "-m", "pytest", "rubrics/secretive.yaml", "--submission", ".", "--junitxml", str(report)]
    subprocess.run([*command, "-p", "no:cacheprovider"], cwd=home, capture_output=True, check=False)
    told = {
        case.name: {item.name: item.value for item in case.properties()}["status"]
        for suite in JUnitXml.fromfile(str(report)) for case in suite
    }  # fmt: skip
    assert told == {name: check["status"] for name, check in checked.items()}
