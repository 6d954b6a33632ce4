"""Writes a class's pages: `class.html` for instructors, `students/ID.html` for each student, `assets/` beside them."""

from __future__ import annotations

import base64
import functools
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from grader.errors import first_of
from grader.export.escaping import visible
from grader.model.grade import FinalGrade, points_text, rounded_text
from grader.report.charts import difficulty_chart, distribution_chart
from grader.report.meanwhile import meanwhile
from grader.report.readings import SubmissionReading
from grader.report.similarity import THRESHOLD, Alike
from grader.report.statistics import ENOUGH, CheckStatistics, statistics_of
from grader.report.student import student_view
from grader.results.ledger import Ledger

_ASSETS = ("stix-two-math.woff2", "stix-two-math.OFL.txt")
# The words of a table's columns, and the statuses that each counts.
_COLUMNS = {
    "passed": ("passed",),
    "partly": ("partial",),
    "not right": ("failed",),
    "error": ("error", "crashed", "out_of_memory"),
    "time": ("timeout",),
    "missing": ("missing",),
    "not tried": ("blocked",),
    "for a person": ("needs_review",),
    "not run": ("ungraded",),
}
_SECTIONS = (
    ("scores", "Scores"), ("attention", "Who needs attention"), ("checks", "Checks"),
    ("misconceptions", "Misconceptions"), ("people", "Machine and people"), ("seeds", "Seeds and time"),
    ("alike", "Alike submissions"), ("students", "Students"),
)  # fmt: skip
_WORDS = {
    "graded": "graded",
    "needs_review": "waiting for a person",
    "ungraded": "not run yet",
    "missing": "without a submission",
}
MOST_LISTED = 60
_SLOWEST = 10


@dataclass(frozen=True)
class WrittenPages:
    """Where the pages are, and how many."""

    folder: Path
    n_students: int


@dataclass(frozen=True)
class _ScriptTag:
    text: Markup
    hash: str


def write_report(
    folder: Path,
    ledger: Ledger,
    readings: Mapping[str, SubmissionReading],
    find_alike: Callable[[], Sequence[Alike]],
    *,
    now: datetime | None = None,
) -> WrittenPages:
    """Write all pages, and take away those of students who are in the class no more.

    Args:
        readings: what was read of each submission.
        find_alike: finds the submissions that are alike, while students' pages are written.
        now: what decides whether a due time is over.
    """
    students = folder / "students"
    students.mkdir(parents=True, exist_ok=True)
    (folder / "assets").mkdir(exist_ok=True)
    for name in _ASSETS:
        (folder / "assets" / name).write_bytes(_asset(name))
    grades = ledger.grades()

    def write_students() -> None:
        for grade in grades:
            _write(students / f"{grade.student}.html", student_page(ledger, grade, readings, now=now))

    with meanwhile(write_students):
        _write(folder / "class.html", class_page(ledger, grades, find_alike()))
    known = {f"{grade.student}.html" for grade in grades}
    for path in students.glob("*.html"):
        if path.name not in known:
            path.unlink()
    return WrittenPages(folder, len(grades))


def student_page(
    ledger: Ledger, grade: FinalGrade, readings: Mapping[str, SubmissionReading], *, now: datetime | None = None
) -> str:
    """One student's page of feedback, which holds what the student may see now and nothing else."""
    result = ledger.result_of(grade)
    reading = readings.get(ledger.graded_as(grade))
    view = student_view(
        grade,
        result.line if result else None,
        reading.blocks if reading else (),
        past_due=ledger.is_past_due(now or datetime.now(UTC)),
    )
    checks = [check for question in view.questions for check in question.checks]
    has_snippet = any(check.picture and check.picture.snippet for check in checks)
    return _page(
        "student.html",
        root="../",
        assignment=ledger.rubric.assignment,
        title=ledger.rubric.title,
        view=view,
        script=_copy_script() if has_snippet else None,
    )


def class_page(ledger: Ledger, grades: Sequence[FinalGrade], pairs: Sequence[Alike]) -> str:
    """The instructors' page."""
    numbers = statistics_of(grades)
    columns = [name for name in _COLUMNS if any(_count(check, name) for check in numbers.checks)]
    flaky = [
        (grade.student, names)
        for grade in grades
        if (names := [check.id for check in grade.checks if check.entry and check.entry.get("flaky")])
    ]
    slowest = sorted(ledger.results.values(), key=lambda one: -one.line["seconds"])[:_SLOWEST]
    return _page(
        "class.html",
        root="",
        script=None,
        assignment=ledger.rubric.assignment,
        title=ledger.rubric.title,
        sections=_SECTIONS,
        numbers=numbers,
        statuses=sorted(numbers.statuses.items()),
        words=_WORDS,
        max_score=points_text(numbers.max_score),
        distribution=distribution_chart(numbers.histogram, numbers.max_score) if numbers.scores.n else "",
        difficulty=difficulty_chart(numbers.checks) if numbers.checks else "",
        attention=_attention(ledger, grades),
        most_listed=MOST_LISTED,
        columns=columns,
        checks=[_check_row(check, columns) for check in numbers.checks],
        enough=ENOUGH,
        misconceptions=[
            {
                "name": one.name.replace("_", " "),
                "check": one.check,
                "n": len(one.students),
                "who": first_of(one.students, MOST_LISTED),
            }
            for one in numbers.misconceptions
        ],
        overrides=[check for check in numbers.checks if check.overrides.n],
        flaky=flaky[:MOST_LISTED],
        slowest=[(one.submission, one.line["seconds"]) for one in slowest],
        alike=pairs,
        alike_note=_alike_note(pairs),
        students=[_student_row(grade) for grade in grades],
    )


def _alike_note(pairs: Sequence[Alike]) -> str:
    if not pairs:
        return f"No two submissions share {THRESHOLD:.0%} of their code, what was handed out left aside."
    return (
        "These are alike: look. That two submissions share code says nothing of how it came about, and short tasks "
        "have few ways to be done. What was handed out, and what many share, is left aside."
    )


def _attention(ledger: Ledger, grades: Sequence[FinalGrade]) -> list[tuple[str, list[tuple[str, str]]]]:
    """By reason who needs attention, each with what there is to add."""
    found: dict[str, list[tuple[str, str]]] = {}
    for grade in grades:
        for reason, note in _reasons(ledger, grade):
            found.setdefault(reason, []).append((grade.student, note))
    return list(found.items())


def _reasons(ledger: Ledger, grade: FinalGrade) -> Iterator[tuple[str, str]]:
    waiting = [check for check in grade.waiting if check.status != "ungraded"]
    not_run = len(grade.waiting) - len(waiting)
    if grade.status == "missing":
        yield "Nothing was handed in", ""
    if grade.student in ledger.strangers:
        yield "Handed in, and not on the roster", ""
    if waiting:
        yield "Checks wait for a person", str(len(waiting))
    if not_run:
        yield "Checks could not be run", str(not_run)
    if any(check.old for check in grade.checks):
        yield "An answer that a person graded has changed", ""
    if grade.has_changed_since:
        yield "Changed since it was released", ""
    lateness = ledger.lateness_of(grade.student) if ledger.rubric.late else None
    if lateness is not None and lateness.is_unknown:
        yield "Nobody knows when it was handed in", ""
    for text in grade.flags:
        yield "Flagged", text
    for text in grade.warnings:
        yield "Noticed", text


def _count(check: CheckStatistics, column: str) -> int:
    return sum(check.counts.get(status, 0) for status in _COLUMNS[column])


def _check_row(check: CheckStatistics, columns: Sequence[str]) -> dict[str, Any]:
    looks = ["better students fail this: look at the check"] if check.is_against else []
    looks += ["people always correct it the same way"] if check.overrides.is_suspect else []
    counts = [_count(check, column) for column in columns]
    return {"one": check, "points": points_text(check.max_score), "counts": counts, "looks": looks}


def _student_row(grade: FinalGrade) -> dict[str, str]:
    return {
        "student": grade.student,
        "status": _WORDS[grade.status],
        "score": "–" if grade.score is None else rounded_text(grade.score),
        "waiting": str(len(grade.waiting) or ""),
        "released": (grade.released_at[:10] + (", changed since" if grade.has_changed_since else "")),
    }


def _page(template: str, **values: Any) -> str:
    return _environment().get_template(template).render(style=_style(), **values)


@functools.cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("grader.report"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, finalize=_make_visible,
    )  # fmt: skip


def _make_visible(value: Any) -> Any:
    """Whatever text goes into a page: what a reader would not see in it is made visible."""
    return visible(value) if type(value) is str else value


def _asset(name: str) -> bytes:
    return (files("grader.report") / "assets" / name).read_bytes()


@functools.cache
def _style() -> Markup:
    return Markup(_asset("report.css").decode())


@functools.cache
def _copy_script() -> _ScriptTag:
    text = _asset("copy.js").decode()
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return _ScriptTag(Markup(text), f"sha256-{digest}")


def _write(path: Path, text: str) -> None:
    """Write a page whole or not at all; one that is the same stays as it is."""
    data = text.encode("utf-8", "backslashreplace")
    if path.is_file() and path.read_bytes() == data:
        return
    fresh = path.with_name(path.name + ".new")
    fresh.write_bytes(data)
    fresh.replace(path)
