"""Files in memory behave as files on a disk do: honest code finds the same in either, and nothing of the disk's."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path

import pytest

from grader import wire
from grader.checks.plan.calls import encoded_call, packed_list
from grader.course.loading import load_modules
from grader.model.outcome import Failure, Value
from grader.sandbox import Budget, Given
from grader.sandbox.local import LocalSession
from grader.worker.loading import ModuleSet
from tests.worker import scratch_acts

SOURCE = Path(scratch_acts.__file__).read_text()
RECIPE = b"flour,1.5\nmilk,2\n"
GIVEN = Given(files={"data/recipe.csv": RECIPE, "words.txt": b"a\nb\n"})
ENDS_NOWHERE = "data_is_fixed"  # on a disk nothing keeps the owner from it


def ask(session, module, function, *args, forget=True):
    [outcome] = session.call(
        packed_list([encoded_call((module, function), args, {}, False)]), 1, modules=[module], forget=forget
    )
    return outcome


def as_sent(value):
    return wire.decode(wire.encode(value))


@pytest.fixture(scope="module")
def session(sandbox):
    """One submission whose code does all of it, in one sealed process."""
    found = sandbox.open({"acts.py": SOURCE}, Budget(call_wall_s=20), 0, GIVEN)
    yield found
    found.close()


@pytest.mark.parametrize("act", scratch_acts.ACTS)
def test_a_sealed_worker_finds_what_a_disk_would_give(act, session, tmp_path, monkeypatch):
    """The very same results, though no file is opened."""
    if act == ENDS_NOWHERE:
        expected = ["refused"] * 8
    else:
        (tmp_path / "data").mkdir()
        (tmp_path / "data/recipe.csv").write_bytes(RECIPE)
        monkeypatch.chdir(tmp_path)
        expected = as_sent(getattr(importlib.import_module(scratch_acts.__name__), act)())
    outcome = ask(session, "acts", act)
    assert isinstance(outcome, Value), outcome
    assert as_sent(outcome.data) == expected


@pytest.mark.parametrize("act", scratch_acts.ACTS)
def test_the_model_answer_finds_the_same(act, tmp_path, monkeypatch):
    """In the judge, which leaves nothing on the disk and puts all names back."""
    monkeypatch.chdir(tmp_path)
    before = {name: getattr(os, name) for name in ("stat", "open", "listdir", "replace")} | {"open_": open}
    modules = ModuleSet({"acts.py": SOURCE}, GIVEN.files)
    with modules.present():
        modules["acts"] = importlib.import_module("acts")
    assert isinstance(ask(LocalSession(modules), "acts", act), Value)
    assert list(tmp_path.iterdir()) == []
    assert {name: getattr(os, name) for name in ("stat", "open", "listdir", "replace")} | {"open_": open} == before
    assert "acts" not in sys.modules


ESCAPES = {
    "above": "open('../../etc/passwd').read()",
    "absolute": "open('/etc/passwd').read()",
    "through data": "open('data/../../etc/passwd').read()",
    "stat": "__import__('os').stat('/etc/passwd')",
    "root": "__import__('os').listdir('/')",
    "above the root": "__import__('os').listdir('..')",
    "the interpreter": "open(__import__('sys').executable, 'rb').read(4)",
    "a link": "__import__('os').symlink('/etc/passwd', 'mine') or open('mine').read()",
    "the kernel's own name": "__import__('posix').open('data/recipe.csv', 0)",
    "by its number": "__import__('posix').read(1 << 20, 1)",
    "changed folder": "__import__('os').chdir('/') or open('etc/passwd').read()",
    "the original": "open.__wrapped__('/etc/passwd').read()",
    "the original, relative": "open.__wrapped__('etc/passwd').read()",
    "the kernel's folder": "__import__('posix').chdir('/')",
}


@pytest.mark.parametrize("way", ESCAPES)
def test_the_rest_of_the_disk_stays_closed(way, sandbox):
    """What the folder in memory does not hold is asked of the kernel, which refuses."""
    found = sandbox.open({"m.py": f"def f():\n    return str({ESCAPES[way]})\n"}, Budget(), 0, GIVEN)
    try:
        outcome = ask(found, "m", "f")
    finally:
        found.close()
    assert isinstance(outcome, Failure)
    assert outcome.status == "error"
    assert outcome.message.startswith(("FileNotFoundError", "PermissionError", "OSError"))


KEEPER = """
import os
MADE = os.listdir(".")
with open("at_import.txt", "w") as file:
    file.write("made")

def write(text):
    with open("note.txt", "w") as file:
        file.write(text)

def read():
    with open("note.txt") as file:
        return file.read()

def names():
    return sorted(os.listdir("."))

def words():
    return open("words.txt").read()

def fill():
    with open("big", "wb") as file:
        for _ in range(200):
            file.write(bytes(1 << 20))

def many():
    for number in range(10_000):
        open(f"f{number}", "w").close()
"""


def test_files_stay_for_the_submission_and_no_other(sandbox):
    """A later call finds them; another submission does not."""
    one, other = (sandbox.open({"m.py": KEEPER}, Budget(), 0, GIVEN) for _ in range(2))
    try:
        ask(one, "m", "write", "less salt")
        assert ask(one, "m", "read").data == "less salt"
        assert ask(one, "m", "names").data == ["at_import.txt", "data", "note.txt", "words.txt"]
        assert ask(other, "m", "names").data == ["at_import.txt", "data", "words.txt"]
        assert ask(one, "m", "words").data == "a\nb\n"
    finally:
        one.close()
        other.close()


def test_the_cap_costs_the_call_that_meets_it_only(sandbox):
    """An error of the student's own, as a full disk is; what was there before is read afterwards."""
    session = sandbox.open({"m.py": KEEPER}, Budget(call_wall_s=20), 0, GIVEN)
    try:
        ask(session, "m", "write", "kept")
        for function in ("fill", "many"):
            full = ask(session, "m", function)
            assert full.status == "error"
            assert "the folder in memory takes at most" in full.message
        assert ask(session, "m", "read").data == "kept"
    finally:
        session.close()


def test_provided_modules_are_there_and_not_the_students_own(sandbox):
    """They win over a copy that was handed in, and an error in them is told at the student's line."""
    given = Given({"k/__init__.py": b"", "k/units.py": b"def ml(n):\n    return 100 // n\n"})
    mine = "from k.units import ml\n\ndef f(n):\n    return ml(n)\n"
    session = sandbox.open({"m.py": mine, "k/units.py": "def ml(n):\n    return 0\n"}, Budget(), 0, given)
    try:
        assert ask(session, "m", "f", 4).data == 25
        failed = ask(session, "m", "f", 0)
        assert (failed.file, failed.line, failed.function) == ("m.py", 4, "f")
    finally:
        session.close()


def test_the_null_device_takes_and_gives_nothing(sandbox):
    """As honest code that wants silence expects."""
    source = (
        "import os\ndef f():\n    print('x', file=open(os.devnull, 'w'))\n    return open(os.devnull, 'rb').read()\n"
    )
    session = sandbox.open({"m.py": source}, Budget(), 0)
    try:
        assert ask(session, "m", "f").data == b""
    finally:
        session.close()


def test_modules_of_a_reference_have_a_folder_of_their_own(tmp_path):
    """Two sets of modules share no file."""
    sets = [load_modules({"m.py": KEEPER}, tmp_path / "reference" / "a") for _ in range(2)]
    first, second = map(LocalSession, sets)
    ask(first, "m", "write", "x")
    assert ask(second, "m", "names").data == ["at_import.txt"]
    assert ask(first, "m", "names").data == ["at_import.txt", "note.txt"]
