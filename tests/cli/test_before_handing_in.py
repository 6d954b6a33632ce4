"""`grader check` and `grader ci` say of files, before they are handed in, what grading will make of them."""

from __future__ import annotations

import json
import re
import shutil

import pytest
from click.testing import CliRunner

from grader.cli import cli
from grader.grading.one_submission import grade
from grader.intake.reading import read_submission
from tests.hostile.archives import zipped
from tests.intake.test_graded import book

CASES = {
    "a folder deeper": lambda code: {"hw/mini/m.py": code, "hw/README.md": "# mine"}, "a near name": lambda code: {"M (1).py": code},
    "a copy of two machines": lambda code: {"m.py": code, "m-LAPTOP-4F2K.py": "x = 1"}, "another name": lambda code: {"solution.py": code},
    "two candidates": lambda code: {"a/m.py": code, "b/m.py": "x = 1"}, "an archive": lambda code: {"hw": zipped(("m.py", code.encode()))},
    "a notebook under the module's name": lambda code: {"m.py": book("%cd ..\n1", "k = _", code)}, "a page": lambda code: {"m.py": "<html>Sign in"},
    "another language": lambda code: {"m.R": "conv <- 1", "notes.md": "# a\n\nb"}, "nothing that can be read": lambda code: {"hw.rar": b"Rar!\x1a\x07"},
    "a cell that fails": lambda code: {"mini.ipynb": book(code, "1 / 0")}, "a starter beside the work": lambda code: {"m.py": "def total(x):\n    return None\n", "mine/m.py": code},
}  # fmt: skip


@pytest.fixture(scope="module")
def course(light_course, tmp_path_factory):
    """A course folder; its cases are drawn once for all tests here."""
    folder = tmp_path_factory.mktemp("before") / "course"
    shutil.copytree(light_course, folder)
    return folder


def words(text):
    """A text without frames, line ends and blanks, since a screen breaks lines."""
    return re.sub(r"[\s│┃]+", "", text)


@pytest.mark.parametrize("name", sorted(CASES))
def test_the_same_files_are_told_the_same(name, course, light, sandbox, light_honest, warm, monkeypatch):
    """The same status of each check, the same notes, and each reason to wait where a student reads it."""
    folder = course / "submissions/mini" / name.replace(" ", "_")
    for path, data in CASES[name](light_honest).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data if isinstance(data, bytes) else data.encode())
    graded = grade(light, read_submission(folder), sandbox)
    for owner in ("fallback.OwnCodeSandbox", "isolated.ForkedSandbox"):
        monkeypatch.setattr(f"grader.sandbox.{owner}", warm)
    monkeypatch.chdir(course)
    as_json, checked, run = (
        CliRunner().invoke(cli, [*command, str(folder), *rest], catch_exceptions=False)
        for command, rest in ((["check"], ["--json"]), (["check"], []), (["ci"], ["--no-github"]))
    )
    line = json.loads(as_json.stdout)
    visible = {check["id"]: check["status"] for question in line["questions"] for check in question["checks"]}
    assert visible == {one.id: one.status for one in graded.verdicts if one.id in visible}
    assert tuple(line["notes"]) == graded.notes
    reasons = {
        one.feedback for one in graded.verdicts if one.id in visible and one.status in ("needs_review", "ungraded")
    }
    for told in (checked.output, run.output):
        missing = [text for text in (*graded.notes, *reasons) if words(text) not in words(told)]
        assert not missing, told
    assert {as_json.exit_code, checked.exit_code, run.exit_code} == {1 if graded.status == "ungraded" else 0}
