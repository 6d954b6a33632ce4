"""Cases are drawn once and kept: the same at the next start, drawn anew only where something they rest on changed."""

from __future__ import annotations

import shutil

import pytest

from grader import assignment as module
from grader.assignment import load_assignment
from grader.checks.packing import packed
from grader.course import Course
from grader.preparations import MAX_KEPT, Preparations
from tests.conftest import MINI


@pytest.fixture
def course(tmp_path):
    """A copy of the small course, with nothing kept."""
    shutil.copytree(MINI.root, tmp_path / "course", ignore=shutil.ignore_patterns(".grader_cache"))
    return Course(tmp_path / "course")


@pytest.fixture
def drawn(monkeypatch):
    """The ids of the checks that are prepared and not recalled."""
    ids = []

    def planned(spec, *rest):
        ids.append(spec.id)
        return original(spec, *rest)

    original = module.planned
    monkeypatch.setattr(module, "planned", planned)
    return ids


def test_the_second_start_draws_nothing(course, drawn):
    """What was prepared is recalled, and is the same."""
    first = load_assignment(course, "mini")
    assert sorted(drawn) == sorted(first.checks)
    drawn.clear()
    second = load_assignment(course, "mini")
    assert drawn == []
    assert [packed(check) for check in first.checks.values()] == [packed(check) for check in second.checks.values()]


def test_only_what_changed_is_drawn_again(course, drawn):
    """Another property, another tolerance, another seed: each draws what rests on it."""
    load_assignment(course, "mini")
    drawn.clear()
    python = course.rubric("mini").with_suffix(".py")
    python.write_text(
        python.read_text().replace("2 * image, kernel", "3 * image, kernel").replace("2 * student", "3 * student")
    )
    load_assignment(course, "mini")
    assert drawn == ["conv_is_linear"]
    drawn.clear()
    load_assignment(course, "mini", seed=77)
    assert len(drawn) == len(load_assignment(course, "mini").checks)


def test_a_changed_reference_is_run_again(course, drawn):
    """The expected values are the present reference's."""
    checks = load_assignment(course, "mini").checks
    drawn.clear()
    reference = course.reference("mini") / "m.py"
    reference.write_text(reference.read_text() + "\n")
    load_assignment(course, "mini")
    assert len(drawn) == len(checks)


@pytest.mark.parametrize("junk", [b"", b"junk", b"\x9a" + b"\x01" * 10])
def test_a_damaged_file_is_replaced(course, drawn, junk):
    """What something else wrote into the cache costs time and nothing else."""
    load_assignment(course, "mini")
    drawn.clear()
    for path in course.cache("mini").glob("*.prepared"):
        path.write_bytes(junk)
    checks = load_assignment(course, "mini").checks
    assert sorted(drawn) == sorted(checks)


def test_a_folder_that_cannot_be_written_keeps_nothing(tmp_path):
    """A read-only course works as any other."""
    (tmp_path / "file").write_text("")
    kept = Preparations(tmp_path / "file" / "cache")
    kept.put("check", "key", b"data")
    assert kept.get("check", "key") is None


def test_old_preparations_go(tmp_path):
    """The cache of a check does not grow without end, and is left out by version control."""
    kept = Preparations(tmp_path / "cache" / "hw")
    for number in range(MAX_KEPT + 5):
        kept.put("check", f"{number:032d}", b"data")
    assert len(list((tmp_path / "cache" / "hw").iterdir())) == MAX_KEPT
    assert (tmp_path / "cache" / ".gitignore").read_text() == "*\n"
