"""The documents say what is true: every command runs, every file they name is there."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import re
import shlex
import subprocess
import sys
import textwrap
from xml.etree import ElementTree

import click
import pytest
import yaml

from docs.reference.__main__ import pages, shown_lines
from grader.cli import cli
from grader.cli.new import make_assignment
from tests.commands import grader_command
from tests.conftest import ROOT

DOCUMENTS = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"]
DOCUMENTS += sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md"))
AUTHORING = (ROOT / "docs" / "authoring.md").read_text()
README = (ROOT / "README.md").read_text()
GUIDES = "\n".join((ROOT / "docs" / name).read_text() for name in ("grading.md", "students.md"))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_paths_that_documents_name_exist(name):
    """A path in code quotes that looks like one of ours is one."""
    text = (ROOT / name).read_text()
    named = re.findall(r"`((?:grader|rubrics|reference|tests|submissions|benchmarks)/[\w./-]*)`", text)
    missing = [path for path in named if "<" not in path and not (ROOT / path).exists()]
    assert missing == []
    linked = re.findall(r"\]\((?!http)([^)#]+)\)", text)
    assert [path for path in linked if not ((ROOT / name).parent / path).exists()] == []


def test_nobody_is_told_to_install_somebody_elses_grader():
    """On the package index `grader` is another project; ours is installed from a checkout or a wheel."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split()
    kept = [ROOT / name for name in listed if (ROOT / name).suffix in (".py", ".md", ".toml", ".yml", ".sh", ".txt")]
    theirs = re.compile(r"pip\S* install (?:-\S+ )*['\"]?grader(?![\w/@.])")
    assert [path for path in kept if path.name != "test_docs.py" and theirs.search(path.read_text())] == []


_BLOCK = re.compile(r"^```\w*\n(.*?)^```", re.DOTALL | re.MULTILINE)


def typed(text):
    """Every command of ours that a text shows in a block, as it is to be typed."""
    blocks = "\n".join(_BLOCK.findall(text))
    return re.findall(r"^(?:\$ )?(?:\.venv/bin/)?(grader \w.*?)(?:\s+#.*)?$", blocks, re.MULTILINE)


def named(text):
    """Every command of ours that stands in a sentence, at times without an argument, or with a word for a value."""
    return [code for code in re.findall(r"`([^`]+)`", _BLOCK.sub("", text)) if code.startswith("grader ")]


def understand(line):
    """Parse a command without running it.

    Raises:
        click.UsageError: there is no such option, or its value is none.
    """
    _, command, *arguments = shlex.split(line)
    found = cli.get_command(click.Context(cli), command)
    assert found, line
    found.make_context(command, arguments)


@pytest.mark.parametrize("name", [name for name in DOCUMENTS if "reference/" not in name])
def test_every_command_that_is_shown_is_understood(name, monkeypatch, tmp_path):
    """Sub-command, options and their values."""
    make_assignment(tmp_path, "hw2")
    monkeypatch.chdir(tmp_path if name.endswith("authoring.md") else ROOT)
    text = (ROOT / name).read_text()
    for line in typed(text):
        understand(line)
    for line in named(text):
        with contextlib.suppress(click.MissingParameter):
            understand(re.sub(r"\bN\b", "5", line))


def test_what_contributing_names_to_be_run_is_there():
    """Tests by their paths, targets by their names, modules that can be run."""
    text = "\n".join((ROOT / name).read_text() for name in DOCUMENTS)
    for paths in re.findall(r"`pytest ((?:tests/[\w./]+ ?)+)`", text):
        assert [path for path in paths.split() if not (ROOT / path).exists()] == []
    for module in re.findall(r"`python -m ((?:grader|tests|benchmarks)[\w.]*)", text):
        assert importlib.util.find_spec(module), module


def grader(line, *more, cwd=ROOT):
    """Run a command as it is shown, `grader …`, with more arguments."""
    return grader_command(*shlex.split(line)[1:], *more, cwd=cwd)


def readmes(start):
    """The commands of README and guides that begin so, each once."""
    return list(dict.fromkeys(line for line in typed(README + GUIDES) if line.startswith(start)))


def test_the_readmes_json_is_json(tmp_path):
    """One line a submission and nothing else; here of one student of the class."""
    [line] = [line for line in readmes("grader grade hw1") if "--json" in line]
    done = grader(line, "submissions/hw1/ana", "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["submission"] == "ana"


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """What the README's first command prints, and where its results are."""
    out = tmp_path_factory.mktemp("results")
    done = grader(readmes("grader grade hw1 submissions/hw1/hana")[0], "--out", out)
    assert done.returncode == 0, done.stderr
    return done.stdout, out


def test_the_readmes_replay_finds_the_record_again(graded):
    """With another folder of results, so that nobody's own are touched."""
    [line] = readmes("grader replay")
    done = grader(line, "--results", graded[1])
    assert done.returncode == 0, (done.stdout, done.stderr)
    assert done.stdout.endswith("This is the recorded verdict.\n")


def test_the_readmes_pytest_command_finds_checks():
    """One item each."""
    [line] = re.findall(r"^\.venv/bin/python -m pytest (rubrics/.+)$", GUIDES, re.MULTILINE)
    found = [sys.executable, "-m", "pytest", "--collect-only", "-q", *line.split()]
    done = subprocess.run(found, cwd=ROOT, capture_output=True, text=True, check=False)
    assert "rubrics/hw1.yaml::q2::conv2d_matches_torch" in done.stdout


def test_the_readmes_kit_commands_run(tmp_path):
    """Into a folder of the test's; a kit is one that students can check their work in."""
    for line in readmes("grader kit"):
        done = grader(line.replace("../", f"{tmp_path}/"))
        assert done.returncode == 0, (line, done.stderr)
    assert (tmp_path / "hw1-kit" / "grader-kit.yaml").is_file()
    assert (tmp_path / "gradescope" / "autograder.zip").is_file()


def test_the_readmes_check_command_runs():
    """What a student is told to type does what is said."""
    [line] = [line for line in readmes("grader check") if "--only" in line]
    done = grader(line)
    assert done.returncode == 0, done.stderr
    assert "Not run here: " in done.stdout


def test_the_readmes_commands_for_many_machines_are_understood():
    """Options that there are, on both sides."""
    from distributed.cli import dask_scheduler, dask_worker

    from grader.cli.grade import command

    commands = {"dask scheduler": dask_scheduler.main, "dask worker": dask_worker.main, "grader grade": command}
    lines = re.findall(r"^((?:dask|grader) \w+) ?(.*?)\s+# on .*$", GUIDES, re.MULTILINE)
    assert {name for name, _ in lines} == set(commands)
    for name, arguments in lines:
        commands[name].make_context(name, arguments.split())


def test_the_picture_shows_what_the_command_prints(graded):
    """Every line of it is printed, in that order."""
    drawn = ElementTree.parse(ROOT / "docs" / "terminal.svg").iter("{http://www.w3.org/2000/svg}text")
    words = "".join("".join(part.itertext()) for part in drawn if "matrix" not in part.get("class", ""))
    shown = shown_lines(graded[0])
    assert len(shown) > 15
    assert [line for line in shown if _unspaced(line) not in _unspaced(words)] == []


def _unspaced(text):
    return "".join(text.split())


def test_the_reference_is_what_the_code_says():
    """Written anew by `python docs/reference`."""
    assert [name for name, text in pages().items() if (ROOT / name).read_text() != text] == []


def test_the_readmes_check_is_the_rubrics():
    """The YAML that is shown is a check that would load."""
    [block] = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
    [check] = yaml.safe_load(block)
    assert {"check", "points", "tolerance"} <= set(check)
    assert f"def {check['check']}(" in (ROOT / "rubrics" / "hw1.py").read_text()


def test_the_way_to_an_own_assignment_can_be_gone(tmp_path):
    """Every command of docs/authoring.md runs, one after the other, from an empty folder to a graded class."""
    blocks = re.findall(r"```sh\n(.*?)```", AUTHORING, re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    assert lines[0] == "grader new hw2"
    assert lines == [line for line in lines if line.startswith(("grader ", "python "))]
    for line in dict.fromkeys(lines):
        # Two seeds for five, and a few mutants: the way is the same, and shorter.
        bounded = line.replace("--seeds 5", "--seeds 2")
        command = [*shlex.split(bounded), *(["--quick"] if "validate" in line else [])]
        if command[0] == "grader":
            done = grader_command(*command[1:], cwd=tmp_path)
        else:
            done = subprocess.run([sys.executable, *command[1:]], cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 0, (line, done.stdout, done.stderr)


def test_the_excerpts_are_homework_2s():
    """What docs/authoring.md shows stands in the files of the assignment that was made by it."""
    files = [*(ROOT / "rubrics").glob("hw2.*"), *(ROOT / "reference" / "hw2").rglob("*.py")]
    sources = ["\n".join(line.strip() for line in path.read_text().splitlines()) for path in files]
    own = re.sub(
        r"^### Caches.*?(?=^###? )", "", AUTHORING, flags=re.DOTALL | re.MULTILINE
    )  # of no course that is here
    excerpts = re.findall(r"```(?:yaml|python)\n(.*?)```", own, re.DOTALL)
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
