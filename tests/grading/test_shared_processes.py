"""A class gets the same, word by word, whether what leaves no trace shares a process or has one for each question."""

from __future__ import annotations

import pytest

from grader.assignment import load_assignment
from grader.course.folders import Course
from grader.grading.one_submission import grade
from grader.intake.reading import read_folder
from grader.sandbox.session import WorkerSession
from tests.conftest import ROOT

STUDENTS = sorted(path.parent for path in (ROOT / "submissions/hw2").glob("*/expected.yaml"))


@pytest.fixture(scope="module")
def hw2():
    """The bundled homework of which most students' code leaves no trace."""
    return load_assignment(Course(ROOT), "hw2")


@pytest.mark.parametrize("folder", STUDENTS, ids=lambda folder: folder.name)
def test_verdicts_do_not_hang_on_who_shares_a_process(hw2, sandbox, folder, monkeypatch):
    """Nor do counterexamples, which are otherwise shown by a process that has done nothing else."""

    def verdicts():
        for check in hw2.checks.values():
            check.judged.clear()
        return [{**one.to_json(), "seconds": 0} for one in grade(hw2, read_folder(folder), sandbox).verdicts]

    shared = verdicts()
    monkeypatch.setattr(WorkerSession, "traceless", lambda _self, _modules: frozenset())
    assert shared == verdicts()
