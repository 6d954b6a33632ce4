"""What a saved file touches: the checks to run again, and a result put together of old and new verdicts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from grader.assignment import Assignment
from grader.grading.separation import modules_of
from grader.intake.near_names import is_near
from grader.intake.submission import Submission
from grader.model.verdict import QuestionResult, Result
from grader.rubric import Rubric
from grader.worker.files import kind_of
from grader.worker.module_names import file_of, module_name

# As a failure says it: file, line, the error's type and text, without the place that Python adds to it.
_NOT_PYTHON = re.compile(r".+?, line \d+: (?:Syntax|Indentation|Tab)Error: .*?(?= \(|$)", re.MULTILINE)


def changed_files(before: Submission, after: Submission) -> list[str]:
    """The files that differ between two states of a submission."""
    names = before.files.keys() | after.files.keys()
    return sorted(name for name in names if before.files.get(name) != after.files.get(name))


def affected_checks(assignment: Assignment, before: Submission, after: Submission) -> frozenset[str]:
    """The ids of the checks whose verdicts may differ between two states of a submission."""
    names = changed_files(before, after)
    everything = frozenset(spec.id for spec in assignment.rubric.checks)
    if any(_may_stand_for_others(assignment, name) for name in names):
        return everything
    modules = _importers({module_name(name)[0] for name in names if name.endswith(".py")}, before, after)
    is_told = assignment.rubric.write_up in names
    direct = {
        spec.id
        for spec in assignment.rubric.checks
        if modules & set(modules_of(assignment, spec)) or (spec.part == "writeup" and is_told)
    }
    return _with_requirements(assignment.rubric, direct)


def restrict(assignment: Assignment, checks: frozenset[str]) -> Assignment:
    """The assignment with some of its checks."""
    return replace(assignment, rubric=assignment.rubric.restrict(lambda spec: spec.id in checks))


def merge_results(before: Result, again: Result) -> Result:
    """The newer result, with the older verdicts of the checks that were not run again."""
    newer = {verdict.id: verdict for verdict in again.verdicts}
    questions = (
        QuestionResult(question.id, tuple(newer.get(verdict.id, verdict) for verdict in question.verdicts))
        for question in before.questions
    )
    return replace(again, questions=tuple(questions))


def half_typed(result: Result) -> str | None:
    """Where a module is no Python at the moment, in one line; None where all can be read."""
    for verdict in result.verdicts:
        if verdict.status == "error" and (found := _NOT_PYTHON.match(verdict.feedback)):
            return found[0]
    return None


def _may_stand_for_others(assignment: Assignment, name: str) -> bool:
    """Whether a file may be read as more than the module of its own name: a notebook, an archive, a near name."""
    if kind_of(name) in ("notebook", "archive"):
        return True
    wanted = [file_of(module) for check in assignment.checks.values() for module in check.plan.modules]
    last = name.rpartition("/")[2]
    return any(
        is_near(last, path.rpartition("/")[2]) and name != path for path in {*wanted, assignment.rubric.write_up}
    )


def _importers(changed: set[str], *states: Submission) -> set[str]:
    """The changed modules and all that may import them: a module whose text has the name of another may.

    The text is not parsed: whatever way a module is imported, its name is nearly always written.
    """
    texts: dict[str, bytes] = {}
    for submission in states:
        for path, data in submission.files.items():
            if path.endswith(".py"):
                name = module_name(path)[0]
                texts[name] = texts.get(name, b"") + data
    reached, todo = set(changed), list(changed)
    while todo:
        word = _word(todo.pop())
        found = {name for name, text in texts.items() if word.search(text)} - reached
        reached |= found
        todo += found
    return reached


def _word(module: str) -> re.Pattern[bytes]:
    last = module.rpartition(".")[2]
    return re.compile(rb"\b" + re.escape(last.encode()) + rb"\b")


def _with_requirements(rubric: Rubric, direct: set[str]) -> frozenset[str]:
    """The checks, those that wait for one of them, and those that any of these wait for."""
    requires: Mapping[str, tuple[str, ...]] = {spec.id: spec.requires for spec in rubric.checks}
    wanted = set(direct)
    while waiting := {name for name, needs in requires.items() if wanted & set(needs)} - wanted:
        wanted |= waiting
    while needed := {need for name in wanted for need in requires[name] if need in requires} - wanted:
        wanted |= needed
    return frozenset(wanted)
