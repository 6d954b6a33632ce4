"""The documents say what is true: every command runs, every file they name is there."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
import yaml

from tests.conftest import ROOT

DOCUMENTS = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"]
README = (ROOT / "README.md").read_text()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_paths_that_documents_name_exist(name):
    """A path in code quotes that looks like one of ours is one."""
    text = (ROOT / name).read_text()
    named = re.findall(r"`((?:grader|rubrics|reference|tests|submissions|benchmarks)/[\w./-]*)`", text)
    missing = [path for path in named if "<" not in path and not (ROOT / path).exists()]
    assert missing == []
    linked = re.findall(r"\]\((?!http)([^)#]+)\)", text)
    assert [path for path in linked if not (ROOT / path).exists()] == []


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
