"""An assignment that exists gets a rubric that runs at once, and keeps what it has."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from grader.assignment import load_assignment
from grader.cli.new import command
from grader.course.folders import Course

FILES = {
    "reference/a2/pkg/sums.py": "import numpy as np\n\ndef total(x):\n    return np.asarray(x).sum()\n\ndef both(x, y, scale=1.0):\n    return scale * (x + y)\n",
    "reference/a2/words.py": "def shout(text):\n    return text.upper()\n",
    "submissions/a2/ana/pkg/sums.py": "def total(x):\n    return x\n",
}


@pytest.fixture
def course(tmp_path, monkeypatch):
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_it_begins_from_what_is_there(course):
    """A check for what answers to numbers, a line for what does not; model answer and class as they were."""
    done = CliRunner().invoke(command, ["a2", "--around", "reference/a2", "submissions/a2"], catch_exceptions=False)
    assert done.exit_code == 0
    assert {path: (course / path).read_text() for path in FILES} == FILES
    assert "# words.shout needs a check in a2.py" in (course / "rubrics/a2.yaml").read_text()
    assignment = load_assignment(Course(course), "a2")
    assert {name for check in assignment.checks.values() for name in check.plan.functions} == {
        "pkg.sums.total",
        "pkg.sums.both",
    }


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["a2", "reference/a2"], "write --around"),
        (["a2", "--around", "reference"], "is not where a course has it"),
        (["a3", "--around"], "copy the model answer to it"),
    ],
)
def test_what_cannot_be_is_told(arguments, told, course):
    """With what to do instead."""
    done = CliRunner().invoke(command, arguments)
    assert told in str(done.exception)


def test_a_rubric_that_is_there_stays(course):
    """It is never overwritten."""
    (course / "rubrics").mkdir()
    (course / "rubrics/a2.yaml").write_text("mine")
    done = CliRunner().invoke(command, ["a2", "--around"])
    assert "already" in str(done.exception)
    assert (course / "rubrics/a2.yaml").read_text() == "mine"
