"""Which submission lies at a path: found from anywhere within it, and what is said where there is none."""

from __future__ import annotations

import pytest

from grader.course.workspace import Workspace, locate_workspace, modules_of
from grader.errors import UsageError


@pytest.fixture(autouse=True)
def elsewhere(tmp_path_factory, monkeypatch):
    """The working directory, which is in no course unless a test goes into one."""
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))


@pytest.fixture
def course(tmp_path):
    """A course of two assignments with a student who has a sub-folder."""
    (tmp_path / "rubrics").mkdir()
    for name in ("hw1", "hw2"):
        (tmp_path / "rubrics" / f"{name}.yaml").write_text("")
    (tmp_path / "submissions/hw1/ana/pkg/deep").mkdir(parents=True)
    (tmp_path / "submissions/hw1/ana/m.py").write_text("")
    return tmp_path


@pytest.fixture
def kit(tmp_path):
    """The outside of a kit."""
    (tmp_path / "kit/notes").mkdir(parents=True)
    (tmp_path / "kit/rubrics").mkdir()
    (tmp_path / "kit/grader-kit.yaml").write_text("assignment: hw1\nmodules: [numpy, torch]\n")
    return tmp_path / "kit"


@pytest.mark.parametrize("inside", ["", "pkg", "pkg/deep", "m.py"])
def test_a_students_folder_is_found_from_anywhere_in_it(course, inside):
    """A sub-folder and a file mean the submission that they are of."""
    ana = course / "submissions/hw1/ana"
    assert locate_workspace(ana / inside) == Workspace("course", course, "hw1", ana)


def test_a_relative_path_is_of_where_one_is(course, monkeypatch):
    """`grader check` without a path, in a sub-folder."""
    from pathlib import Path

    monkeypatch.chdir(course / "submissions/hw1/ana/pkg")
    assert locate_workspace(Path()) == Workspace("course", course, "hw1", course / "submissions/hw1/ana")


def test_a_folder_elsewhere_is_checked_against_what_is_named(course, tmp_path_factory, monkeypatch):
    """In the course, or anywhere while one is in the course."""
    (course / "drafts").mkdir()
    assert locate_workspace(course / "drafts", "hw2") == Workspace("course", course, "hw2", course / "drafts")
    outside = tmp_path_factory.mktemp("outside")
    monkeypatch.chdir(course)
    assert locate_workspace(outside, "hw2") == Workspace("course", course, "hw2", outside)


def test_a_kit_is_found_from_anywhere_in_it(kit):
    """It needs no course around it, and says itself what may be imported."""
    work = locate_workspace(kit / "notes")
    assert work == Workspace("kit", kit, "hw1", kit)
    assert modules_of(work) == ("numpy", "torch")


def test_a_kit_that_was_handed_in_decides_nothing(course):
    """A repository that a student makes of a kit holds its rubric by design; the course's counts."""
    ana = course / "submissions/hw1/ana"
    (ana / "grader-kit.yaml").write_text("assignment: hw2")
    (ana / "rubrics").mkdir()
    assert locate_workspace(ana / "pkg") == Workspace("course", course, "hw1", ana)


def test_a_course_within_a_submission_decides_nothing(course):
    """A student may hand in what looks like a course, with a class of its own: all of it is that student's work."""
    ana = course / "submissions/hw1/ana"
    (ana / "rubrics").mkdir()
    (ana / "rubrics/hw1.yaml").write_text("")
    (ana / "submissions/hw1/me").mkdir(parents=True)
    assert locate_workspace(ana / "submissions/hw1/me") == Workspace("course", course, "hw1", ana)


def test_what_is_checked_is_never_its_own_course(tmp_path, monkeypatch):
    """Also where one stands in it: a folder that brings a rubric is not checked against that."""
    handed_in = tmp_path / "hana"
    (handed_in / "rubrics").mkdir(parents=True)
    (handed_in / "rubrics/hw1.yaml").write_text("")
    for here in (handed_in, handed_in / "rubrics"):
        monkeypatch.chdir(here)
        with pytest.raises(UsageError, match="no rubric within it counts"):
            locate_workspace(handed_in, "hw1")


def test_a_kit_beside_the_course_that_one_is_in_is_asked_about(course, kit, monkeypatch):
    """Whoever is in a course says which of its assignments counts, or goes into the kit."""
    monkeypatch.chdir(course)
    (course / "kit").rename(kit.parent.parent / "hana")
    hana = kit.parent.parent / "hana"
    assert locate_workspace(hana, "hw1") == Workspace("course", course, "hw1", hana)
    with pytest.raises(UsageError, match="--assignment hw1"):
        locate_workspace(hana)


@pytest.mark.parametrize(
    ("where", "assignment", "message"),
    [
        (".", "", "--assignment hw1"),
        ("submissions", "", "name such a folder"),
        ("submissions/hw1", "", "name such a folder"),
        ("submissions/hw1/ana", "hw3", "did you mean hw"),
        ("..", "", "grader-kit.yaml or rubrics/"),
    ],
)
def test_what_is_no_submission_is_told_with_a_way_out(course, where, assignment, message):
    """The message names what to do."""
    with pytest.raises(UsageError, match=message):
        locate_workspace(course / where, assignment)


@pytest.mark.parametrize("content", ["", "- a list", "assignment: [", "assignment: 3", "\x00"])
def test_a_broken_kit_is_told(kit, content):
    """Never a traceback, whatever happened to the file."""
    (kit / "grader-kit.yaml").write_text(content)
    with pytest.raises(UsageError, match="unpack the kit once more"):
        locate_workspace(kit)


def test_another_assignment_than_the_kits_is_refused(kit):
    """A kit is of one assignment."""
    with pytest.raises(UsageError, match="is of hw1, not of hw2"):
        locate_workspace(kit, "hw2")
