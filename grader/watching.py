"""What a saved file touches: the checks to run again, and a result put together of old and new verdicts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from grader.assignment import Assignment
from grader.rubric import CheckSpec, Rubric
from grader.submission import Submission
from grader.verdict import QuestionResult, Result
from grader.worker.loading import module_name
from grader.writeup.spec import MatrixSpec

# As a failure says it: file, line, the error's type and text, without the place that Python adds to it.
_NOT_PYTHON = re.compile(r".+?, line \d+: (?:Syntax|Indentation|Tab)Error: .*?(?= \(|$)", re.MULTILINE)


def changed(before: Submission, after: Submission) -> list[str]:
    """The files that differ between two states of a submission."""
    names = before.files.keys() | after.files.keys()
    return sorted(name for name in names if before.files.get(name) != after.files.get(name))


def touched(assignment: Assignment, before: Submission, after: Submission) -> frozenset[str]:
    """The ids of the checks whose verdicts may differ between two states of a submission."""
    names = changed(before, after)
    everything = frozenset(spec.id for spec in assignment.rubric.checks)
    if any(name.endswith(".ipynb") for name in names):  # it may stand for any module, and for the write-up
        return everything
    modules = _importers({module_name(name)[0] for name in names if name.endswith(".py")}, before, after)
    direct = {
        spec.id
        for spec in assignment.rubric.checks
        if modules & _modules(assignment, spec) or (spec.part == "writeup" and assignment.rubric.write_up in names)
    }
    return _with_requirements(assignment.rubric, direct)


def restricted(assignment: Assignment, checks: frozenset[str]) -> Assignment:
    """The assignment with some of its checks."""
    return replace(assignment, rubric=assignment.rubric.restricted(lambda spec: spec.id in checks))


def merged(before: Result, again: Result) -> Result:
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


def _modules(assignment: Assignment, spec: CheckSpec) -> set[str]:
    """The modules of a submission that a check calls."""
    if spec.id in assignment.checks:
        return set(assignment.checks[spec.id].plan.modules)
    if isinstance(spec.writeup, MatrixSpec) and spec.writeup.code is not None:
        return {spec.writeup.code.call.partition(".")[0]}
    return set()


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
