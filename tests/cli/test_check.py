"""`grader check` as a student calls it: what is taught, what is never told, and what happens on a saved file."""

from __future__ import annotations

import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.cli import cli
from tests.cli.test_grade import CLASS, HONEST, course, grader, lines
from tests.kit.conftest import HIDING

__all__ = ["course"]  # a fixture

HIDDEN = ("conv_keeps_inputs", "leaves its arguments alone", "unchanged")
MATRIX = "## Question 2\n$$W = \\begin{pmatrix} 17.25 & 3.5 \\\\ 4.75 & 5.125 \\end{pmatrix}$$\n"

SNAPSHOT = Path(__file__).parent / "check_ben.txt"


def check(course, student, *arguments, **options):
    return grader(course / "submissions/mini" / student, "check", *arguments, **options)


@pytest.fixture
def quick(warm, monkeypatch):
    """The command within this process, on a sandbox that is warm already; options as on the command line."""
    monkeypatch.setattr("grader.sandbox.fallback.OwnCodeSandbox", warm)

    def run(folder, *arguments):
        done = CliRunner().invoke(cli, ["check", str(folder), *arguments], catch_exceptions=False)
        assert done.exit_code == 0
        return done

    return run


def visible(line):
    """The visible checks of a result line, without what may differ: which of them shows an example is as it comes."""
    kept = ("id", "status", "score", "max_score", "examples", "failed_examples", "worst_error")
    checks = (check for question in line["questions"] for check in question["checks"])
    return [{key: check[key] for key in kept} for check in checks if check["visibility"] == "visible"]


def test_a_wrong_function_is_answered_with_what_to_learn(course):
    """Seen, wanted, the smallest input, a snippet, the hint; the points; and what was not run."""
    done = check(course, "ben")
    assert done.returncode == 0, done.stderr
    assert done.stdout == SNAPSHOT.read_text()


def test_the_snippet_that_is_printed_shows_what_was_got(course, quick):
    """Pasted into Python in the student's folder it prints the wrong answer."""
    folder = course / "submissions/mini/ben"
    text = quick(folder).stdout
    snippet = text[text.index("import numpy as np") :].split("\n\n")[0]
    done = subprocess.run([sys.executable, "-c", snippet], cwd=folder, capture_output=True, text=True, check=True)
    [line] = lines(quick(folder, "--json").stdout)
    told = line["questions"][0]["checks"][0]["counterexample"]["actual"]
    assert re.findall(r"-?\d+\.?", done.stdout) == re.findall(r"-?\d+\.?", told)


def test_nothing_of_a_hidden_check_is_told(course, quick):
    """Neither its name, nor its words, nor that it passed; that there is one, and its points, are."""
    told = {student: quick(course / "submissions/mini" / student) for student in CLASS}
    for student, done in told.items():
        assert not any(word in done.stdout + done.stderr for word in HIDDEN), student
        assert "Not run here: 1 hidden check worth 1 point (q1: 1)." in done.stdout
        assert "all passed" not in done.stdout.lower()
    assert "Every check that runs here passed: 9.3333 of 9.3333 points." in told["ana"].stdout
    assert not any(word in quick(course / "submissions/mini/ben", "--only", "q1").stdout for word in HIDDEN)


def test_verdicts_are_those_of_grade(course, quick):
    """For every student of the small class, hang, crash and syntax error among them."""
    graded = {line["submission"]: line for line in lines(grader(course, "grade", "mini", "--json").stdout)}
    for student in CLASS:
        told = quick(course / "submissions/mini" / student, "--json").stdout
        [mine] = lines(told)
        assert visible(mine) == visible(graded[student]), student
        assert not any(word in told for word in HIDDEN), student
        assert len(visible(mine)) == sum(len(question["checks"]) for question in mine["questions"])
        assert mine["hidden_checks"] == 1


def test_verdicts_on_a_write_up_are_those_of_grade(quick, tmp_path):
    """As on functions, wrong ones and a known mistake beside it."""
    folder = writing(tmp_path)
    (folder / "m.py").write_text("def total(x):\n    return float((x**2).sum())\n")
    [graded] = lines(grader(folder, "grade", "secretive", folder, "--json").stdout)
    [checked] = lines(quick(folder, "--json").stdout)
    assert visible(checked) == visible(graded)
    assert {"passed", "failed", "missing"} <= {check["status"] for check in visible(checked)}


def writing(tmp_path):
    """The folder of a student whose write-up gives the right matrix."""
    folder = shutil.copytree(HIDING.root, tmp_path / "course") / "submissions/secretive/ana"
    folder.mkdir(parents=True)
    (folder / "answers.md").write_text(MATRIX)
    return folder


def test_it_works_from_anywhere_within_a_submission(course, quick, monkeypatch):
    """A sub-folder, a file, a path; all are the same submission."""
    folder = course / "submissions/mini/ana"
    (folder / "notes").mkdir()
    results = []
    for where, path in ((folder, "."), (folder / "notes", "."), (course, "submissions/mini/ana/m.py")):
        monkeypatch.chdir(where)
        results.append(lines(quick(path, "--json").stdout))
    assert results[0] == results[1] == results[2]
    assert results[0][0]["submission"] == "ana"


def test_a_question_can_be_checked_alone(course, quick):
    """Only its checks and points are told."""
    done = quick(course / "submissions/mini/ana", "--only", "Q2")
    assert "q1" not in done.stdout
    assert "3.3333 of 3.3333" in done.stdout
    assert "Not run here" not in done.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere"], "does not exist"),
        (["."], "name such a folder"),
        (["/"], "lies in no kit and in no course"),
        (["submissions/mini/ana", "--only", "q9"], "has the questions q1, q2"),
        (["submissions/mini/ana", "--assignment", "minni"], "did you mean mini?"),
        (["submissions/mini/ana", "--watch", "--json"], "leave one of them out"),
    ],
)
def test_wrong_calls_say_what_would_be_right(course, arguments, message):
    """Exit code 2, one message, no traceback."""
    done = grader(course, "check", *arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_text_of_a_students_is_harmless(course):
    """Escapes in what is raised, returned, printed and named arrive as text."""
    source = HONEST.replace(
        "return float(x.sum())", "print('\\x1b]0;owned\\x07'); raise ValueError('\\x1b[2Jgone\\u202e')"
    )
    (course / "submissions/mini/ana/m.py").write_text(source)
    done = check(course, "ana")
    assert done.returncode == 0
    assert not set("\x1b\x07\u202e") & set(done.stdout + done.stderr)
    assert r"\x1b[2Jgone\u202e" in done.stdout
    assert r"\x1b]0;owned\x07" in done.stdout


def test_colours_are_for_terminals_and_not_where_they_are_not_wanted(course, quick, monkeypatch):
    """A pipe gets plain text; so does a terminal under NO_COLOR, but for bold."""
    folder = course / "submissions/mini/ben"
    assert "\x1b[" not in quick(folder).stdout
    for name, value in (("FORCE_COLOR", "1"), ("COLORTERM", "truecolor"), ("TERM", "xterm-256color")):
        monkeypatch.setenv(name, value)
    assert "48;2;" in quick(folder).stdout
    monkeypatch.setenv("NO_COLOR", "1")
    assert "48;2;" not in quick(folder).stdout


def test_lines_fit_the_window(course, quick, monkeypatch):
    """But for code that is to be pasted."""
    for width in (60, 80, 200):
        monkeypatch.setenv("COLUMNS", str(width))
        done = quick(course / "submissions/mini/ben")
        prose = [line for line in done.stdout.splitlines() if line.startswith("  ")]
        assert prose
        assert max(map(len, prose)) <= min(width, 100)


def test_what_is_alike_is_said_once(course, quick):
    """A file that does not run fails all its checks; one message names them."""
    done = quick(course / "submissions/mini/emil")
    assert done.stdout.count("SyntaxError") == 2  # once a question
    assert "conv_matches_numpy" in done.stdout


def test_a_check_that_fails_itself_is_nobodys_zero(course):
    """Exit code 1, and it is said whose doing it is."""
    rubric = course / "rubrics/mini.py"
    rubric.write_text(
        rubric.read_text().replace(
            "    expect.equal(student.m.total(np.array([1.0, 2.0, 3.0])), 6)",
            "    expect.equal(1 / (float(student.m.total(np.array([1.0, 2.0, 3.0]))) - 7), -1)\n",
        )
    )
    module = course / "submissions/mini/ana/m.py"
    module.write_text(module.read_text().replace("return float(x.sum())", "return float(x.sum()) + 1"))
    done = check(course, "ana")
    assert done.returncode == 1, done.stdout
    assert "not your doing" in done.stdout


def test_without_a_sandbox_it_runs_in_a_plain_process_and_says_so(course, quick):
    """The same verdicts; one line tells."""
    [plain] = lines(check(course, "ben", "--json", "--sandbox", "process").stdout)
    [strong] = lines(quick(course / "submissions/mini/ben", "--json").stdout)
    assert visible(plain) == visible(strong)
    assert plain["sandbox"] == "none: a plain child process"
    told = check(course, "ana", "--sandbox", "process").stdout
    assert "in a plain child process, not in a sandbox" in told
    assert "without a sandbox" not in quick(course / "submissions/mini/ana").stdout


def test_on_another_system_nothing_of_linux_is_reached(course, monkeypatch):
    """With macOS's name and without what only Linux has, `check` works and `grade` refuses."""

    import sysconfig

    import grader.grading.student_view
    import grader.results.store

    assert grader.grading.student_view and grader.results.store
    sysconfig.get_config_vars()  # Python's own file of this system is not there for another

    def absent(*_args, **_named):
        raise AssertionError("only Linux has this")

    for name in ("fork", "pidfd_open", "sched_getaffinity", "wait4", "memfd_create"):
        monkeypatch.setattr(os, name, absent)
    monkeypatch.setattr(signal, "pidfd_send_signal", absent)
    monkeypatch.setattr("grader.sandbox.zygote.ZygoteProcess", absent)
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.chdir(course)
    done = CliRunner().invoke(cli, ["check", "submissions/mini/ben"])
    assert done.exit_code == 0, done.output
    assert "conv_matches_numpy" in done.output
    assert "in a plain child process, not in a sandbox" in done.output
    for arguments in (["grade", "mini"], ["check", "submissions/mini/ben", "--sandbox", "strict"]):
        refused = CliRunner().invoke(cli, arguments)
        assert "this is darwin" in str(refused.exception)


class Watching:
    """`grader check --watch` in a student's folder, and what it prints."""

    def __init__(self, folder):
        command = [sys.executable, "-m", "grader", "check", "--watch"]
        self.process = subprocess.Popen(
            command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )  # fmt: skip
        self._lines = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self._lines.put(line)

    def until(self, word, seconds=60):
        """What is printed up to the line with `word`, and how long that took."""
        started, seen = time.monotonic(), []
        while word not in "".join(seen[-1:]):
            seen.append(self._lines.get(timeout=seconds))
        return "".join(seen), time.monotonic() - started


@pytest.fixture
def watching(course):
    """A student who watches."""
    one = Watching(course / "submissions/mini/ben")
    yield one
    one.process.kill()
    one.process.wait()


def test_a_saved_file_is_checked_at_once(course, watching):
    """Fixed, broken, fixed while it watches; Ctrl-C is a good end."""
    module = course / "submissions/mini/ben/m.py"
    assert "conv_matches_numpy" in watching.until("Ctrl-C ends it")[0]
    module.write_text(HONEST)
    text, seconds = watching.until("Ctrl-C ends it")
    assert "m.py changed: 5 checks run" in text
    assert "Every check that runs here passed" in text
    assert seconds < 10  # on a very busy machine; it is 0.4 on an idle one
    module.write_text("def conv(:")
    text, _ = watching.until("SyntaxError")
    assert text == "m.py, line 1: SyntaxError: invalid syntax\n"
    module.write_text(HONEST.replace("float(x.sum())", "0.5"))
    text, _ = watching.until("Ctrl-C ends it")
    assert "total_matches_reference" in text
    assert "conv_matches_numpy" not in text
    (course / "submissions/mini/ben/notes.md").write_text("nothing")
    assert "notes.md changed: 0 checks run" in watching.until("Ctrl-C ends it")[0]
    watching.process.send_signal(signal.SIGINT)
    assert watching.process.wait(10) == 0
    assert watching.process.stderr.read() == ""


def test_a_write_up_is_checked_when_it_is_saved(tmp_path):
    """Only its own checks, not those of the code."""
    folder = writing(tmp_path)
    one = Watching(folder)
    try:
        assert "✓ w_matrix" in one.until("Ctrl-C ends it")[0]
        (folder / "answers.md").write_text(MATRIX.replace("17.25", "17.5"))
        text, _ = one.until("Ctrl-C ends it")
    finally:
        one.process.kill()
        one.process.wait()
    assert "answers.md changed: 1 check run" in text
    assert "✗ w_matrix" in text
    assert "✗ total_adds_up" not in text
