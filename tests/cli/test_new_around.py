"""An assignment that exists gets a rubric that runs at once, and keeps what it has."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from grader.assignment import load_assignment
from grader.cli.new import command
from grader.course.folders import Course
from tests.commands import grader_command

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
    ("body", "given"),
    [
        ("np.log(x)", "{x: {elements: 0.1..9}}"),
        ("float(len(x))", "{x: {shape: [n], n: 2..6}}"),
        ("np.log(x[0]) * len(x)", "{x: {shape: [n], elements: 0.1..9, n: 2..6}}"),
        ("np.log(np.trace(x))", "{x: {shape: [n, n], elements: 0.1..9, n: 2..5}}"),
        ("(x - x.mean()) / x.std()", ""),
        ("1 / (x - 9) if x < 10 else 0", ""),
    ],
)
def test_arguments_are_such_that_the_model_answer_has_an_answer(course, body, given):
    """For all that may be drawn; what has none for some of it waits for a check of its own. So the rubric runs."""
    (course / "reference/a2/words.py").write_text(f"import numpy as np\ndef f(x):\n    return {body}\n")
    CliRunner().invoke(command, ["a2", "--around"], catch_exceptions=False)
    text = (course / "rubrics/a2.yaml").read_text()
    assert (f"id: words_f\n        given: {given}\n" if given else "words_is_complete") in text
    assert load_assignment(Course(course), "a2").checks


def test_what_is_tried_touches_nothing_but_itself(course):
    """A number may be a file that is open, or the code that a process ends with; nor is anything left in the course."""
    (course / "reference/a2/words.py").write_text(
        "import os\ndef load(path):\n    with open(path) as file:\n        return file.read()\n"
        "def leave(code):\n    os._exit(int(code))\ndef wait(n):\n    while True: pass\n"
    )
    done = grader_command("new", "a2", "--around", cwd=course)
    assert done.returncode == 0
    assert {line.partition(":")[0] for line in done.stderr.splitlines()} == {"functions tried"}  # of what takes a while
    assert "rubrics/a2.yaml" in done.stdout
    python = (course / "rubrics/a2.py").read_text()
    assert all(f'"words has {name}"' in python for name in ("load", "leave", "wait"))
    assert sorted(path.name for path in course.iterdir()) == ["reference", "rubrics", "submissions"]


def test_questions_are_numbered_as_they_stand(course):
    """A file without a function is none."""
    (course / "reference/a2/empty.py").write_text("")
    CliRunner().invoke(command, ["a2", "--around"], catch_exceptions=False)
    questions = load_assignment(Course(course), "a2").rubric.questions
    assert [question.id for question in questions] == [f"q{number + 1}" for number in range(len(questions))]


def test_a_model_answer_in_a_notebook_is_sent_back_with_a_way_out(course):
    """It is modules; a notebook that was saved as a script is one, with its magics."""
    for path in ("pkg/sums.py", "words.py"):
        (course / "reference/a2" / path).unlink()
    (course / "reference/a2/hw.ipynb").write_text("{}")
    done = CliRunner().invoke(command, ["a2", "--around"])
    assert done.exit_code
    assert "save its functions as hw.py there (jupyter nbconvert --to script" in str(done.exception)
    (course / "reference/a2/hw.py").write_text(
        "# coding: utf-8\n\n# In[1]:\n\n\nget_ipython().run_line_magic('matplotlib', 'inline')\n\n"
        "# In[2]:\n\n\ndef f(x):\n    return 2 * x\n"
    )
    assert CliRunner().invoke(command, ["a2", "--around"], catch_exceptions=False).exit_code == 0
    assert set(load_assignment(Course(course), "a2").checks) == {"hw_f"}


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
