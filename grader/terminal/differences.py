"""What grading again would change, student by student."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from grader.export.escaping import terminal
from grader.model.record import score_text
from grader.results.diff import CheckChange, ResultChange


def differences(
    changes: Sequence[ResultChange], n_graded: int, said: str = "would change; results stay as they are"
) -> None:
    """Print per student what grading again would change, or what changed."""
    console = Console(highlight=False)
    grid = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("student", "score", "", "what changes"):
        grid.add_column(title, justify="right" if title == "score" else "left")
    for change in changes:
        before, after = change.score
        gain = f"{after - before:+g}" if before is not None and after is not None else ""
        what = "\n".join(map(_difference, change.checks))
        grid.add_row(terminal(change.submission), f"{score_text(before)} → {score_text(after)}", gain, what)
    if changes:
        console.print(grid)
    console.print(f"{len(changes)} of {n_graded} {said}")


def _difference(change: CheckChange) -> str:
    status = " → ".join(dict.fromkeys(status or "none" for status in change.status))
    before, after = change.score
    points = f" ({score_text(before)} → {score_text(after)})" if before != after else ""
    return f"{change.id}: {status}{points}"
