"""What stands in the place of a course's file, and is none that can be read, is told by its path; nothing waits for it."""

from __future__ import annotations

import os
import shutil

import pytest

from grader.cache.digests import assignment_digest, foundations
from grader.errors import GraderError
from grader.rubric.loading import load
from tests.conftest import MINI


def pipe(path):
    os.mkfifo(path)


def device(path):
    path.symlink_to("/dev/zero")


def folder(path):
    path.mkdir()


def dangling(path):
    path.symlink_to("nowhere")


def circle(path):
    path.symlink_to(path.name)


def latin(path):
    path.write_bytes(b"\n\n# caf\xe9\n")


@pytest.fixture
def course(tmp_path):
    """A copy of the small course."""
    for name in ("rubrics", "reference"):
        shutil.copytree(MINI.root / name, tmp_path / name)
    return tmp_path


@pytest.mark.parametrize("what", [pipe, device, folder, dangling, circle, latin])
@pytest.mark.parametrize("file", ["rubrics/mini.yaml", "rubrics/mini.py"])
def test_it_is_told_by_its_path(course, file, what):
    """Before anything is opened that would never end."""
    (course / file).unlink()
    what(course / file)
    with pytest.raises(GraderError) as refused:
        load(course / "rubrics/mini.yaml")
    assert file in str(refused.value)
    assert "cannot be read (" in str(refused.value) or "save the file as UTF-8" in str(refused.value)


@pytest.mark.parametrize("what", [pipe, device, folder, dangling])
@pytest.mark.parametrize(
    "file", ["reference/mini/more.py", "reference/mini/data.bin", "rubrics/helper.py", "rubrics/data.csv"]
)
def test_beside_them_it_holds_up_nothing(course, file, what):
    """What is no file is nothing that a verdict rests on."""
    what(course / file)
    rubric_file, reference = course / "rubrics/mini.yaml", course / "reference/mini"
    assert assignment_digest(load(rubric_file), rubric_file, reference)
    assert foundations(rubric_file, reference)
