"""The part of an assignment that its students may run."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from grader.assignment import Assignment, Preparing, load_assignment
from grader.course.folders import Course
from grader.course.workspace import Workspace, marker
from grader.errors import UsageError
from grader.kit import load_kit
from grader.rubric import Rubric


@dataclass(frozen=True)
class HiddenChecks:
    """Checks of a question that are not run here."""

    checks: int
    points: Fraction


@dataclass(frozen=True)
class Visible:
    """The part of an assignment that its students may run, and how much there is beside it, by question."""

    assignment: Assignment
    left_out: Mapping[str, HiddenChecks]


def visible(work: Workspace, only: frozenset[str], progress: Preparing, meanwhile: Collection[str] = ()) -> Visible:
    """Load the part of an assignment that its students may run.

    Args:
        only: the questions wanted; all where empty.
        progress: told how many checks are ready, of how many.
        meanwhile: see `load_kit`.

    Raises:
        UsageError: a question is wanted that there is not.
    """
    whole, counted = _kit(work, only, meanwhile) if work.kind == "kit" else _course(work, only, progress)
    rubric = _visible_part(whole.rubric, only)
    wanted = {name: left for name, left in counted.items() if not only or name in only}
    return Visible(replace(whole, rubric=rubric), wanted)


def _kit(
    work: Workspace, only: frozenset[str], meanwhile: Collection[str]
) -> tuple[Assignment, dict[str, HiddenChecks]]:
    return load_kit(work.root, only, meanwhile), _count(marker(work.root).get("left_out", {}))


def _course(work: Workspace, only: frozenset[str], progress: Preparing) -> tuple[Assignment, dict[str, HiddenChecks]]:
    assignment = load_assignment(Course(work.root), work.assignment, only=only, progress=progress)
    return assignment, _hidden_checks(assignment.rubric)


def _visible_part(rubric: Rubric, only: frozenset[str]) -> Rubric:
    known = [question.id for question in rubric.questions]
    if unknown := only - set(known):
        raise UsageError(
            f"--only names {', '.join(sorted(unknown))}; {rubric.assignment} has the questions {', '.join(known)}"
        )
    wanted = [question for question in rubric.questions if not only or question.id in only]
    return replace(rubric, questions=tuple(wanted)).restrict(lambda spec: spec.visibility == "visible")


def _hidden_checks(rubric: Rubric) -> dict[str, HiddenChecks]:
    hidden = rubric.restrict(lambda spec: spec.visibility != "visible")
    return {question.id: HiddenChecks(len(question.checks), question.points) for question in hidden.questions}


def _count(left_out: Mapping[str, Mapping[str, Any]]) -> dict[str, HiddenChecks]:
    """`{q2: {checks: 2, points: "3"}}` as a kit's marker has it."""
    return {
        name: HiddenChecks(int(entry["checks"]), Fraction(str(entry["points"]))) for name, entry in left_out.items()
    }
