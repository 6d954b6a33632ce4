"""What was imported is graded as what was handed in: renamed by the system, or not taken over at all."""

from __future__ import annotations

import pytest

from grader.course.folders import Course
from grader.grading.one_submission import grade
from grader.intake.classes import class_folder, read_class
from grader.intake.importing import import_download
from tests.contracts.importer import zipped
from tests.hostile.archives import patched
from tests.hostile.archives import zipped as hostile_zip


@pytest.fixture
def graded(mini, sandbox, tmp_path):
    """Imports a download of Canvas, and grades the one student's work on the small assignment."""

    def run(data):
        (tmp_path / "c" / "rubrics").mkdir(parents=True, exist_ok=True)
        (tmp_path / "d.zip").write_bytes(zipped(data) if isinstance(data, dict) else data)
        course = Course(tmp_path / "c")
        import_download(course, "mini", tmp_path / "d.zip", system="canvas")
        found = read_class(class_folder(course.submissions("mini")).hand_ins)
        [submission] = found.submissions
        return grade(mini, submission, sandbox)

    return run


def test_a_name_that_canvas_changed_earns_the_points_of_the_module(graded, honest):
    """A second upload becomes `m-2.py`; the note says which file was read."""
    result = graded({"lovelaceada_678_91_m-2.py": honest.encode()})
    assert result.score == result.max_score
    assert any("m-2.py" in note for note in result.notes)


def test_beside_the_exact_name_it_is_not_read(graded, honest):
    """And the note says so."""
    result = graded({"lovelaceada_678_91_m.py": honest.encode(), "lovelaceada_678_92_m-2.py": b"x = 1\n"})
    assert result.score == result.max_score
    assert any("m-2.py" in note for note in result.notes)


def test_what_was_not_taken_over_is_nobodys_zero(graded):
    """An entry that could not be read is named, and its checks wait or are not graded; none is missing."""
    data = patched(
        hostile_zip(("lovelaceada_678_91_m.py", b"1" * 9)), b"\x14\x00\x00\x00\x08\x00", b"\x14\x00\x01\x00\x08\x00"
    )
    result = graded(data)
    assert result.status in ("ungraded", "needs_review")
    assert {verdict.status for verdict in result.verdicts} <= {"ungraded", "needs_review", "blocked"}
    assert any("m.py" in verdict.feedback and "encrypted" in verdict.feedback for verdict in result.verdicts)


HELPED = "from tools import twice\nfrom Other_Tools import once\n"


def test_helpers_that_canvas_renamed_are_imported(graded, honest):
    """Every file that is handed in again gets a number, what it imports as well."""
    code = (HELPED + honest).encode()
    tools = {
        "lovelaceada_678_92_tools-1.py": b"def twice(x):\n    return 2 * x\n",
        "lovelaceada_678_93_Other_Tools-3.py": b"def once(x):\n    return x\n",
    }
    result = graded({"lovelaceada_678_91_m-1.py": code} | tools)
    assert result.score == result.max_score
    assert "tools.py was read from tools-1.py." in result.notes


def test_of_two_helpers_none_is_guessed(graded, honest):
    """Who imports one waits, and both are named; the exact name always wins."""
    code = ("from tools import twice\n" + honest).encode()
    two = {
        "lovelaceada_678_92_tools-1.py": b"def twice(x):\n    return 2 * x\n",
        "lovelaceada_678_93_tools-2.py": b"twice = None\n",
    }
    result = graded({"lovelaceada_678_91_m.py": code} | two)
    assert {verdict.status for verdict in result.verdicts} == {"needs_review", "blocked"}
    assert "tools-1.py and tools-2.py" in result.verdicts[0].feedback
    result = graded(
        {"lovelaceada_678_91_m.py": code, "lovelaceada_678_94_tools.py": b"def twice(x):\n    return 2 * x\n"} | two
    )
    assert result.score == result.max_score


def test_a_file_that_nobody_imports_stands_for_nothing(graded, honest):
    """An old version beside the work is no helper of it."""
    result = graded({"lovelaceada_678_91_m.py": honest.encode(), "lovelaceada_678_92_scratch-1.py": b"1/0"})
    assert result.score == result.max_score
    assert not any("scratch.py" in note for note in result.notes)
