"""Faults of the machine end with one sentence that names the place, exit code 1 or 2, and keep what was done."""

from __future__ import annotations

import contextlib
import csv
import ctypes
import errno
import importlib
import json
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest

from grader.cli import main
from grader.cli.faults import heed_signals, machine_fault
from grader.errors import SandboxError
from grader.sandbox import zygote
from tests.cli.failing_machine import TRIALS, put
from tests.commands import Command, grader_command

GRADER = [sys.executable, "-m", "grader"]
# Without torch, which takes most of the time of a small class.
RUBRIC = """
assignment: mini
title: A course whose machine fails
modules: [numpy]
late: {due: 2026-10-31 23:59, zone: Europe/Berlin, per_day: 10 %}
limits: {call_wall_s: 1, load_wall_s: 5, submission_wall_s: 30, memory_mib: 256}
questions:
  - {id: q1, title: Sums, checks: [{matches_reference: m.total, given: {x: {shape: [n], n: 1..5, elements: -3..3}}, points: 1}]}
  - {id: q2, title: Products, checks: [{matches_reference: m.product, given: {x: {shape: [n], n: 1..5, elements: -3..3}}, points: 2}]}
"""
ANSWER = "import numpy as np\n\n\ndef total(x):\n    return float(np.sum(x))\n\n\ndef product(x):\n    return float(np.prod(x))\n"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """A small class, with its cases prepared."""
    root = tmp_path_factory.mktemp("course")
    for path, text in {"rubrics/mini.yaml": RUBRIC, "reference/mini/m.py": ANSWER}.items():
        (root / path).parent.mkdir(parents=True)
        (root / path).write_text(text)
    for name in ("ana", "ben", "cleo"):
        folder = root / "submissions/mini" / name
        folder.mkdir(parents=True)
        (folder / "m.py").write_text(f"{ANSWER}\n# {name}\n")
    assert run(root).returncode == 0
    return root


@pytest.fixture
def course(prepared, tmp_path):
    return Path(shutil.copytree(prepared, tmp_path / "course"))


def run(root, *arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, limits=(), **env):
    def limited():
        for kind, most in limits:
            resource.setrlimit(kind, (most, most))

    if stdout == stderr == subprocess.PIPE and not limits:
        return grader_command("grade", "mini", *arguments, cwd=root, env={**os.environ, **env})
    return subprocess.run(
        [*GRADER, "grade", "mini", *arguments], cwd=root, stdout=stdout, stderr=stderr, text=True, timeout=200,
        env={**os.environ, **env}, preexec_fn=limited if limits else None, check=False,
    )  # fmt: skip


def told(done, code, *words):
    assert "Traceback" not in done.stderr
    assert done.returncode == code, done.stderr
    assert all(word in done.stderr for word in words), done.stderr


def rows(course):
    with (course / "results/mini/grades.csv").open() as file:
        return list(csv.DictReader(file))


PLACES = {
    ("results", "a file"): (2, "results"),
    ("results", "dangling"): (2, "results"),
    ("results/mini", "a file"): (2, "results"),
    ("results/mini/results.jsonl", "folder"): (2, "results.jsonl"),
    ("results/mini/grades.csv.new", "folder"): (2, "grades.csv.new"),
    ("results/mini/results.sqlite", "folder"): (2, "results.sqlite"),
    ("results/mini/results.sqlite", "just some text, no database"): (0, "damaged"),
}


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_what_stands_in_the_way_is_named(course, place):
    """Before any work where it can be seen then."""
    put(course / place[0], place[1])
    code, word = PLACES[place]
    told(run(course), code, word)
    if code and "sqlite" not in place[0]:
        assert run(course, "--only", "q1").returncode == 0, "what stores nothing works"


def test_full_outputs_lose_nothing(course):
    """All is graded and stored; only that it cannot be told is told."""
    with Path("/dev/full").open("w") as full:
        told(run(course, "--fresh", stdout=full), 1, "no space left")
        assert len(rows(course)) == 3
        assert run(course, "--fresh", stderr=full).returncode in (0, 1)
    assert len(rows(course)) == 3


@pytest.mark.parametrize(
    "limit", [(resource.RLIMIT_NOFILE, 16), (resource.RLIMIT_NOFILE, 24), (resource.RLIMIT_FSIZE, 8192)]
)
def test_narrow_limits_end_in_a_sentence(course, limit):
    """No traceback, and never a zero."""
    done = run(course, "--fresh", limits=[limit])
    assert "Traceback" not in done.stderr + done.stdout
    assert done.returncode in (1, 2), done.stderr


def test_letters_that_the_terminal_lacks_end_nothing(course):
    """Marks and arrows become others."""
    ascii_only = {**os.environ, "PYTHONIOENCODING": "ascii", "LC_ALL": "C", "PYTHONUTF8": "0"}
    done = subprocess.run([*GRADER, "grade", "mini"], cwd=course, env=ascii_only, capture_output=True, text=True)
    told(done, 0)


@pytest.mark.parametrize("seed", ["-1", "99999999999999999999", "x"])
def test_a_seed_beyond_its_range_changes_nothing(course, seed):
    """By option and by environment; the range is named."""
    before = (course / "results/mini/results.jsonl").read_bytes()
    for done in (run(course, "--seed", seed), run(course, GRADER_SEED=seed)):
        told(done, 2)
        assert seed == "x" or "4294967295" in done.stderr
    assert (course / "results/mini/results.jsonl").read_bytes() == before


def test_the_files_hold_the_whole_class(course):
    """Whatever the last command named."""
    told(run(course, "submissions/mini/ben", "--fresh"), 0)
    assert [row["submission"] for row in rows(course)] == ["ana", "ben", "cleo"]
    lines = (course / "results/mini/results.jsonl").read_text().splitlines()
    assert [json.loads(line)["submission"] for line in lines] == ["ana", "ben", "cleo"]


def test_two_commands_at_once_lose_nothing(course):
    """Each writes what both have stored."""
    shutil.rmtree(course / "results")
    halves = [["submissions/mini/ana"], ["submissions/mini/ben", "submissions/mini/cleo"]]
    running = [Command("grade", "mini", *half, cwd=course) for half in halves]
    assert [one.wait().returncode for one in running] == [0, 0]
    assert [row["submission"] for row in rows(course)] == ["ana", "ben", "cleo"]


def descendants(pid):
    """Everybody below a process, as /proc has it."""
    parents = {}
    for folder in Path("/proc").iterdir():
        with contextlib.suppress(OSError, IndexError, ValueError):
            if folder.name.isdigit():
                parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
    found, todo = set(), {pid}
    while todo:
        todo = {child for child, parent in parents.items() if parent in todo} - found
        found |= todo
    return found


@pytest.mark.parametrize(
    ("number", "after_s"),
    [(signal.SIGTERM, 2.5), (signal.SIGHUP, 2.5), (signal.SIGINT, 2.5), (signal.SIGKILL, 1.0), (signal.SIGKILL, 3.0)],
)
def test_whoever_ends_it_nothing_survives_and_a_rerun_is_the_same(course, number, after_s):
    """Five seconds later nobody lives; what was stored is kept."""
    before = [{**json.loads(line), "seconds": 0} for line in (course / "results/mini/results.jsonl").open()]
    shutil.rmtree(course / "results")
    slow = (course / "submissions/mini/ana/m.py").read_text() + "\nimport time\ntime.sleep(3)\n"
    (course / "submissions/mini/dave").mkdir()
    (course / "submissions/mini/dave/m.py").write_text(slow)
    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER: orphans become ours
    command = subprocess.Popen(
        [*GRADER, "grade", "mini"], cwd=course, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    time.sleep(after_s)
    below = descendants(command.pid)
    command.send_signal(number)
    _, stderr = command.communicate(timeout=60)
    assert b"Traceback" not in stderr
    assert command.returncode in (0, -9, 128 + number)
    deadline = time.monotonic() + 5 * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))  # which others may load
    while (alive := {pid for pid in below if _lives(pid)}) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not {(pid, Path(f"/proc/{pid}/cmdline").read_bytes()) for pid in alive}
    shutil.rmtree(course / "submissions/mini/dave")
    told(run(course), 0)
    after = [{**json.loads(line), "seconds": 0} for line in (course / "results/mini/results.jsonl").open()]
    assert [one["submission"] for one in after] == [one["submission"] for one in before]
    assert [one["questions"][0]["score"] for one in after] == [one["questions"][0]["score"] for one in before]


def _lives(pid):
    with contextlib.suppress(OSError):
        return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    return False


@pytest.mark.parametrize(
    ("error", "code", "word"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "/x/y"), 1, "/x/y: no space left"),
        (OSError(errno.EMFILE, "Too many open files"), 1, "ulimit -n"),
        (PermissionError(errno.EACCES, "Permission denied", "/x/y"), 2, "/x/y: permission denied"),
        (OSError(errno.EROFS, "Read-only file system", "/x"), 2, "/x: read-only"),
        (MemoryError(), 1, "memory"),
        (RuntimeError("can't start new thread"), 1, "ulimit -u"),
        (sqlite3.OperationalError("disk I/O error"), 1, "disk I/O error"),
        (UnicodeEncodeError("ascii", "→", 0, 1, "ordinal not in range"), 1, "LC_ALL"),
    ],
)
def test_an_error_of_the_machine_is_one_sentence(error, code, word):
    """Place, what it means, a way out."""
    fault = machine_fault(error)
    assert fault.exit_code == code
    assert word in str(fault)
    assert "\n" not in str(fault)


@pytest.mark.parametrize("closed", ["<&- >&- 2>&-", ">&-", "2>&-", "| true"])
def test_closed_streams_lead_nowhere(closed):
    """No traceback, and no file of ours gets their numbers."""
    command = f"{sys.executable} -m grader --help {closed}; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False, timeout=200)
    assert (done.returncode, done.stderr) == (0, "")


def test_whoever_stops_reading_makes_nothing_fail(monkeypatch):
    """However much there was to say."""

    def write(*_args, **_named):
        raise BrokenPipeError

    monkeypatch.setattr("grader.cli._Lazy.get_command", lambda *_: click.Command("x", callback=write))
    monkeypatch.setattr(sys, "argv", ["grader", "x"])
    monkeypatch.setattr(os, "dup2", lambda *_: None)
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        monkeypatch.setattr(signal, name, signal.SIGUSR1)
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 0


def forked(course, words, prepare):
    """A command in a child of this process, which has loaded all of it: its exit code, and what it says on stderr."""
    ours, theirs = os.pipe()
    pid = os.fork()
    if pid == 0:
        code = 70
        try:
            os.chdir(course)
            nowhere = os.open(os.devnull, os.O_RDWR)
            for number, target in enumerate((nowhere, nowhere, theirs)):
                os.dup2(target, number)
            os.closerange(3, max(ours, theirs, nowhere) + 1)
            for number, name in enumerate(("stdin", "stdout", "stderr")):
                setattr(sys, name, open(number, "w" if number else "r", closefd=False))  # noqa: SIM115
            prepare()
            sys.argv = ["grader", *words]
            main()
            code = 0
        except SystemExit as stop:
            code = stop.code or 0
        finally:
            with contextlib.suppress(Exception):
                sys.stderr.flush()
            os._exit(code)
    os.close(theirs)
    with os.fdopen(ours, encoding="utf-8") as said:
        told = said.read()
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), told


@pytest.fixture(scope="module")
def loaded():
    """What the commands load, once, and without drawing anything."""
    for name in ("export", "history", "import_", "kit", "late", "new", "override", "release", "replay", "rescore"):
        importlib.import_module(f"grader.cli.{name}")


@pytest.mark.parametrize("trial", TRIALS)
def test_a_command_on_a_failing_machine_says_one_sentence(course, loaded, trial):
    """Which names the place; no traceback, and what was stored is there."""
    words, prepare, code, said = TRIALS[trial]
    before = (course / "results/mini/results.jsonl").read_bytes()
    ended, stderr = forked(course, words, prepare)
    assert (ended, said in stderr) == (code, True), stderr
    assert "Traceback" not in stderr
    assert stderr.count("\n") == (code != 0) or "Usage:" in stderr or "Error:" in stderr
    assert (course / "results/mini/results.jsonl").read_bytes() == before


def test_what_is_printed_in_vain_is_no_fault_of_a_submission(course):
    """Whoever checks their own work is told of the disk, and not that their work could not be judged."""
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*GRADER, "check", "submissions/mini/ana"], cwd=course, stdout=full, stderr=subprocess.PIPE, text=True,
            timeout=200, check=False,
        )  # fmt: skip
    assert (done.returncode, "what is printed: no space left" in done.stderr) == (1, True), done.stderr
    assert "could not be judged" not in done.stderr


def test_a_sandbox_that_may_open_too_few_files_says_so(monkeypatch):
    """Before a process is started that could not go on; where more may be had, more are taken."""
    taken = []
    monkeypatch.setattr(resource, "setrlimit", lambda _, limits: taken.append(limits))
    for limits in ((64, 4096), (resource.RLIM_INFINITY, resource.RLIM_INFINITY), (64, 64)):
        monkeypatch.setattr(resource, "getrlimit", lambda _, limits=limits: limits)
        with contextlib.nullcontext() if limits[1] != 64 else pytest.raises(SandboxError, match="ulimit -n"):
            zygote._have_room()
    assert taken == [(zygote.MIN_DESCRIPTORS, 4096)]


def test_a_deleted_folder_is_told(tmp_path, monkeypatch):
    """Where one is has no path any more."""
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    fault = machine_fault(FileNotFoundError(errno.ENOENT, "No such file or directory"))
    assert (fault.exit_code, "is no more" in str(fault)) == (2, True)


def test_children_are_waited_for_whoever_started_the_command(monkeypatch):
    """Some start programs with SIGCHLD ignored, and then no child can be waited for."""
    set_to = {}
    monkeypatch.setattr(signal, "signal", set_to.__setitem__)
    heed_signals()
    assert set_to[signal.SIGCHLD] == signal.SIG_DFL


def test_an_error_of_ours_stays_one():
    """It must look like one."""
    assert machine_fault(KeyError("x")) is None
