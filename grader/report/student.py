"""What one student may see now: by visibility, due time and release; before release nothing of a person's word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from markupsafe import Markup

from grader.export.audience import without_names
from grader.model.grade import CheckGrade, FinalGrade, add_points, points_text, round_points, rounded_text
from grader.model.record import CheckRecord, ResultRecord, Visibility
from grader.report.pictures import Picture, picture_of
from grader.report.writeup import writeup_html

# A sign and a word for each status: colour alone says nothing.
WORDS = {
    "passed": ("✓", "passed"),
    "partial": ("◐", "partly right"),
    "failed": ("✗", "not right"),
    "missing": ("∅", "not found"),
    "error": ("✗", "raised an error"),
    "timeout": ("✗", "took too long"),
    "out_of_memory": ("✗", "used too much memory"),
    "crashed": ("✗", "ended its process"),
    "blocked": ("–", "not tried"),
    "needs_review": ("?", "waits for a person"),
    "ungraded": ("!", "could not be run, which is not your doing"),
    "person": ("●", "graded by a person"),
}


@dataclass(frozen=True)
class ShownCheck:
    """One check as its student sees it."""

    id: str
    kind: str
    sign: str
    word: str
    points: str
    feedback: tuple[str, ...] = ()
    hint: str = ""
    misconception: str = ""
    comment: str = ""
    items: tuple[tuple[str, str], ...] = ()
    answered: tuple[tuple[str, str], ...] = ()
    picture: Picture | None = None

    @property
    def has_lesson(self) -> bool:
        """Whether there is more to say than that it passed."""
        return self.kind != "passed" or bool(self.comment or self.items or self.answered)


@dataclass(frozen=True)
class ShownQuestion:
    """One question's checks, those with something to learn from first."""

    id: str
    title: str
    points: str
    checks: tuple[ShownCheck, ...]

    @property
    def lessons(self) -> list[ShownCheck]:
        """The checks of which there is more to say than that they passed."""
        return [check for check in self.checks if check.has_lesson]

    @property
    def passed(self) -> list[ShownCheck]:
        """The others."""
        return [check for check in self.checks if not check.has_lesson]


@dataclass(frozen=True)
class StudentView:
    """One student's page, before it is HTML."""

    student: str
    is_released: bool
    total: str
    out_of: str
    lines: tuple[tuple[str, str], ...]
    questions: tuple[ShownQuestion, ...]
    n_hidden: int
    state: str
    undecided: str = ""
    changed: str = ""
    submitted_at: str = ""
    notes: tuple[str, ...] = ()
    output: str = ""
    writeup: Markup | None = None


def is_shown(visibility: Visibility, *, released: bool, past_due: bool) -> bool:
    """Whether a check is a student's to see."""
    if visibility == "after_due_date":
        return released or past_due
    return visibility == "visible" or (visibility == "after_published" and released)


def student_view(
    grade: FinalGrade, line: ResultRecord | None, blocks: Sequence[object], *, past_due: bool
) -> StudentView:
    """What the student of a grade may see.

    Args:
        line: the machine's record; None where nothing was handed in.
        past_due: whether the due time, with all extensions, is over.
    """
    released = grade.is_released
    shown = [check for check in grade.checks if is_shown(check.visibility, released=released, past_due=past_due)]
    seen = {check.id for check in shown}
    hidden = [check for check in grade.checks if check.id not in seen]
    names = [check.id for check in hidden]
    told = line["notes"] if line else ()
    checks = {check.id: _check(check, names, told, released=released) for check in shown}
    questions = tuple(
        ShownQuestion(
            question.id,
            question.title,
            _sum([check for check in question.checks if check.id in seen], released=released),
            tuple(checks[check.id] for check in question.checks if check.id in checks),
        )
        for question in grade.questions
        if any(check.id in checks for check in question.checks)
    )
    lines, total, out_of = _lines(grade, questions, shown, hidden)
    return StudentView(
        student=grade.student,
        is_released=released,
        total=total,
        out_of=out_of,
        lines=lines,
        questions=questions,
        n_hidden=len(hidden),
        state=" ".join(
            filter(None, (_state(grade), f"{grade.which[:1].upper()}{grade.which[1:]}." if grade.which else ""))
        ),
        undecided="" if released else _open_points(shown, released=False),
        changed=_describe_change(grade),
        submitted_at=grade.submitted_at.strftime("%Y-%m-%d %H:%M UTC") if grade.submitted_at else "",
        notes=tuple(line["notes"]) if line else (),
        output="" if hidden or line is None else line["output"],
        writeup=writeup_html(blocks) or None,
    )


def _state(grade: FinalGrade) -> str:
    if grade.status == "missing":
        return "Nothing was handed in."
    if grade.is_released:
        return f"This grade was released on {grade.released_at[:10]}."
    return "This is not a grade yet: it shows what could be checked so far, and may change until grades are released."


def _describe_change(grade: FinalGrade) -> str:
    if not grade.has_changed_since or grade.released_score is None:
        return ""
    now = "it is looked at again" if grade.score is None else f"it is {rounded_text(grade.score)} now"
    return f"Changed since it was released: it was {rounded_text(grade.released_score)}, {now}."


def _sum(checks: Sequence[CheckGrade], *, released: bool) -> str:
    """Points of those that have any, of those that can be had; what waits is no zero."""
    known = [score for check in checks if (score := _score(check, released=released)) is not None]
    earned = points_text(add_points(known)) if known or not checks else "–"
    most = points_text(add_points(check.max_score for check in checks))
    undecided = _open_points(checks, released=released) if known else ""
    return f"{earned} of {most}" + (f", {undecided} not decided yet" if undecided else "")


def _open_points(checks: Sequence[CheckGrade], *, released: bool) -> str:
    """What the checks are worth whose points nobody has settled; empty where there is none."""
    waiting = [check.max_score for check in checks if _score(check, released=released) is None]
    return points_text(add_points(waiting)) if waiting else ""


def _score(check: CheckGrade, *, released: bool) -> Fraction | None:
    """Before release it is the machine's."""
    return check.score if released else check.machine_score


def _lines(
    grade: FinalGrade, questions: Sequence[ShownQuestion], shown: Sequence[CheckGrade], hidden: Sequence[CheckGrade]
) -> tuple[tuple[tuple[str, str], ...], str, str]:
    """The sum line by line, the total and what it is of; after release the lines add up to the grade."""
    if grade.status == "missing":
        return (), "–", points_text(grade.max_score)
    lines = [(f"{question.id}: {question.title}", question.points) for question in questions]
    if not grade.is_released:
        known = [check.machine_score for check in shown if check.machine_score is not None]
        most = add_points(check.max_score for check in shown)
        return tuple(lines), points_text(add_points(known)) if known or not shown else "–", points_text(most)
    if hidden:
        named = "1 check that is not shown" if len(hidden) == 1 else f"{len(hidden)} checks that are not shown"
        lines.append((named, _sum(hidden, released=True)))
    lines += [(line.text, points_text(line.points)) for line in grade.lines if not line.check]
    if grade.score is not None and round_points(grade.score) != grade.score:
        lines.append(("rounded to two decimals", f"from {points_text(grade.score)}"))
    total = "–" if grade.score is None else rounded_text(grade.score)
    return tuple(lines), total, points_text(grade.max_score)


def _check(check: CheckGrade, hidden: list[str], told: Sequence[str], *, released: bool) -> ShownCheck:
    entry = without_names(check.entry, hidden, told) if check.entry else None
    by_person = released and check.source == "person"
    waits = released and check.waits and check.status not in ("ungraded", "needs_review")
    kind = "person" if by_person else "needs_review" if waits else check.status
    is_unread = kind == "ungraded" and entry is not None and entry["feedback"] in told
    sign, word = ("!", "could not be read") if is_unread else WORDS[kind]
    score = _score(check, released=released)
    said = (entry["feedback"] if entry and kind != "passed" else "").splitlines()
    return ShownCheck(
        id=check.id,
        kind=kind,
        sign=sign,
        word=word,
        points=f"{'–' if score is None else points_text(score)} of {points_text(check.max_score)}",
        feedback=tuple(text for text in said if not text.startswith("Hint: ")),
        hint=next((text.removeprefix("Hint: ") for text in said if text.startswith("Hint: ")), ""),
        misconception=_misconception(entry),
        comment=check.comment if released else "",
        items=tuple((text, points_text(points)) for text, points in check.items) if released else (),
        answered=check.answered if released else (),
        picture=_picture(entry),
    )


def _misconception(entry: CheckRecord | None) -> str:
    return (entry["misconception"] or "").replace("_", " ") if entry else ""


def _picture(entry: CheckRecord | None) -> Picture | None:
    return picture_of(entry["counterexample"], entry["functions"]) if entry and entry["counterexample"] else None
