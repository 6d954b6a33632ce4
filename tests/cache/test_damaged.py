"""Prepared checks and journals carry their digests: what is damaged is made anew, and told."""

from __future__ import annotations

import random
import shutil

import pytest

from grader.assignment import load_assignment
from grader.cache.digests import assignment_digest, surroundings
from grader.cache.preparations import Preparations
from grader.checks.plan.packing import pack
from grader.course.folders import Course
from grader.rubric.loading import load
from tests.conftest import MINI


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A copy of the small course, prepared."""
    root = tmp_path_factory.mktemp("course")
    for name in ("rubrics", "reference"):
        shutil.copytree(MINI.root / name, root / name)
    load_assignment(Course(root), "mini")
    return Course(root)


def content(assignment):
    checks = assignment.checks.items()
    return {
        name: (size_of(check), check.plan.message, check.plan.outcomes)
        for name, check in checks
        if name != "model_is_right"
    }


def size_of(check):
    return check.sizes, len(pack(check)) if check.plan.claims is not None else 0


def test_no_flipped_bit_of_a_prepared_check_is_believed(course):
    """A bit anywhere in any of its files; the next start tells it, and all is as before."""
    whole = content(load_assignment(course, "mini"))
    rng = random.Random(7)
    files = sorted(course.cache("mini").rglob("*.prepared"))
    assert files
    for path in files:
        right = path.read_bytes()
        damaged = bytearray(right)
        damaged[rng.randrange(len(right))] ^= 1 << rng.randrange(8)
        path.write_bytes(damaged)
        again = load_assignment(course, "mini")
        assert path in again.damaged
        assert repr(content(again)) == repr(whole)
        assert not load_assignment(course, "mini").damaged


def test_no_flipped_bit_of_a_kept_value_or_record_is_believed(tmp_path):
    """1,000 of them, here and in a journal."""
    kept, data = Preparations(tmp_path), bytes(range(200))
    kept.put("a/cases", "key", data)
    journal = kept.journal("a/cases", "key")
    journal.add(data)
    rng = random.Random(3)
    for path in sorted(tmp_path.rglob("cases-key.*")):
        right = path.read_bytes()
        for _ in range(500):
            damaged = bytearray(right)
            damaged[rng.randrange(len(right))] ^= 1 << rng.randrange(8)
            path.write_bytes(damaged)
            assert kept.get("a/cases", "key") in (None, data)
            assert all(record == data for record in kept.journal("a/cases", "key").news())
        path.write_bytes(right)
    assert list(kept.journal("a/cases", "key").news()) == [data]


@pytest.mark.parametrize(
    ("file", "counts"),
    [
        ("rubrics/data.json", True),
        ("rubrics/mini/data/more.csv", True),
        ("rubrics/mini/anything.bin", True),
        ("reference/mini/weights.npy", True),
        ("reference/mini/deep/er.txt", True),
        ("rubrics/other.yaml", False),
        ("rubrics/other/data/x.csv", False),
        ("rubrics/notes.md", False),
        ("rubrics/.hidden", False),
        ("reference/mini/__pycache__/m.pyc", False),
    ],
)
def test_every_file_that_a_verdict_may_rest_on_counts(course, file, counts):
    """By content: of the rubric's folder what is not another's, of the model answer's everything."""
    rubric_file, reference = course.rubric("mini"), course.reference("mini")
    rubric = load(rubric_file)

    def digests():
        return assignment_digest(rubric, rubric_file, reference), surroundings(rubric_file, reference)

    path = course.root / file
    if "other/" in file:
        (course.root / "rubrics/other.yaml").write_text("")
    before = digests()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"1")
    first = digests()
    path.write_bytes(b"2")
    second = digests()
    path.unlink()
    assert (len({before, first, second}) == 3) is counts
    assert (before != first) is counts
