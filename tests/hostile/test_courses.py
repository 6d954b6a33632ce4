"""A submission is never taken for the course that it is judged by, from wherever the command is called."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import re
import shutil
from dataclasses import dataclass

import pytest
from click.testing import CliRunner

from grader.cli import cli
from grader.errors import GraderError

RUBRIC = """\
assignment: mini
title: A rubric of eve's
handout: mini.md
modules: [numpy]
questions:
  - id: q1
    title: Mine
    checks:
      - check: fine
        points: 100
"""
CHECKS = """\
open({mark!r}, "w").write("x")
def fine(student, expect):
    \"\"\"Fine.\"\"\"
    expect.true(True, "yes")
"""
MARKER = "assignment: mini\nmodules: [numpy]\nleft_out: {}\n"
# What lies in the submission beside its module.
PLANTED = {
    "a rubric": {"rubrics/mini.yaml": RUBRIC, "rubrics/mini.py": CHECKS, "rubrics/mini.md": "# Mine\n", "reference/mini/m.py": ""},
    "a rubric within submissions": {"submissions/mini/eve/m.py": "", "rubrics/mini.yaml": RUBRIC, "rubrics/mini.py": CHECKS, "rubrics/mini.md": ""},
    "an empty folder": {"rubrics/": ""},
    "a kit": {"grader-kit.yaml": MARKER, "rubrics/mini.yaml": RUBRIC, "rubrics/mini.py": CHECKS, "rubrics/mini.md": "# Mine\n"},
    "a kit's mark alone": {"grader-kit.yaml": MARKER},
    "a kit's mark that is none": {"grader-kit.yaml": "[", "rubrics/": ""},
    "a preparation and results": {".grader_cache/mini/x": "x", "results/mini/results.jsonl": "{}\n", "rubrics/": ""},
}  # fmt: skip
PLACES = {"from the course": ".", "from the submission": "submissions/mini/eve", "from the class": "submissions/mini"}
POINTS = {"check": 9.3333, "ci": 9.3333, "grade": 10.3333}


@pytest.fixture(scope="module")
def course(light_course, tmp_path_factory):
    """A course; its cases are drawn once."""
    folder = tmp_path_factory.mktemp("courses") / "course"
    shutil.copytree(light_course, folder)
    return folder


@pytest.fixture
def eve(course, light_honest):
    """A submission in the course, which is gone afterwards."""
    folder = course / "submissions" / "mini" / "eve"
    folder.mkdir(parents=True)
    (folder / "m.py").write_text(light_honest)
    yield folder
    shutil.rmtree(course / "submissions")


def plant(folder, files):
    """Write files, whose code leaves a mark; the mark."""
    mark = folder / "MARK"
    for name, content in files.items():
        path = folder / name
        if name.endswith("/"):
            path.mkdir(parents=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content.replace("{mark!r}", repr(str(mark))))
    return mark


@dataclass
class Done:
    """How a command ended."""

    returncode: int
    stdout: str
    stderr: str


def grader(folder, *arguments):
    """The command in a folder, in this process, where everything is loaded."""
    with contextlib.chdir(folder):
        done = CliRunner().invoke(cli, list(arguments))
    if isinstance(done.exception, GraderError):
        return Done(done.exception.exit_code, done.stdout, str(done.exception))
    return Done(done.exit_code, done.stdout, f"{done.stderr}{done.exception!r}")


def out_of(command, done):
    """The most points that a run could give."""
    if command == "ci":
        return float(re.search(r"of ([\d.]+) points", done.stdout)[1])
    return json.loads(done.stdout.splitlines()[-1])["max_score"]


CASES = [
    *itertools.product(["check"], PLANTED, ["from the course"]),
    *itertools.product(["grade"], ["a rubric", "a rubric within submissions", "a kit"], PLACES),
    *itertools.product(["check", "ci"], ["a rubric", "a rubric within submissions", "a kit", "an empty folder"], ["from the submission"]),
    ("ci", "a rubric", "from the course"), ("check", "a rubric", "from the class"), ("ci", "a kit", "from the course"),
]  # fmt: skip


@pytest.mark.parametrize(("command", "planted", "place"), CASES)
def test_the_course_around_judges(command, planted, place, course, eve):
    """Its maximum, and no file of the submission is run, whatever looks like a course in it."""
    mark = plant(eve, PLANTED[planted])
    here = course / PLACES[place]
    path = os.path.relpath(eve, here)
    words = {
        "check": ["check", path, "--json"],
        "ci": ["ci", path, "--no-github"],
        "grade": ["grade", "mini", path, "--json"],
    }
    done = grader(here, *words[command])
    assert not mark.exists()
    assert done.returncode == 0, done.stderr + done.stdout
    assert out_of(command, done) == pytest.approx(POINTS[command], abs=0.01)


@pytest.mark.parametrize("command", ["check", "ci"])
@pytest.mark.parametrize("planted", ["a rubric", "a kit", "an empty folder"])
def test_from_elsewhere_the_assignment_is_named(command, planted, course, eve, tmp_path):
    """A folder in the course's submissions is the course's, wherever one is."""
    mark = plant(eve, PLANTED[planted])
    done = grader(tmp_path, command, str(eve), "--assignment", "mini", *(["--json"] if command == "check" else []))
    assert not mark.exists()
    assert done.returncode == 0, done.stderr
    assert out_of(command, done) == pytest.approx(POINTS[command], abs=0.01)


@pytest.mark.parametrize("planted", ["a rubric", "a kit"])
def test_a_clone_beside_the_course_is_judged_by_the_course(planted, course, light_honest, tmp_path):
    """Repositories lie anywhere; who is in the course and names the assignment means the course's."""
    mark = plant(tmp_path, {**PLANTED[planted], "m.py": light_honest})
    done = grader(course, "ci", str(tmp_path), "--assignment", "mini")
    assert not mark.exists()
    assert out_of("ci", done) == pytest.approx(POINTS["ci"], abs=0.01)
    unnamed = grader(course, "ci", str(tmp_path))
    assert not mark.exists()
    assert unnamed.returncode == 2
    assert "--assignment mini" in unnamed.stderr


def test_a_rubric_of_ones_own_judges_nothing(light_honest, tmp_path):
    """Without a course around, a submission's own rubric is refused and not run."""
    mark = plant(tmp_path, {**PLANTED["a rubric"], "m.py": light_honest})
    for words in (
        ["ci", "."],
        ["ci", ".", "--assignment", "mini"],
        ["check", "."],
        ["check", ".", "--assignment", "mini"],
    ):
        done = grader(tmp_path, *words)
        assert done.returncode == 2, (words, done.stdout)
        assert not mark.exists()
