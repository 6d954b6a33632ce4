"""`grader late`: who handed in when, what lateness costs, and whose time is not known."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from grader.cli.acting import actor_option, open_ledger, refuse_together, results_option, who
from grader.errors import UsageError
from grader.export.escaping import terminal
from grader.results.acts import NewAct
from grader.results.gradebook import Gradebook
from grader.results.lateness import Lateness, local_text, percent_text, span_text
from grader.results.ledger import Ledger
from grader.results.lookup import students_meant
from grader.rubric.late import LateRules, latest_meaning, read_moment


@click.command("late")
@click.argument("assignment")
@click.option("--extend", nargs=2, metavar="STUDENT TIME", help="A due time of the student's own: '2026-11-03 23:59'.")
@click.option("--waive", metavar="STUDENT", help="Charge nothing for the student's lateness.")
@click.option("--withdraw", metavar="STUDENT", help="Take back what --extend and --waive did for the student.")
@click.option("--reason", default="", help="Why; kept, and shown beside the score.")
@click.option("--json", "as_json", is_flag=True, help="Print the table as JSON and nothing else.")
@actor_option
@results_option
def command(
    assignment: str,
    extend: tuple[str, str] | None,
    waive: str | None,
    withdraw: str | None,
    reason: str,
    as_json: bool,
    actor: str,
    results: Path | None,
) -> None:
    """Show how late each submission of ASSIGNMENT is, by the rubric's rule and everybody's extension."""
    refuse_together(extend=extend, waive=waive, withdraw=withdraw)
    if reason and not (extend or waive or withdraw):
        raise UsageError("--reason says why of --extend, --waive or --withdraw: name one of them with the student")
    folder, ledger = open_ledger(assignment, results)
    rules = ledger.rubric.late
    if rules is None:
        raise UsageError(
            f"rubrics/{assignment}.yaml states no due time, so nobody is late; "
            "add such as: late: {due: 2026-10-31 23:59, zone: Europe/Berlin, per_day: 10 %}"
        )
    acts = _acts(ledger, rules, who(actor), extend=extend, waive=waive, withdraw=withdraw, reason=reason.strip())
    if acts:
        with Gradebook(folder) as gradebook:
            gradebook.append(*acts)
        _, ledger = open_ledger(assignment, results)
    rows = {name: late for name in _everybody(ledger) if (late := ledger.lateness_of(name)) is not None}
    if as_json:
        click.echo(json.dumps([_entry(name, late) for name, late in rows.items()], indent=1))
    else:
        _print(rows, rules)
        for section in _empty_sections(ledger, rules):
            click.echo(
                f"note: nobody on the roster is in section {terminal(section)}, for which the rubric has a due time"
            )


def _acts(
    ledger: Ledger,
    rules: LateRules,
    actor: str,
    *,
    extend: tuple[str, str] | None,
    waive: str | None,
    withdraw: str | None,
    reason: str,
) -> list[NewAct]:
    if extend:
        return _extensions(ledger, rules, actor, *extend, reason)
    if waive:
        why = reason or "lateness is excused"
        return [NewAct("waiver", actor, student=student, reason=why) for student in students_meant(ledger, waive)]
    return _withdrawals(ledger, withdraw, actor, reason) if withdraw else []


def _extensions(ledger: Ledger, rules: LateRules, actor: str, name: str, text: str, reason: str) -> list[NewAct]:
    students = students_meant(ledger, name)
    try:
        moment = latest_meaning(read_moment(text), rules.zone)
    except ValueError:
        wanted = f"a date and a time such as 2026-11-03 23:59, in {rules.zone.key}"
        raise UsageError(f"--extend {name}: expected {wanted}, got {text!r}") from None
    value = moment.isoformat()
    return [NewAct("extension", actor, student=student, value=value, reason=reason) for student in students]


def _withdrawals(ledger: Ledger, name: str, actor: str, reason: str) -> list[NewAct]:
    students, present = students_meant(ledger, name), ledger.present
    acts = [act for student in students for _, act in present.extensions.get(student, ())]
    acts += [present.waivers[student] for student in students if student in present.waivers]
    if not acts:
        raise UsageError(f"{name} has no extension and no waiver in the gradebook, so nothing can be withdrawn")
    return [NewAct("withdraw", actor, student=act.student, reason=reason, supersedes=act.id) for act in acts]


def _empty_sections(ledger: Ledger, rules: LateRules) -> list[str]:
    """The sections with a due time of their own that no student is in."""
    there = {name for row in ledger.roster.students for name in rules.sections_of(row.section)}
    return [name for name in rules.sections if name not in there]


def _everybody(ledger: Ledger) -> list[str]:
    return sorted(student for submission in ledger.results for student in ledger.members(submission))


def _entry(student: str, late: Lateness) -> dict[str, Any]:
    return {
        "student": student,
        "submitted_at": late.submitted_at.isoformat() if late.submitted_at else None,
        "due": late.due.isoformat() if late.due else None,
        "late_s": int(late.late_by.total_seconds()),
        "days": late.days,
        "share": str(late.share),
        "of": late.of,
        "closed": late.is_closed,
        "waived": late.waived,
        "warnings": list(late.warnings),
    }


def _print(rows: dict[str, Lateness], rules: LateRules) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    grid = Table("student", "handed in", "due", "late by", "costs", box=None, pad_edge=False, header_style="bold")
    for student, late in rows.items():
        if late.late_by and late.submitted_at and late.due:
            moments = [local_text(late.submitted_at, rules), local_text(late.due, rules)]
            grid.add_row(terminal(student), *moments, span_text(late.late_by), terminal(_cost(late)))
    if grid.row_count:
        console.print(grid)
    unknown = [terminal(student) for student, late in rows.items() if late.is_unknown]
    n_late = sum(one.is_late for one in rows.values())
    console.print(f"{n_late} of {len(rows)} late; due {local_text(rules.due, rules)}", markup=False)
    if unknown:
        console.print(f"{len(unknown)} without a known time, taken as on time: {', '.join(unknown)}", markup=False)
    for student, one in rows.items():
        for warning in one.warnings:
            console.print(f"note: {terminal(student)}: {warning}", markup=False)


def _cost(late: Lateness) -> str:
    if late.waived:
        return f"nothing: {late.waived}"
    if not late.is_late:
        return "nothing: within the grace"
    if late.is_closed:
        return "everything: no longer taken"
    return f"{percent_text(late.share)} of {'what was earned' if late.of == 'earned' else 'the maximum'}"
