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
    assert 'expect.true(student.words.shout, "words has shout")' in (course / "rubrics/a2.py").read_text()
    assignment = load_assignment(Course(course), "a2")
    assert {name for check in assignment.checks.values() for name in check.plan.functions} == {
        "pkg.sums.total",
        "pkg.sums.both",
        "words.shout",
    }


def test_classes_alone_make_a_rubric_that_runs(course):
    """With the libraries that the model answer imports; warnings of what is tried are not shown."""
    (course / "reference/a2/pkg/sums.py").unlink()
    (course / "reference/a2/words.py").write_text(
        "import scipy.special as sp\nimport json\nfrom pkg import net\nclass Word: pass\n"
    )
    (course / "reference/a2/pkg/net.py").write_text(
        "import warnings\ndef f(text):\n    warnings.warn('loud')\n    return ''\n"
    )
    done = CliRunner().invoke(command, ["a2", "--around"], catch_exceptions=False)
    assert done.exit_code == 0
    assert "loud" not in done.output
    assert "modules: [numpy, scipy]" in (course / "rubrics/a2.yaml").read_text()
    checks = load_assignment(Course(course), "a2").checks
    assert {name for check in checks.values() for name in check.plan.functions} == {"words.Word", "pkg.net.f"}


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
