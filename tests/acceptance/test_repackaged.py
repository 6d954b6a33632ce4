"""The same work handed in in another way earns the same points in every check; the whole matrix is run by hand."""

from __future__ import annotations

import pytest

from tests.acceptance.test_samples import CLASS, run
from tests.intake.repackaging import WAYS, put, sample

# One with a package of helpers, one with a helper and mistakes, one with a notebook.
STUDENTS = ("dora", "kira", "gus")
PLAIN = ("zip", "tarxz", "tarbz", "notebook")


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """Three students in each way, and as they are, in one run."""
    folder = tmp_path_factory.mktemp("class")
    paths = [put(folder, f"{student}-{way}", way, sample(CLASS / student)) for student in STUDENTS for way in WAYS]
    return run(folder / "results", "--workers", 2, *paths, *(CLASS / student for student in STUDENTS))


def points(line):
    """Status and points of each check."""
    return {
        check["id"]: (check["status"], check["score"]) for question in line["questions"] for check in question["checks"]
    }


@pytest.mark.parametrize("way", sorted(WAYS))
@pytest.mark.parametrize("student", STUDENTS)
def test_the_same_work_earns_the_same(graded, student, way):
    """Check by check, and a note where something was found elsewhere."""
    line = graded[f"{student}-{way}"]
    assert points(line) == points(graded[student])
    assert line["notes"] or way in PLAIN
