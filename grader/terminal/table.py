"""The table of students and questions at the end of a batch."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from grader.escaping import terminal

_MARKS = {
    "missing": "missing", "error": "error", "timeout": "timeout", "out_of_memory": "memory", "crashed": "crashed",
    "ungraded": "ungraded",
}  # fmt: skip


def table(lines: Sequence[dict[str, Any]], *, reused: int, folder: Path | None, interrupted: bool) -> None:
    """Print students × questions, and where the results are; nowhere where `folder` is None."""
    console = Console()
    if lines:
        console.print(_scores(lines))
    notes = [f"{len(lines)} graded"] + ([f"{reused} of them unchanged since the last run"] if reused else [])
    review = sum(line["status"] == "needs_review" for line in lines)
    ungraded = [line["submission"] for line in lines if line["status"] == "ungraded"]
    notes += [f"{review} wait for a person"] if review else []
    notes += [f"[red]{len(ungraded)} ungraded: {', '.join(ungraded)}[/red]"] if ungraded else []
    console.print(
        "; ".join(notes) + (f" → {folder / 'results.jsonl'}, grades.csv" if folder else "; nothing is stored")
    )
    weak = {line["sandbox"] for line in lines if not line["sandbox"].startswith("strong")}
    if weak:
        console.print(f"[red]Graded without a strong sandbox:[/red] {', '.join(sorted(weak))}")
    if interrupted:
        console.print("[yellow]Interrupted: what was graded is kept; the same command goes on from here.[/yellow]")


def _scores(lines: Sequence[dict[str, Any]]) -> Table:
    grid = Table(box=None, pad_edge=False, header_style="bold")
    grid.add_column("student")
    for question in lines[0]["questions"]:
        grid.add_column(f"{question['id']} /{question['max_score']:g}", justify="right")
    grid.add_column(f"score /{lines[0]['max_score']:g}", justify="right", style="bold")
    grid.add_column("what happened")
    for line in lines:
        cells = [f"{question['score']:g}" for question in line["questions"]]
        total = "–" if line["score"] is None else f"{line['score']:g}"
        grid.add_row(terminal(line["submission"]), *cells, total, _remarks(line))
    return grid


def _remarks(line: dict[str, Any]) -> str:
    """The few things that a column of points does not say."""
    checks = [check for question in line["questions"] for check in question["checks"]]
    counts = {status: sum(check["status"] == status for check in checks) for status in _MARKS}
    failed = sum(check["status"] in ("failed", "partial") for check in checks)
    parts = [f"{failed} wrong"] if failed else []
    flaky = sum(bool(check.get("flaky")) for check in checks)
    parts += [f"{flaky} flaky"] if flaky else []
    parts += [f"{n} {_MARKS[status]}" for status, n in counts.items() if n]
    return ", ".join(parts)
