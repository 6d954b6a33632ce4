"""The documents say what is true: every command runs, every file they name is there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import textwrap

import pytest
import yaml

from grader.cli import _COMMANDS
from tests.conftest import ROOT

DOCUMENTS = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"]
DOCUMENTS += sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").glob("*.md"))
AUTHORING = (ROOT / "docs" / "authoring.md").read_text()
# Sub-commands that docs/authoring.md shows before they are there.
AWAITED = {"validate", "calibrate", "kit"} - set(_COMMANDS)
README = (ROOT / "README.md").read_text()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_paths_that_documents_name_exist(name):
    """A path in code quotes that looks like one of ours is one."""
    text = (ROOT / name).read_text()
    named = re.findall(r"`((?:grader|rubrics|reference|tests|submissions|benchmarks)/[\w./-]*)`", text)
    missing = [path for path in named if "<" not in path and not (ROOT / path).exists()]
    assert missing == []
    linked = re.findall(r"\]\((?!http)([^)#]+)\)", text)
    assert [path for path in linked if not ((ROOT / name).parent / path).exists()] == []


def test_the_readmes_commands_are_the_commands():
    """Each sub-command that is shown has a help page."""
    shown = set(re.findall(r"\.venv/bin/grader (\w+)", README))
    assert "grade" in shown
    for command in shown:
        done = subprocess.run([sys.executable, "-m", "grader", command, "--help"], capture_output=True, check=False)
        assert done.returncode == 0, command


def test_the_readmes_grade_commands_run(tmp_path):
    """What an instructor is told to type does what is said."""
    for line in re.findall(r"^\.venv/bin/grader (grade hw1 .+?)(?:\s+#.*)?$", README, re.MULTILINE):
        command = [sys.executable, "-m", "grader", *line.split(), "--out", str(tmp_path / "out")]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (line, done.stderr)


def test_the_readmes_replay_finds_the_record_again(tmp_path):
    """With another folder of results, so that nobody's own are touched."""
    [line] = re.findall(r"^\.venv/bin/grader (replay .+?)(?:\s+#.*)?$", README, re.MULTILINE)
    student = line.split()[1]
    for command in (f"grade hw1 submissions/hw1/{student} --out {tmp_path}", f"{line} --results {tmp_path}"):
        full = [sys.executable, "-m", "grader", *command.split()]
        done = subprocess.run(full, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (command, done.stdout, done.stderr)
    assert done.stdout.endswith("This is the recorded verdict.\n")


def test_the_readmes_ci_and_pytest_commands_are_understood():
    """Options that there are, and a rubric that pytest finds checks in."""
    from grader.cli.ci import command

    lines = re.findall(r"^\.venv/bin/grader ci (.+?)(?:\s+#.*)?$", README, re.MULTILINE)
    assert lines
    for line in lines:
        command.make_context("ci", line.split())
    [line] = re.findall(r"^\.venv/bin/python -m pytest (rubrics/.+)$", README, re.MULTILINE)
    found = [sys.executable, "-m", "pytest", "--collect-only", "-q", *line.split()]
    done = subprocess.run(found, cwd=ROOT, capture_output=True, text=True, check=False)
    assert "rubrics/hw1.yaml::q2::conv2d_matches_torch" in done.stdout


def test_the_readmes_kit_commands_run(tmp_path):
    """Into a folder of the test's; a kit is one that students can check their work in."""
    lines = re.findall(r"^\.venv/bin/grader (kit .+?)(?:\s+#.*)?$", README, re.MULTILINE)
    assert len(lines) == 2
    for line in lines:
        command = [sys.executable, "-m", "grader", *line.replace("../", f"{tmp_path}/").split()]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (line, done.stderr)
    assert (tmp_path / "hw1-kit" / "grader-kit.yaml").is_file()
    assert (tmp_path / "gradescope" / "autograder.zip").is_file()


def test_the_readmes_check_commands_run():
    """What a student is told to type does what is said."""
    shown = re.findall(r"^\.venv/bin/grader (check .+?)\s+#", README, re.MULTILINE)
    assert shown
    for line in shown:
        command = [sys.executable, "-m", "grader", *line.split()]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (line, done.stderr)
        assert "Not run here: " in done.stdout


def test_the_readmes_commands_for_many_machines_are_understood():
    """Options that there are, on both sides."""
    from distributed.cli import dask_scheduler, dask_worker

    from grader.cli.grade import command

    commands = {"dask scheduler": dask_scheduler.main, "dask worker": dask_worker.main, "grader grade": command}
    lines = re.findall(r"^((?:dask|grader) \w+) ?(.*?)\s+# on .*$", README, re.MULTILINE)
    assert {name for name, _ in lines} == set(commands)
    for name, arguments in lines:
        commands[name].make_context(name, arguments.split())


def test_the_readmes_transcript_is_what_the_command_prints(tmp_path):
    """Every line shown is printed, in that order."""
    [block] = re.findall(r"```\n\$ grader (grade hw1 .*?)```", README, re.DOTALL)
    command, *shown = block.splitlines()
    full = [sys.executable, "-m", "grader", *command.split(), "--out", str(tmp_path)]
    done = subprocess.run(full, cwd=ROOT, capture_output=True, text=True, check=True)
    printed = iter([line.rstrip() for line in done.stdout.splitlines()])
    assert [line for line in shown if line.rstrip() not in printed] == []


def test_the_readmes_check_is_the_rubrics():
    """The YAML that is shown is a check that would load."""
    [block] = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
    [check] = yaml.safe_load(block)
    assert {"check", "points", "tolerance"} <= set(check)
    assert f"def {check['check']}(" in (ROOT / "rubrics" / "hw1.py").read_text()


def test_the_way_to_an_own_assignment_can_be_gone(tmp_path):
    """Every command of docs/authoring.md runs, one after the other, from an empty folder to a graded class."""
    commands = [line for block in re.findall(r"```sh\n(.*?)```", AUTHORING, re.DOTALL) for line in block.splitlines()]
    assert commands[0] == "grader new hw2"
    paths = os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]])  # noqa: PTH120
    for line in commands:
        if line.startswith("grader ") and line.split()[1] in AWAITED:
            continue
        done = subprocess.run(
            line,
            shell=True,
            cwd=tmp_path,
            env={**os.environ, "PATH": paths},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, (line, done.stdout, done.stderr)


def test_the_excerpts_are_homework_2s():
    """What docs/authoring.md shows stands in the files of the assignment that was made by it."""
    files = [*(ROOT / "rubrics").glob("hw2.*"), *(ROOT / "reference" / "hw2").rglob("*.py")]
    sources = ["\n".join(line.strip() for line in path.read_text().splitlines()) for path in files]
    excerpts = re.findall(r"```(?:yaml|python)\n(.*?)```", AUTHORING, re.DOTALL)
    assert len(excerpts) >= 12
    for excerpt in excerpts:
        wanted = "\n".join(line.strip() for line in textwrap.dedent(excerpt).strip().splitlines())
        assert any(wanted in source for source in sources), excerpt


def test_the_make_targets_are_there():
    """The two commands that are promised, and the others that documents name."""
    makefile = (ROOT / "Makefile").read_text()
    for target in set(re.findall(r"`make (\w+)", "\n".join((ROOT / name).read_text() for name in DOCUMENTS))):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_no_machine_is_named():
    """No path of anybody's machine, no registry, in anything that is handed out."""
    done = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    pattern = re.compile(r"/(?:home|Users|root|work)/\w+|https?://[\w.]*(?:pypi|artifactory|nexus)[\w.]*")
    for name in done.stdout.split():
        path = ROOT / name
        if (
            path.suffix in (".py", ".md", ".yaml", ".toml", ".txt", "")
            and path.is_file()
            and path.name != "test_docs.py"
        ):
            assert not pattern.search(path.read_text(errors="replace")), name
