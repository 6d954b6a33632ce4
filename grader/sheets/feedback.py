"""Feedback files in one zip as Moodle takes them, by participant: only what its student may read by now."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence

from grader.errors import UsageError
from grader.export.audience import for_students, hidden_sentence
from grader.export.decimals import decimal_text
from grader.export.escaping import html
from grader.export.grades import FinalGrades, GradeStyle, StudentGrade
from grader.export.grades.records import final_record
from grader.export.junit import explanation
from grader.intake.roster import columns_of, identity_of
from grader.model.identity import Identity
from grader.model.record import ResultRecord, score_text
from grader.model.sheet import Sheet

# No clock in the file: the same grades give the same bytes.
_DATE = (2026, 1, 1, 0, 0, 0)
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>
<style>body{{font:16px/1.5 sans-serif;max-width:45rem;margin:2rem auto;padding:0 1rem}}
pre{{white-space:pre-wrap}}</style>
</head><body>{body}</body></html>
"""


def moodle_zip(
    sheet: Sheet, people: Mapping[int, StudentGrade], grades: FinalGrades, style: GradeStyle
) -> tuple[bytes, list[str]]:
    """The zip, and those who get no feedback yet because their grade is not released.

    Raises:
        UsageError: somebody handed in with a group: Moodle would take the group's number for a participant's.
    """
    if any(one.group for one in people.values()):
        raise UsageError("a feedback zip cannot be made for groups: Moodle takes a group's number for a participant's")
    columns = columns_of(sheet, 0)
    stream = io.BytesIO()
    waiting = []
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for row, one in people.items():
            page = feedback_page(one, grades, style)
            if page is None:
                waiting.append(one.student)
                continue
            info = zipfile.ZipInfo(_path(identity_of(columns, sheet.rows[row])), _DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, page.encode())
    return stream.getvalue(), waiting


def _path(who: Identity) -> str:
    """Moodle reads the number between the last two marks of the name, which may hold no underscore of its own."""
    name = "".join(" " if sign in '_/\\:*?"<>|' or not sign.isprintable() else sign for sign in who.name).strip(" .")
    return f"{name or 'Participant'}_{who.participant}_assignfeedback_file/feedback.html"


def feedback_page(one: StudentGrade, grades: FinalGrades, style: GradeStyle) -> str | None:
    """What a student reads: the score and each check; None while the grade is not released."""
    record = final_record(one, style)
    if record is None or not one.grade.is_released:
        return None
    shown = for_students(_publish(record))
    score = style.score(one.grade)
    total = "not settled yet" if score is None else decimal_text(score, style.decimals)
    parts = [
        f"<h1>{html(grades.title)}</h1>",
        f"<p><strong>{total} of {decimal_text(one.grade.max_score, style.decimals)} points</strong></p>",
        *(f"<p>{html(text)}</p>" for text in (one.grade.lateness, hidden_sentence(shown)) if text),
        *_questions(shown, style),
    ]
    return _PAGE.format(title=html(grades.title), body="".join(parts))


def _publish(record: ResultRecord) -> ResultRecord:
    """Once grades are released, what waited for that is visible; what is hidden stays so."""
    shown = ("after_due_date", "after_published")
    return {
        **record,
        "questions": [
            {
                **question,
                "checks": [
                    {**check, "visibility": "visible"} if check["visibility"] in shown else check
                    for check in question["checks"]
                ],
            }
            for question in record["questions"]
        ],
    }


def _questions(record: ResultRecord, style: GradeStyle) -> Sequence[str]:
    parts = []
    for question in record["questions"]:
        parts.append(f"<h2>{html(question['id'])}</h2>")
        for check in question["checks"]:
            points = f"{score_text(check['score'])} of {check['max_score']:g}"
            parts.append(f"<h3>{html(check['id'])}: {html(check['status'].replace('_', ' '))}, {points}</h3>")
            said = explanation(check)
            if check["status"] != "passed" or said != "passed":
                parts.append(f"<pre>{html(said)}</pre>")
    return parts
