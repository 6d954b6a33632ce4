"""The step before grading: what an assignment asks for is found in what was handed in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from grader.assignment import Assignment
from grader.intake.archives import has_archives, open_archives
from grader.intake.finding import Wanted
from grader.intake.overlay import without_given
from grader.intake.placing import Placed, needs_survey, place
from grader.intake.submission import Submission
from grader.intake.surveying import FileSummary, survey_files
from grader.kit.cases import without_cases
from grader.kit.texts import readme, skeleton
from grader.rubric.writeup_keys import MatrixSpec
from grader.sandbox import Sandbox
from grader.worker.module_names import file_of


def take_in(assignment: Assignment, submission: Submission, sandbox: Sandbox) -> Placed:
    """The submission as it is graded: archives opened, each wanted file found, or said why not.

    Whatever looks into a file does so in a worker, and only where names do not decide.

    Raises:
        SandboxError: the sandbox is not to be had.
    """
    wanted = wanted_of(assignment)
    submission = without_given(without_cases(submission, assignment.name), assignment.given)
    files = {} if has_archives(submission) else needs_survey(submission, wanted)
    seen: dict[str, FileSummary] = {}
    if files or has_archives(submission):
        session = sandbox.open({}, assignment.budget, assignment.seed)
        try:
            if has_archives(submission):
                submission = open_archives(submission, session, wanted.words)
                files = needs_survey(submission, wanted)
            seen = survey_files(session, files, wanted.starters) if files else {}
        finally:
            session.close()
    placed = place(submission, wanted, seen)
    return replace(placed, submission=without_given(placed.submission, assignment.given))


def wanted_of(assignment: Assignment) -> Wanted:
    """What an assignment asks a submission for."""
    rubric = assignment.rubric
    called = {name for check in assignment.checks.values() for name in check.plan.functions}
    called |= {spec.writeup.code.call for spec in rubric.checks
               if isinstance(spec.writeup, MatrixSpec) and spec.writeup.code is not None}  # fmt: skip
    functions: dict[str, set[str]] = {
        module: set() for check in assignment.checks.values() for module in check.plan.modules
    }
    for name in called:
        module, _, function = name.rpartition(".")
        functions.setdefault(module, set()).add(function)
    asks_for_text = any(spec.part == "writeup" for spec in rubric.checks)
    return Wanted(
        assignment=assignment.name,
        functions={
            module: tuple(sorted(functions[module]))
            for module in sorted(functions)
            if file_of(module) not in assignment.given.modules
        },
        write_up=rubric.write_up if asks_for_text else "",
        starters=assignment.starters,
        skeleton=skeleton(rubric).encode(),
        own=_documents_of(assignment, [file_of(module) for module in sorted(functions)]),
    )


def _documents_of(assignment: Assignment, modules: Sequence[str]) -> dict[str, bytes]:
    """What the course wrote for students to read, by name; empty where that is all that is known of it."""
    rubric = assignment.rubric
    handout = {rubric.handout: b""} if rubric.handout else {}
    files = [*(path for path in modules if path not in assignment.starters), *assignment.starters]
    own = {"README.md": readme(rubric, files).encode(), **handout, **assignment.documents}
    return {name: text for name, text in own.items() if name != rubric.write_up}
