"""`grader ci` as a runner of GitHub's would see it: commands, files, exit codes, and what a student can do to them."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from junitparser.xunit2 import JUnitXml

from grader.cli import cli
from tests.commands import grader_command
from tests.conftest import LIGHT
from tests.export.test_escaping import command

HONEST = (LIGHT.reference("mini") / "m.py").read_text()
# Flips the kernel, and in place: the first fails visible checks, the second the one hidden check of the course.
WRONG = HONEST.replace("kh, kw = kernel.shape", "kh, kw = kernel.shape; kernel[:] = kernel[::-1, ::-1].copy()")
HIDDEN = "conv_keeps_inputs"
CLASSROOM = {
    "CLASSROOM": "dl", "ASSIGNMENT": "mini", "SUBMISSION_TAG": "submit/2026-11-23T01-02-03Z-a1b2c3d", "OWNER": "ana",
    "COMMIT_URL": "https://example.org/c", "RELEASE_URL": "https://example.org/r", "REVIEW_URL": "https://example.org/v",
}  # fmt: skip


@pytest.fixture(scope="module")
def course(light_course, tmp_path_factory):
    """A course folder; its cases are drawn once for all tests here."""
    folder = tmp_path_factory.mktemp("ci") / "course"
    shutil.copytree(light_course, folder)
    return folder


def hand_in(course, name, source):
    """A submission's folder."""
    folder = course / "submissions" / "mini" / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "m.py").write_text(source)
    return folder


def ci(course, name, *arguments, **environment):
    """Run the command on a submission as a step of a workflow."""
    runner = {"GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": str(course), **environment}
    kept = {key: value for key, value in os.environ.items() if not key.startswith("GITHUB_")}
    environment = kept | {name: str(value) for name, value in runner.items()}
    return grader_command("ci", f"submissions/mini/{name}", *arguments, cwd=course, env=environment)


def heard(stdout):
    """The commands that a runner would carry out: those outside every fence."""
    word, carried_out = None, []
    for line in stdout.splitlines():
        found = command(line)
        old = re.search(r"##\[(\S+)", line)  # the form of Azure's days, which a runner still finds anywhere in a line
        name = found[0] if found else old and old[1]
        if word is not None:
            word = None if name == word else word
        elif name == "stop-commands":
            word = found[2]
        elif name:
            carried_out.append(found or line)
    assert word is None, "the fence is never taken down"
    return carried_out


@pytest.fixture(scope="module")
def ben(course, tmp_path_factory):
    """The run of a wrong submission, and the folder of the files that it wrote."""
    hand_in(course, "ben", WRONG)
    out = tmp_path_factory.mktemp("ben")
    (out / "summary.md").write_text("before\n")
    return ci(
        course, "ben", *files_in(out), "--min-score", "36%", **CLASSROOM, GITHUB_STEP_SUMMARY=out / "summary.md"
    ), out


def files_in(out):
    """The options that write files, but for the summary."""
    return "--junit", out / "new" / "junit.xml", "--classroom50", out / "result.json"


def test_a_wrong_function_is_marked_at_its_line(ben, course):
    """One error at the line of `def conv`, and the notices that the old Classroom reads."""
    done, _ = ben
    error, complete, report = heard(done.stdout)
    line = 1 + HONEST.splitlines().index("def conv(image, kernel):")
    where = {"file": "submissions/mini/ben/m.py", "line": str(line), "title": "conv_matches_numpy"}
    assert error[:2] == ("error", where)
    assert "numpy's cross-correlation" in error[2]
    assert (complete[1]["title"], complete[2]) == ("Autograding complete", "Points 3.3333/9.3333")
    assert report[1:] == ({"title": "Autograding report"}, '{"totalPoints":3.3333,"maxPoints":9.3333}')


def test_files_are_what_their_readers_expect(ben):
    """JUnit, a page in Markdown that is appended to, and Classroom 50's whole numbers."""
    _, out = ben
    suites = JUnitXml.fromfile(str(out / "new" / "junit.xml"))
    assert (suites.tests, suites.failures, suites.errors) == (5, 1, 0)
    assert (out / "summary.md").read_text().startswith("before\n## mini: 3.3333 of 9.3333 points\n")
    result = json.loads((out / "result.json").read_text())
    assert (result["score"], result["max-score"], result["owner"]) == (333, 933, "ana")


def test_too_few_points_end_with_4(ben):
    """A job is red because of points, and not mistaken for one that could not run."""
    done, _ = ben
    assert done.returncode == 4, done.stderr
    assert done.stdout.endswith("Fewer than the 3.36 points that --min-score asks for.\n")


def test_nothing_of_a_hidden_check_is_told(ben):
    """Neither name nor points of it, in no file and no line; only that there is one."""
    done, out = ben
    told = done.stdout + done.stderr + "".join(file.read_text() for file in out.rglob("*.*"))
    assert "conv_matches_numpy" in told
    assert HIDDEN not in told
    assert "10.33" not in told
    assert done.stdout.count("1 hidden check: run by your instructor") == 1


@pytest.fixture
def quick(course, warm, monkeypatch):
    """The command within this process, on a sandbox that is warm already."""
    for name in [name for name in os.environ if name.startswith("GITHUB_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GITHUB_WORKSPACE", str(course))
    monkeypatch.setattr("grader.sandbox.isolated.ForkedSandbox", warm)
    monkeypatch.chdir(course)

    def run(name, *arguments):
        done = CliRunner().invoke(cli, ["ci", f"submissions/mini/{name}", *map(str, arguments)], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done

    return run


def test_elsewhere_the_output_is_for_people(quick, ben):
    """Enough points is 0; no line is a command where GitHub does not listen."""
    done = quick("ben", "--min-score", "35%", "--only", "q1,q2")
    assert not re.search("^::", done.stdout, re.MULTILINE)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--min-score", "lots"], "'lots' is neither points, like 12.5, nor a percentage"),
        (["--min-score", "101%"], "'101%' is neither"),
        (["--assignment", "min"], "did you mean mini?"),
        (["--classroom50", "result.json"], "result.json needs CLASSROOM, ASSIGNMENT, SUBMISSION_TAG"),
    ],
)
def test_a_wrong_call_says_what_would_be_right(course, arguments, said):
    """One message and exit code 2, before anything is run; a fence that was put up is taken down."""
    hand_in(course, "none", "")
    done = ci(course, "none", *arguments)
    assert (done.returncode, said in done.stderr) == (2, True), done.stderr
    assert "Traceback" not in done.stderr
    assert heard(done.stdout) == []


LOUD = """
import os, sys
for text in ["::error::x", "::set-output name=a::b", "::add-mask::points", "::notice title=Autograding report::{}",
             "##[error]x", "x ##[add-mask]points", "\\x1b[2J\\x1b[31m::error::y\\x1b[0m", "\\r::error::z", "::endgroup::",
             "::stop-commands::x", "::x::", "::warning::" + "w" * 5000]:
    print(text)
    print(text, file=sys.stderr, flush=True)
print("seen", sorted(os.environ), flush=True)
for path in PATHS:
    try:
        open(path, "a").write("points=100")
        print("wrote", path, flush=True)
    except OSError as error:
        print("refused", type(error).__name__, flush=True)
for _ in range(1600):
    os.write(1, b"::error::x " * 6000)
"""


RUNNER = ["GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_PATH", "GITHUB_STEP_SUMMARY"]
SECRETS = {"SECRET_TOKEN": "t0ken", "ACTIONS_RUNTIME_TOKEN": "t0ken"}


@pytest.fixture(scope="module")
def loud(course, tmp_path_factory):
    """As `ben`, from a submission that prints whatever could be a command, a hundred megabytes of it."""
    out = tmp_path_factory.mktemp("loud")
    runner = {name: str(out / name) for name in RUNNER}
    for path in runner.values():
        Path(path).write_text("before\n")
    hand_in(course, "loud", WRONG + LOUD.replace("PATHS", repr(sorted(runner.values()))))
    return ci(course, "loud", *files_in(out), "--min-score", "36%", **CLASSROOM, **runner, **SECRETS), out


def test_what_a_student_prints_commands_nothing(ben, loud):
    """The same commands, exit code, points and files as without."""
    (quiet, quiet_out), (done, out) = ben, loud
    assert done.returncode == quiet.returncode
    commands = [str(found).replace("/loud/", "/ben/") for found in heard(done.stdout)]
    assert commands == [str(found) for found in heard(quiet.stdout)]
    for name in ("result.json", "new/junit.xml"):
        assert timeless(out / name) == timeless(quiet_out / name)


def test_what_a_student_prints_is_shown_harmless_and_cut(ben, loud):
    """Escapes become visible, and of a hundred megabytes there is what the rubric allows."""
    (_, quiet_out), (done, out) = ben, loud
    page = (out / "GITHUB_STEP_SUMMARY").read_text()
    quiet, next_step, what = (quiet_out / "summary.md").read_text().rpartition("\nNext:")
    assert page.startswith(quiet.rstrip())
    assert page.endswith(next_step + what)
    assert "::set-output" not in page
    assert "set-output" in page
    assert "\\x1b[31m" in page
    assert "\x1b" not in done.stdout + page
    assert "the rest of the output was cut" in page
    assert max(len(done.stdout), len(page)) < 200_000


def test_a_student_sees_nothing_of_the_runner(loud):
    """No path to write outputs to and no token: the environment is nearly empty, and the files stay as they were."""
    _, out = loud
    page = (out / "GITHUB_STEP_SUMMARY").read_text()
    [seen] = re.findall(r"^seen (.*)$", page, re.MULTILINE)
    assert not re.search("GITHUB|SECRET|ACTIONS|t0ken", seen)
    assert page.count("refused") == len(RUNNER)
    assert "wrote" not in page
    assert all((out / name).read_text() == "before\n" for name in RUNNER if name != "GITHUB_STEP_SUMMARY")


def timeless(file):
    """A file's text without durations and the submission's name."""
    return re.sub(r'time="[\d.]+"|"(loud|ben)"', "", file.read_text())


HANGING = """
def loop(x):
    while True:
        x = x + 1


def conv(image, kernel):
    return loop(kernel)
"""


def test_what_ends_is_marked_where_it_was(course, quick):
    """A function that hangs, or raises: the innermost line of the student's own, be it of another function."""
    hand_in(course, "ada", HANGING)
    error, *_ = heard(quick("ada", "--github", "--only", "q1,q2").stdout)
    assert error[1]["line"] in ("3", "4"), error
    hand_in(course, "eve", "def norm(x):\n    return x / 0\n\n\ndef conv(image, kernel):\n    return norm(1)\n")
    error, *_ = heard(quick("eve", "--github", "--only", "q1,q2").stdout)
    assert error[1]["line"] == "2", error
    hand_in(course, "hal", "def conv(image, kernel):\n    return image\n\n\nx = (1 +\n")
    error, *_ = heard(quick("hal", "--github", "--only", "q1,q2").stdout)
    assert error[1]["line"] == "5", error


def test_the_page_ends_with_what_to_do_next(ben, course, quick, tmp_path):
    """The first check to look at, as the terminal says it; nothing where all is well."""
    done, out = ben
    assert (out / "summary.md").read_text().splitlines()[-1].startswith("Next: conv\\_matches\\_numpy in q")
    assert re.search("^Next: conv_matches_numpy in q", done.stdout, re.MULTILINE)


RAISING = "raise ValueError('::error::boo\\n::add-mask::points\\n\\x1b[31m##[error]x\\u2028::error::y <b>`|@ana #1')"


def test_what_a_student_raises_is_data_in_every_file(course, quick, tmp_path):
    """A message full of commands is one annotation, with its line feeds escaped, and well-formed XML."""
    hand_in(course, "dora", f"def conv(image, kernel):\n    {RAISING}\n")
    done = quick("dora", "--github", "--junit", tmp_path / "junit.xml", "--summary", tmp_path / "summary.md")
    raised, missing, *report = heard(done.stdout)
    assert (raised[1]["line"], missing[1]["line"]) == ("2", "1")  # where it was raised; what lacks three functions
    assert [found[0] for found in (raised, missing, *report)] == ["error", "error", "notice", "notice"]
    assert JUnitXml.fromfile(str(tmp_path / "junit.xml")).failures > 0
    assert "<b>" not in re.sub("```.*?```", "", (tmp_path / "summary.md").read_text(), flags=re.DOTALL)
