"""Final grades of a class for other programs: one exporter a format, found by its name."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from importlib import import_module
from importlib.metadata import entry_points
from typing import Protocol

from grader.errors import UsageError
from grader.model.grade import FinalGrade
from grader.model.identity import Identity
from grader.model.record import ResultRecord

GROUP = "grader.exporters"
NAMES = {
    "csv": "table", "xlsx": "workbook", "json": "document", "jsonl": "document", "junit": "cases",
    "gradescope": "gradescope", "prairielearn": "prairielearn", "nbgrader": "nbgrader",
}  # fmt: skip


@dataclass(frozen=True)
class StudentGrade:
    """One student's final grade, and who that is elsewhere.

    Args:
        group: the submission's group; empty where one handed in alone.
        record: what the machine found; None where nothing was graded.
    """

    grade: FinalGrade
    who: Identity = Identity()  # noqa: RUF009 -- a frozen value
    section: str = ""
    group: str = ""
    record: ResultRecord | None = field(default=None, compare=False, repr=False)

    @property
    def student(self) -> str:
        """The student's id."""
        return self.grade.student


@dataclass(frozen=True)
class FinalGrades:
    """All final grades of an assignment, by student.

    Args:
        questions: id → what it is worth, in the rubric's order; `checks`: the same, by question and check.
        due: ISO 8601 in UTC; empty where the rubric states none.
    """

    assignment: str
    title: str
    max_score: Fraction
    questions: Mapping[str, Fraction]
    checks: Mapping[tuple[str, str], Fraction]
    students: tuple[StudentGrade, ...]
    due: str = ""


@dataclass(frozen=True)
class GradeStyle:
    """How scores are written.

    Args:
        decimals: at most so many; a score is rounded once, from the exact fraction.
        missing_is_zero: whoever handed in nothing gets a zero; else nothing is said of the score.
    """

    decimals: int = 2
    missing_is_zero: bool = False

    def score(self, grade: FinalGrade) -> Fraction | None:
        """What is handed on of a grade; None while it is not settled."""
        return Fraction(0) if grade.status == "missing" and self.missing_is_zero else grade.score


class Exporter(Protocol):
    """Writes final grades in one format; pure, so the same grades give the same bytes.

    A plug-in is such a value under an entry point `grader.exporters`; `tests.contracts.exporter` says what it keeps to.
    """

    @property
    def name(self) -> str:
        """What `--format` calls it."""
        ...

    def write(self, grades: FinalGrades, style: GradeStyle) -> dict[str, bytes]:
        """The files, by name: one, or one a student."""
        ...


def exporters() -> dict[str, Exporter]:
    """Every exporter by its name: those here, and those of other packages (entry points `grader.exporters`)."""
    found: dict[str, Exporter] = {}
    for name, module in NAMES.items():
        found[name] = import_module(f"{__name__}.{module}").EXPORTERS[name]
    return found | {point.name: point.load() for point in entry_points(group=GROUP) if point.name not in found}


def exporter(name: str) -> Exporter:
    """The exporter of a format.

    Raises:
        UsageError: there is none of that name.
    """
    known = exporters()
    if name not in known:
        near = difflib.get_close_matches(name.lower(), known, 1)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(sorted(known))}"
        raise UsageError(f"--format: expected a format, got {name!r}; {hint}")
    return known[name]
