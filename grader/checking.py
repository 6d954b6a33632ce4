"""The part of an assignment that its students may run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from grader.assignment import Assignment, load_assignment
from grader.course import Course
from grader.errors import UsageError
from grader.kit import load_kit
from grader.rubric import Rubric
from grader.work import Work, marker


@dataclass(frozen=True)
class LeftOut:
    """Checks of a question that are not run here."""

    checks: int
    points: Fraction


@dataclass(frozen=True)
class Visible:
    """The part of an assignment that its students may run, and how much there is beside it, by question."""

    assignment: Assignment
    left_out: Mapping[str, LeftOut]


def visible(work: Work, only: frozenset[str], progress: Callable[[int, int], None]) -> Visible:
    """Load the part of an assignment that its students may run.

    Args:
        only: the questions wanted; all where empty.
        progress: told how many checks are ready, of how many.

    Raises:
        UsageError: a question is wanted that there is not.
    """
    whole, counted = _kit(work) if work.kind == "kit" else _course(work, only, progress)
    rubric = _shown(whole.rubric, only)
    wanted = {name: left for name, left in counted.items() if not only or name in only}
    return Visible(replace(whole, rubric=rubric), wanted)


def _kit(work: Work) -> tuple[Assignment, dict[str, LeftOut]]:
    return load_kit(work.root), _counted(marker(work.root).get("left_out", {}))


def _course(
    work: Work, only: frozenset[str], progress: Callable[[int, int], None]
) -> tuple[Assignment, dict[str, LeftOut]]:
    assignment = load_assignment(Course(work.root), work.assignment, only=only, progress=progress)
    return assignment, _hidden(assignment.rubric)


def _shown(rubric: Rubric, only: frozenset[str]) -> Rubric:
    known = [question.id for question in rubric.questions]
    if unknown := only - set(known):
        raise UsageError(
            f"--only names {', '.join(sorted(unknown))}; {rubric.assignment} has the questions {', '.join(known)}"
        )
    wanted = [question for question in rubric.questions if not only or question.id in only]
    return replace(rubric, questions=tuple(wanted)).restricted(lambda spec: spec.visibility == "visible")


def _hidden(rubric: Rubric) -> dict[str, LeftOut]:
    hidden = rubric.restricted(lambda spec: spec.visibility != "visible")
    return {question.id: LeftOut(len(question.checks), question.points) for question in hidden.questions}


def _counted(left_out: Mapping[str, Mapping[str, Any]]) -> dict[str, LeftOut]:
    """`{q2: {checks: 2, points: "3"}}` as a kit's marker has it."""
    return {name: LeftOut(int(entry["checks"]), Fraction(str(entry["points"]))) for name, entry in left_out.items()}
