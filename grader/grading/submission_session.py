"""One submission before one assignment's judge for as long as somebody asks: verdicts one by one, each reached once."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from grader.assignment import Assignment, load_assignment
from grader.course.folders import Course
from grader.course.workspace import KIT_MARKER
from grader.errors import SubmissionError
from grader.grading.intake import take_in
from grader.grading.one_submission import Run, in_order
from grader.intake.reading import read_folder
from grader.kit import load_kit
from grader.model.verdict import Verdict
from grader.rubric import CheckSpec, Rubric
from grader.rubric.loading import load
from grader.sandbox.isolated import ForkedSandbox, Policy


class SubmissionSession:
    """Keeps a sandbox and a session open between verdicts.

    Raises:
        GraderError: the assignment, the submission or the sandbox is not to be had.
    """

    def __init__(self, assignment: Assignment, folder: Path, policy: Policy) -> None:
        self._assignment = assignment
        self._sandbox = ForkedSandbox(assignment.rubric.modules, policy)
        try:
            placed = take_in(assignment, read_folder(folder), self._sandbox)
            if placed.refusal:
                raise SubmissionError(placed.refusal)
            sources = placed.submission.sources
            self._session = self._sandbox.open(sources, assignment.budget, assignment.seed, assignment.given)
        except BaseException:
            self._sandbox.close()
            raise
        self._run = Run(assignment, placed, self._session)
        self._told = 0

    def verdict(self, check: str) -> Verdict:
        """The verdict of a check, after those that it requires."""
        for spec in in_order(with_required(self._assignment.rubric, [check])):
            self._run.verdict(spec)
        return self._run.known[check]

    def new_output(self) -> str:
        """What the code printed since this was last asked."""
        output = self._session.output
        fresh, self._told = output[self._told :], len(output)
        return fresh

    def close(self) -> None:
        """End the submission's processes."""
        self._session.close()
        self._sandbox.close()


def open_session(rubric_file: Path, folder: Path, checks: Iterable[str], policy: Policy) -> SubmissionSession:
    """A submission before the judge of a rubric's file; only the questions of `checks` are prepared.

    Raises:
        GraderError: the assignment, the submission or the sandbox is not to be had.
    """
    root = rubric_file.parent.parent
    if (root / KIT_MARKER).is_file():
        return SubmissionSession(load_kit(root), folder, policy)
    rubric = load(rubric_file)
    wanted = {spec.id for spec in with_required(rubric, checks)}
    only = frozenset(question.id for question in rubric.questions if wanted & {spec.id for spec in question.checks})
    assignment = load_assignment(Course.around(rubric_file.parent), rubric_file.stem, only=only)
    return SubmissionSession(assignment, folder, policy)


def with_required(rubric: Rubric, checks: Iterable[str]) -> list[CheckSpec]:
    """Some checks and all that they require, however far."""
    by_id = {spec.id: spec for spec in rubric.checks}
    todo, found = list(checks), set[str]()
    while todo:
        name = todo.pop()
        if name in by_id and name not in found:
            found.add(name)
            todo += by_id[name].requires
    return [spec for spec in rubric.checks if spec.id in found]
