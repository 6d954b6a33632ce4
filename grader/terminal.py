"""What the terminal shows of a batch: progress while it runs, a table of students and questions at its end."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, ProgressColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as RichProgress
from rich.progress import Task as RichTask
from rich.table import Table
from rich.text import Text

from grader.escaping import terminal
from grader.verdict import Result

_MARKS = {
    "missing": "missing", "error": "error", "timeout": "timeout", "out_of_memory": "memory", "crashed": "crashed",
    "ungraded": "ungraded",
}  # fmt: skip


_SIGNS = {
    "passed": ("✓", "green"), "partial": ("~", "yellow"), "needs_review": ("?", "cyan"), "blocked": ("–", "dim"),
    "ungraded": ("!", "magenta"),
}  # fmt: skip


class _Rate(ProgressColumn):
    """Submissions per second so far."""

    def render(self, task: RichTask) -> Text:
        return Text(f"{task.speed:.1f}/s" if task.speed else "", style="dim")


class Progress:
    """Progress on standard error, so that standard output holds results alone."""

    def __init__(self, *, quiet: bool) -> None:
        self._console = Console(stderr=True, quiet=quiet)

    @contextlib.contextmanager
    def preparing(self, assignment: str) -> Iterator[Callable[[int, int], None]]:
        """Shows how many checks have their cases."""
        with self._bar() as bar:
            task = bar.add_task(f"preparing {assignment}", total=None)
            yield lambda done, total: bar.update(task, completed=done, total=total)

    @contextlib.contextmanager
    def grading(self, total: int, *, done: int) -> Iterator[Callable[[Result], None]]:
        """Shows how many submissions are graded, the rate, and the time left."""
        with self._bar() as bar:
            task = bar.add_task("grading", total=total, completed=done)
            yield lambda result: bar.advance(task)

    def _bar(self) -> RichProgress:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            _Rate(),
            TimeRemainingColumn(),
        )
        return RichProgress(*columns, console=self._console, transient=not self._console.is_terminal)


def table(lines: Sequence[dict[str, Any]], *, reused: int, folder: Path, interrupted: bool) -> None:
    """Print students × questions, and where the results are."""
    console = Console()
    if lines:
        console.print(_scores(lines))
    notes = [f"{len(lines)} graded"] + ([f"{reused} of them unchanged since the last run"] if reused else [])
    review = sum(line["status"] == "needs_review" for line in lines)
    ungraded = [line["submission"] for line in lines if line["status"] == "ungraded"]
    notes += [f"{review} wait for a person"] if review else []
    notes += [f"[red]{len(ungraded)} ungraded: {', '.join(ungraded)}[/red]"] if ungraded else []
    console.print("; ".join(notes) + f" → {folder / 'results.jsonl'}, grades.csv")
    weak = {line["sandbox"] for line in lines if not line["sandbox"].startswith("strong")}
    if weak:
        console.print(f"[red]Graded without a strong sandbox:[/red] {', '.join(sorted(weak))}")
    if interrupted:
        console.print("[yellow]Interrupted: what was graded is kept; the same command goes on from here.[/yellow]")


def details(line: dict[str, Any]) -> None:
    """Print one submission's checks with their feedback and counterexamples."""
    console = Console(highlight=False, soft_wrap=True)
    for question in line["questions"]:
        console.print(Text(f"{question['id']}  {question['score']:g} of {question['max_score']:g}", style="bold"))
        for check in question["checks"]:
            _check(console, check)
    for note in line["notes"]:
        console.print(Text(terminal(note), style="dim"))
    if line["output"]:
        console.print(Text("output of the submission's own code:", style="dim"))
        console.print(Text(terminal(line["output"])))


def _check(console: Console, check: dict[str, Any]) -> None:
    sign, style = _SIGNS.get(check["status"], ("✗", "red"))
    points = f"{check['score']:g}/{check['max_score']:g}"
    console.print(Text.assemble("  ", (sign, style), f" {points:>9}  {check['id']}", (f"  {check['status']}", style)))
    if check["misconception"]:
        console.print(Text(f"               a known mistake: {terminal(check['misconception'])}", style="bold"))
    for text in terminal(check["feedback"]).splitlines():
        console.print(Text("               " + text))
    shown = check["counterexample"]
    for title in ("call", "actual", "expected") if shown else ():
        lines = terminal(shown[title]).splitlines() or [""]
        text = f"\n{'':25}".join(lines)
        console.print(Text(f"               {title:>8}  {text}", style="dim"))


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
    parts += [f"{n} {_MARKS[status]}" for status, n in counts.items() if n]
    return ", ".join(parts)
