"""Modules in packages, at any depth: named by checks, found as Python finds them, told by their files."""

from __future__ import annotations

import pytest

from grader.assignment import load_assignment
from grader.checks.misconceptions.files import load_misconceptions
from grader.course.folders import Course
from grader.errors import RubricError
from grader.grading.locating import places
from grader.grading.one_submission import grade
from grader.intake.submission import Submission

RUBRIC = """
assignment: tree
title: Packages
modules: [numpy]
seed: 1
questions:
  - id: q1
    title: All
    checks:
      - {check: deep, points: 1, examples: 3}
      - {check: same_name, points: 1}
      - {check: lazy, points: 1, forbids: [numpy.interp]}
      - {matches_reference: kitchen.oven.bake.minutes, given: {grams: {elements: 1..900}}, points: 1, examples: 4}
      - {matches_reference: kitchen.whisk.whisk, given: {n: {elements: 1..9}}, points: 1, examples: 4}
      - {check: flat, points: 1}
"""
CHECKS = '''
from hypothesis import given, strategies as st

@given(cups=st.integers(1, 9))
def deep(student, expect, cups):
    """Three levels down."""
    expect.close(student.kitchen.oven.bake.volume(cups), 250.0 * cups)

def same_name(student, expect):
    """A module and its function."""
    expect.close(student.kitchen.whisk(2), 4.0)

def lazy(student, expect):
    """Imported when called, twice."""
    expect.close(student.kitchen.oven.bake.warm(), 10.0)
    expect.close(student.kitchen.oven.bake.warm(), 10.0)

def flat(student, expect, reference):
    """A module at the top."""
    expect.close(student.pantry.flour(), reference.pantry.flour())
'''
RIGHT = {
    "kitchen/units.py": "ML = 250.0\n",
    "kitchen/oven/bake.py": (
        "from ..units import ML\n\ndef volume(cups):\n    return ML * cups\n\ndef minutes(grams):\n    return grams / 20\n\n"
        "def warm():\n    from .heat import warm_up\n    return warm_up()\n"
    ),
    "kitchen/oven/heat.py": "def warm_up():\n    from extra import ten\n    return ten()\n",
    "kitchen/whisk/whisk.py": "def whisk(n):\n    return 2.0 * n\n",
    "extra.py": "def ten():\n    return 10.0\n",
    "pantry.py": "def flour():\n    from kitchen import units\n    return units.ML\n",
}


def write(folder, files):
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course whose reference is a tree."""
    root = tmp_path_factory.mktemp("tree")
    write(root / "rubrics", {"tree.yaml": RUBRIC, "tree.py": CHECKS})
    write(root / "reference/tree", RIGHT)
    mistake = (
        '"""Half the time."""\nREPLACES = "kitchen.oven.bake.minutes"\n\ndef minutes(grams):\n    return grams / 40\n'
    )
    write(root / "reference/tree", {"misconceptions/half.py": mistake})
    return Course(root)


@pytest.fixture(scope="module")
def assignment(course):
    return load_assignment(course, "tree")


@pytest.fixture
def statuses(assignment, sandbox):
    """Statuses and feedback by check of files."""

    def graded(files):
        submission = Submission("ana", {path: text.encode() for path, text in files.items()})
        return {verdict.id: verdict for verdict in grade(assignment, submission, sandbox).verdicts}

    return graded


def but(path, text):
    return {**RIGHT, path: text}


BAKE = RIGHT["kitchen/oven/bake.py"]
STYLES = {
    "as the reference": RIGHT,
    "absolute": but(
        "kitchen/oven/bake.py", BAKE.replace("..units", "kitchen.units").replace(".heat", "kitchen.oven.heat")
    ),
    "with __init__": {**RIGHT, "kitchen/__init__.py": "", "kitchen/oven/__init__.py": "from . import bake\n"},
    "through __init__": but("kitchen/__init__.py", "from .units import ML\n")
    | {"kitchen/oven/bake.py": BAKE.replace("from ..units import", "from kitchen import")},
    "packages for modules": {
        **{path: text for path, text in RIGHT.items() if path != "kitchen/whisk/whisk.py"},
        "kitchen/whisk/__init__.py": "def whisk(n):\n    return 2.0 * n\n",
    },
    "exported": but("kitchen/whisk/__init__.py", "from .whisk import whisk\n"),
    "a module where the reference has a package": {
        **{path: text for path, text in RIGHT.items() if path != "kitchen/whisk/whisk.py"},
        "kitchen/whisk.py": "def whisk(n):\n    return 2.0 * n\n",
    },
    "a name of Python's within": but("kitchen/queue.py", "def ten():\n    return 10.0\n")
    | {"kitchen/oven/heat.py": "from ..queue import ten as warm_up\n"},
}


@pytest.mark.parametrize("style", STYLES)
def test_packages_in_any_style_earn_the_same(style, statuses):
    """However the modules import each other, and whatever of them is a package."""
    assert {
        name: verdict.status for name, verdict in statuses(STYLES[style]).items() if verdict.status != "passed"
    } == {}


def test_missing_parts_are_told_as_files(statuses):
    """A file in its folder, or a function in its file."""
    without = {path: text for path, text in RIGHT.items() if "oven" not in path}
    assert statuses(without)["deep"].feedback == "no file kitchen/oven/bake.py"
    found = statuses(but("kitchen/oven/bake.py", BAKE.replace("def volume", "def volum")))["deep"]
    assert (found.status, found.feedback) == ("missing", "kitchen/oven/bake.py has no volume; there is volum")
    found = statuses({})["flat"]
    assert (found.status, found.feedback) == ("missing", "no file pantry.py")


def test_errors_name_the_file_in_its_folder(statuses):
    """Also where a package's own import fails, which is no missing file."""
    found = statuses(but("kitchen/oven/bake.py", BAKE.replace("..units", ".unitz")))["deep"]
    assert found.status == "error"
    assert "kitchen/oven/bake.py, line 1: kitchen.oven.unitz is not there" in found.feedback


def test_a_misconception_replaces_a_function_in_a_package(course, statuses):
    """By its dotted name; the verdict names it."""
    [known] = load_misconceptions(course.reference("tree"))
    assert (known.module, known.function) == ("kitchen.oven.bake", "minutes")
    found = statuses(but("kitchen/oven/bake.py", BAKE.replace("grams / 20", "grams * 0.025")))
    assert found["minutes_matches_reference"].misconception == "half"


def test_forbidden_routines_are_found_through_relative_imports(statuses):
    """And told with the file in its folder."""
    heat = "import numpy as np\n\ndef warm_up():\n    return np.interp(1.0, [0.0, 2.0], [0.0, 20.0])\n"
    found = statuses(
        but("kitchen/oven/heat.py", heat)
        | {
            "kitchen/oven/bake.py": BAKE.replace("    from .heat import warm_up\n", "").replace(
                "from ..units", "from .heat import warm_up\nfrom ..units"
            )
        }
    )["lazy"]
    assert found.status == "needs_review"
    assert "kitchen/oven/heat.py, line 4: numpy.interp" in found.feedback


def test_places_are_files_in_their_folders(assignment, sandbox):
    """For the annotations of a continuous check."""
    submission = Submission("ana", {path: text.encode() for path, text in RIGHT.items()})
    found = places(assignment, submission, sandbox, grade(assignment, submission, sandbox))
    assert found["deep"] == ("kitchen/oven/bake.py", 3)
    assert found["whisk_matches_reference"] == ("kitchen/whisk/whisk.py", 1)


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("kitchen.oven.bakes.minutes", "did you mean 'kitchen.oven.bake'?"),
        ("kitchen.oven.bake.minute", "did you mean 'minutes'?"),
        ("minutes", "such as q3_losses.bce_loss"),
    ],
)
def test_a_target_that_leads_nowhere_is_told(course, target, told, tmp_path):
    """With the nearest name."""
    write(tmp_path / "rubrics", {"tree.yaml": RUBRIC.replace("kitchen.oven.bake.minutes", target), "tree.py": CHECKS})
    write(tmp_path / "reference/tree", RIGHT)
    with pytest.raises(RubricError, match=told.replace("?", r"\?")):
        load_assignment(Course(tmp_path), "tree")
