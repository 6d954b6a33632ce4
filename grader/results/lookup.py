"""Finds the student and the check that somebody means, or says what is near."""

from __future__ import annotations

import getpass
import os
from fractions import Fraction

from grader.errors import UsageError
from grader.intake.submission import id_of_name
from grader.model.identity import Identity
from grader.results.ledger import Ledger
from grader.rubric import CheckSpec, Rubric
from grader.rubric.messages import near
from grader.rubric.scalars import Exact


def known_student(ledger: Ledger, text: str) -> str:
    """The student with this id, or this folder's name, else with this login, e-mail or name on the roster.

    Raises:
        UsageError: there is none.
    """
    handed_in = {student for submission in ledger.results for student in (submission, *ledger.members(submission))}
    known = handed_in | {row.student for row in ledger.roster.students if row.student}
    if (found := next((name for name in (text, id_of_name(text)) if name in known), None)) is not None:
        return found
    for field in ("login", "email", "sis_id", "lms_user_id", "name"):
        row = ledger.roster.find(Identity(**{field: text}))
        if row is not None and row.student:
            return row.student
    if len(alike := [row.student for row in ledger.roster.namesakes(text) if row.student]) > 1:
        raise UsageError(f"{len(alike)} students are called {text!r}: say which by the id, {' or '.join(alike)}")
    raise UsageError(f"{ledger.rubric.assignment} has no student {text!r}; {near(text, known)}")


def students_meant(ledger: Ledger, text: str) -> tuple[str, ...]:
    """The one student whom a text means, or everybody in the group that it means.

    Raises:
        UsageError: there is neither.
    """
    found = known_student(ledger, text)
    members = ledger.members(found) if found in ledger.results else (found,)
    return (found,) if found in members else members


def known_check(rubric: Rubric, text: str) -> CheckSpec:
    """The check with this id.

    Raises:
        UsageError: there is none.
    """
    by_id = {spec.id: spec for spec in rubric.checks}
    if text not in by_id:
        raise UsageError(f"{rubric.assignment} has no check {text!r}; {near(text, by_id)}")
    return by_id[text]


def score_within(text: str, spec: CheckSpec) -> Fraction:
    """A score as it was written, which may be 2, 0.5 or 1/3.

    Raises:
        UsageError: it is none, or more than the check is worth.
    """
    try:
        score = Exact(10**9, zero=True).read(text.strip())
    except ValueError:
        score = None
    if score is None or score > spec.points:
        raise UsageError(
            f"score of {spec.id}: expected points from 0 to {spec.points}, such as 1.5 or 1/3, got {text!r}"
        )
    return score


def actor_name() -> str:
    """Who is at the keyboard: GRADER_ACTOR where it is set, else the account's name."""
    if name := " ".join(os.environ.get("GRADER_ACTOR", "").split()):
        return name
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # an account that has no name, as in some containers
        return "unknown"
