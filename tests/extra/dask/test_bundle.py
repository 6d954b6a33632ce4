"""An assignment as bytes: the same files give the same bytes, and the bytes are all that a judge needs."""

from __future__ import annotations

import shutil
import stat

import pytest

from grader.assignment import load_assignment
from grader.course.folders import Course
from grader.extra.dask.bundle import Unbundled, bundle, digest
from grader.extra.dask.remote import obstacle
from grader.extra.dask.versions import installed_versions
from tests.conftest import LIGHT


@pytest.fixture
def course(tmp_path):
    """The small course, in a folder of its own."""
    shutil.copytree(LIGHT.root, tmp_path / "course", ignore=shutil.ignore_patterns("results", ".*"))
    return Course(tmp_path / "course")


def test_a_bundle_is_the_assignment_wherever_it_is_unpacked(course):
    """The same digest, the same cases; nothing is drawn again, and nobody else can read it."""
    here = load_assignment(course, "mini", seed=5)
    unbundled = Unbundled(bundle(course, here))
    root = unbundled.course.root
    kept = {path: path.stat().st_mtime_ns for path in root.rglob("*.prepared")}
    there = load_assignment(unbundled.course, "mini", seed=5)
    assert (there.digest, dict(there.verdict_keys)) == (here.digest, dict(here.verdict_keys))
    assert {path: path.stat().st_mtime_ns for path in root.rglob("*.prepared")} == kept
    assert len([path for path in kept if path.name.startswith("cases-")]) == len(here.checks)
    assert stat.S_IMODE(root.stat().st_mode) == 0o700
    unbundled.close()
    assert not root.exists()


def test_the_bytes_are_those_of_the_files(course):
    """Twice alike; other where a file is other; without what tools leave behind and what other runs prepared."""
    first = bundle(course, load_assignment(course, "mini"))
    (course.root / "rubrics/__pycache__").mkdir()
    (course.root / "rubrics/__pycache__/x.pyc").write_bytes(b"x")
    (course.root / "rubrics/.mini.yaml.swp").write_bytes(b"x")
    load_assignment(course, "mini", seed=9)
    assert digest(bundle(course, load_assignment(course, "mini"))) == digest(first)
    (course.root / "rubrics/helper.py").write_text("ONE = 1\n")
    assert digest(bundle(course, load_assignment(course, "mini"))) != digest(first)


@pytest.mark.parametrize(
    ("changed", "threads", "words"),
    [
        ({}, 1, ""),
        ({"torch": "1.0"}, 1, "torch 1.0 there, "),
        ({"grader": "0.0.1 of files 00"}, 1, "grader 0.0.1 of files 00 there, "),
        ({"torch": "1.0"}, 1, "pip install '.[dask]'"),
        ({}, 4, "it has 4 threads"),
    ],
)
def test_a_worker_that_would_judge_otherwise_is_refused(changed, threads, words):
    """What differs, and what to install; a worker that is alike is not refused."""
    found = obstacle({**installed_versions(), **changed}, threads, installed_versions())
    assert (words in found) if words else found == ""
