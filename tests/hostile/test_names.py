"""Odd names, links, depths, archives and texts, all in one class: it completes, and no output of any command harms its reader."""

from __future__ import annotations

import contextlib
import csv
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import unicodedata

import pytest
from click.testing import CliRunner

from grader.cli import cli
from grader.intake.reading import id_of
from grader.intake.submission import identifier
from tests.hostile.archives import zipped
from tests.hostile.test_judge import timeless

TEXT = "x\n::error::mine\n  ::add-mask::100\nsee ##[warning]mine ##vso[task.complete]\r::notice::y\x1b]0;t\x07\x85::set-output::z\u2028::debug::u"
RIGHT = "m.py"
# Names of folders, each with the right answer in it.
FOLDERS = [
    "ana", "zoe", "ana b", identifier("ana b"), "Ana", "ana.", " ", "-rf", "--help", "con", "nul.py", "a" * 255, "~",
    "::error::x", "##[error]x", "=cmd|' C calc'!A0", "@SUM(A1)", "<img src=x onerror=alert(1)>", "$(id)", "`id`", "%s%n%d", "a;b|c&d",
    "{0.__class__}", "*", "a\\b", "C:x", "ana.zip", "ana.py", "ana.ipynb", "new\nline", "new\r::error::x", "tab\t", "\x1b[31mred", "\u202eten",
    "\u200b", "\ufeff", "Zo\u00eb", "Zoe\u0308", "\u212bngstr\u00f6m", "\uff0e\uff0e\uff0fetc", "results", "expected.yaml", "grader-kit.yaml", "rubrics",
    os.fsdecode(b"\xff\xfe\x80"), "\U0001f600", "']; DROP TABLE results; --", "null", "None", "NaN", "0", "1e5", "a" + "\u0301" * 80,
]  # fmt: skip
# A submission of its own for each way in which reading one may fail; all hold the right answer beside it.
TWISTED = {
    "loops": lambda folder: [(folder / name).symlink_to(target) for name, target in {"self": "self", "up": "..", "here": ".", "a": "b", "b": "a"}.items()],
    "leads": lambda folder: [(folder / name).symlink_to(target) for name, target in {
        "passwd.py": "/etc/passwd", "n.py": "../ana/m.py", "answers.md": "../../../reference/mini/m.py", "zero.py": "/dev/zero", "env.md": "/proc/self/environ",
    }.items()],
    "pipes": lambda folder: [os.mkfifo(folder / "n.py"), os.mkfifo(folder / "answers.md")],
    "sockets": lambda folder: socket_at(folder / "n.py"),
    "deep": lambda folder: chain(folder, "d" * 200, 60),
    "deeper": lambda folder: chain(folder, "d", 300),
    "many": lambda folder: [(folder / f"p{number}.png").touch() for number in range(3000)],
    "names": lambda folder: [(folder / name).write_text("x = 1") for name in (
        "a:b.py", "new\nline.py", "\x1b[2J.py", "::error::.py", os.fsdecode(b"\xff.py"), "-c.py", "=1+1.md", "m\u200b.py", "M.PY", "import.py", "n.py.txt",
        "conftest.py", "sitecustomize.py", "x.pth", "pyvenv.cfg", "setup.cfg", "tox.ini", ".gitattributes", "grader.py",
    )],
    "tools": lambda folder: [write(folder / name, "[core]\nfsmonitor = touch MARK\nhooksPath = .\n") for name in (
        ".git/config", ".git/hooks/post-checkout", ".github/workflows/x.yml", ".vscode/tasks.json", "sub/.gitmodules", "__pycache__/m.cpython-311.pyc",
    )],
    "shut": lambda folder: [write(folder / "in/n.py", "x = 1"), (folder / "in").chmod(0), (folder / "o.py").touch(0)],
}  # fmt: skip
# Entries beside the folders: what is no archive, and twins of one name.
FILES = {
    "bad.zip": b"PK\x03\x04", "empty.zip": b"", "ben.zip": zipped(("m.py", b"")), "cleo d.zip": zipped(("m.py", b"")),
    "x.tar.gz": b"\x1f\x8b", "y.ipynb": b"[" * 100_000, "w.ipynb": b'{"cells": {"a": 1}}', "v.rar": b"Rar!", "::error::z.zip": b"no",
}  # fmt: skip


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def socket_at(path):
    with contextlib.chdir(path.parent), contextlib.closing(socket.socket(socket.AF_UNIX)) as one:
        one.bind(path.name)


def chain(folder, name, depth):
    """Folders within folders, deeper than a path can say."""
    at = os.open(folder, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir(name, dir_fd=at)
        inner = os.open(name, os.O_RDONLY, dir_fd=at)
        os.close(at)
        at = inner
    os.close(at)


def unchain(folder):
    """Remove what no path reaches."""
    for name, inside, files, at in os.fwalk(folder, topdown=False):
        del name
        for each in files:
            os.unlink(each, dir_fd=at)
        for each in inside:
            with contextlib.suppress(NotADirectoryError):
                os.rmdir(each, dir_fd=at)
                continue
            os.unlink(each, dir_fd=at)


@pytest.fixture(scope="module")
def course(light_course, tmp_path_factory, light_honest):
    """The course with the odd class, graded once; the end of that run."""
    folder = tmp_path_factory.mktemp("odd") / "course"
    shutil.copytree(light_course, folder)
    hand_ins = folder / "submissions" / "mini"
    for name in [*FOLDERS, *TWISTED, "ben", "tells", "names it"]:
        write(hand_ins / name / RIGHT, light_honest)
    for name, twist in TWISTED.items():
        twist(hand_ins / name)
    for name, data in FILES.items():
        (hand_ins / name).write_bytes(data)
    tells = light_honest.replace("return float(x.sum())", f"print({TEXT!r}); raise ValueError({TEXT!r})")
    write(hand_ins / "tells" / RIGHT, tells + f"\nprint({TEXT!r})\n")
    named = light_honest.replace(
        "return float(x.sum())", f"return {{{TEXT!r}: type({TEXT.replace(chr(0), '')!r}, (), {{}})()}}"
    )
    write(hand_ins / "names it" / RIGHT, named)
    done = run(folder, "grade", "mini", "--workers", "2", "--json")
    yield folder, done
    for name in ("deep", "deeper", "shut"):
        (hand_ins / "shut" / "in").chmod(0o700)
        unchain(hand_ins / name)


def run(folder, *words, **environment):
    """A command in a folder, in this process."""
    with contextlib.chdir(folder):
        return CliRunner(env=environment).invoke(cli, list(words))


def test_the_class_completes_and_each_has_a_line(course):
    """A right answer is right under whatever name; what could not be read is told, and costs nobody else anything."""
    folder, done = course
    assert done.exit_code == 1, done.output  # for the archives that are none
    lines = {line["submission"]: line for line in map(json.loads, done.stdout.splitlines())}
    hand_ins = folder / "submissions" / "mini"
    ids = {id_of(hand_ins / name) for name in [*FOLDERS, *TWISTED, *FILES, "ben", "tells", "names it"]}
    assert lines.keys() == ids
    assert (
        len(ids) == len(FOLDERS) + len(TWISTED) + len(FILES) + 3 - 1
    )  # ben's two hand-ins have one line, which says so
    assert "ben.zip" in json.dumps(lines["ben"])
    assert lines["ben"]["status"] == "ungraded"
    expected = {**timeless(lines["zoe"]), "notes": []}
    for name in [*FOLDERS, *TWISTED]:
        assert {**timeless(lines[id_of(hand_ins / name)]), "notes": []} == expected, name


def test_ids_that_are_made_never_are_somebodys_name():
    """Of any name: what is made of it is no name that stays as it is."""
    for name in ("ana b", "Zo\u00eb", "a" * 255, "=x", "..", ""):
        made = identifier(name)
        assert made != name
        assert identifier(made) not in (made, name)
    assert len({identifier(unicodedata.normalize(form, "Zo\u00eb")) for form in ("NFC", "NFD")}) == 2


COMMAND = re.compile(r"^\s*::|##\[|##vso\[")
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\udc80-\udcff]")


def harmless(text, what):
    """No line is a command, however a reader takes lines apart, and nothing steers a terminal."""
    for line in re.split("[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]", text):
        assert not COMMAND.search(line), (what, line)
    assert not CONTROL.search(text), (what, CONTROL.search(text))


COMMANDS = {
    "a class": ["grade", "mini"], "one": ["grade", "mini", "submissions/mini/tells"],
    "one of an odd name": ["grade", "mini", "submissions/mini/new\r::error::x"],
    "one with odd files": ["grade", "mini", "submissions/mini/names"],
    "check": ["check", "submissions/mini/tells"],
    "history": ["history", "mini", "tells", "worked_example"], "history of nobody": ["history", "mini", "::error::x"],
    "replay": ["replay", "mini", "tells", "worked_example"], "rescore": ["rescore", "mini"],
    "override": ["override", "mini", "tells", "worked_example", "--score", "0", "--comment", TEXT], "release": ["release", "mini"],
    "export": ["export", "mini", "--format", "csv"], "report": ["report", "mini"], "nobody's path": ["grade", "mini", "::error::x"],
}  # fmt: skip


@pytest.mark.parametrize("name", COMMANDS)
def test_no_line_of_any_command_is_one_of_ci(name, course):
    """Whatever a student's exception, returned text, type, key, file or folder is called."""
    folder, _ = course
    done = run(folder, *COMMANDS[name])
    assert done.exception is None or isinstance(done.exception, SystemExit) or done.exit_code, done.exception
    assert "Traceback" not in done.output
    harmless(done.stdout, name)
    harmless(done.stderr, name)


def test_no_line_of_pytest_is_one_of_ci(course):
    """The plugin shows exceptions, what came out and what was printed, each by the same escaping."""
    folder, _ = course
    words = [sys.executable, "-P", "-m", "pytest", "rubrics/mini.yaml", "--submission=submissions/mini/tells"]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    assert "mine" in done.stdout, done.stdout + done.stderr
    harmless(done.stdout, "pytest")
    harmless(done.stderr, "pytest")


def test_what_ci_writes_is_a_fenced_block_and_own_lines(course, tmp_path):
    """The step's summary and JUnit hold no command; of the log only what stands behind the fence is one."""
    folder, _ = course
    files = tmp_path / "j.xml", tmp_path / "s.md"
    words = ["--junit", str(files[0]), "--summary", str(files[1])]
    done = run(folder, "ci", "submissions/mini/tells", *words, GITHUB_ACTIONS="true")
    assert done.exit_code == 0, done.output
    stop, *inside = done.stdout.splitlines()
    behind = inside[inside.index(f"::{stop.removeprefix('::stop-commands::')}::") + 1 :]
    ours = ("::error ", "::warning ", "::notice ")
    assert all(line.startswith(ours) for line in behind if line.startswith("::"))
    assert "\r" not in done.stdout
    for file in files:
        assert not [line for line in file.read_text().split("\n") if COMMAND.search(line)], file


def test_tables_hold_no_formula(course):
    """Names and texts that begin like one are text."""
    folder, _ = course
    run(folder, "export", "mini", "--format", "csv", "--out", str(folder / "grades.csv"))
    with (folder / "grades.csv").open(newline="") as stream:
        for row in csv.reader(stream):
            assert not any(cell[:1] in ("=", "+", "@", "\t", "\r") or re.match(r"-[^\d]", cell) for cell in row), row


def test_pages_hold_no_tag_of_a_students(course):
    """Neither of a name nor of a text."""
    folder, _ = course
    done = run(folder, "report", "mini", "--no-similarity")
    assert done.exit_code == 0, done.output
    pages = list((folder / "results" / "mini" / "report").rglob("*.html"))
    assert len(pages) > len(FOLDERS)
    for page in pages:
        text = page.read_text()
        assert "<img src=x" not in text
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e]", text), page


def test_no_file_of_a_tool_is_run(course):
    """Hooks, tasks, workflows and compiled files are left alone."""
    folder, _ = course
    assert [path for path in (folder, *(folder / "submissions/mini").iterdir()) if (path / "MARK").exists()] == []
