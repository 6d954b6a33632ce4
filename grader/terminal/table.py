"""The table of students and questions at the end of a batch."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from rich.table import Table

from grader.errors import first_of
from grader.export.escaping import terminal
from grader.model.record import ResultRecord, score_text
from grader.terminal.details import console as screen

_MARKS = {
    "missing": "missing", "error": "error", "timeout": "timeout", "out_of_memory": "memory", "crashed": "crashed",
    "ungraded": "ungraded",
}  # fmt: skip


def table(
    lines: Sequence[ResultRecord],
    *,
    reused: int,
    folder: Path | None,
    interrupted: bool,
    rubric: str = "",
    settled: Collection[str] = (),
) -> None:
    """Print students × questions, and where the results are; nowhere where `folder` is None.

    Args:
        settled: the submissions of which people have decided all that they had to.
    """
    console = screen()
    if lines:
        console.print(_scores(lines))
    notes = [f"{len(lines)} graded"] + ([f"{reused} of them unchanged since the last run"] if reused else [])
    review = [line["submission"] for line in lines if line["status"] == "needs_review"]
    waiting = len(review) - (done := sum(name in settled for name in review))
    notes += [f"{waiting} wait for a person"] if waiting else []
    notes += [f"{done} decided by people"] if done else []
    older = sum(line["rubric_digest"] != rubric for line in lines) if rubric else 0
    notes += [f"{older} of them by an older rubric"] if older else []
    console.print(
        "; ".join(notes) + (f" → {folder / 'results.jsonl'}, grades.csv" if folder else "; nothing is stored")
    )
    for reason, names in _reasons(lines).items():
        console.print(f"[red]{len(names)} ungraded:[/red] {terminal(reason)} ({terminal(first_of(names))})")
    graded = (line["sandbox"] for line in lines if line["status"] != "ungraded")
    weak = {sandbox for sandbox in graded if not sandbox.startswith("strong")}
    if weak:
        console.print(f"[red]Graded without a strong sandbox:[/red] {', '.join(sorted(weak))}")
    if interrupted:
        console.print("[yellow]Interrupted: what was graded is kept; the same command goes on from here.[/yellow]")


def _reasons(lines: Sequence[ResultRecord]) -> dict[str, list[str]]:
    """Why submissions are ungraded, each reason once, with those whom it keeps from a grade."""
    found: dict[str, list[str]] = {}
    for line in lines:
        checks = [check for question in line["questions"] for check in question["checks"]]
        for reason in dict.fromkeys(
            check["feedback"].partition("\n")[0] for check in checks if check["status"] == "ungraded"
        ):
            found.setdefault(reason, []).append(line["submission"])
    return found


def _scores(lines: Sequence[ResultRecord]) -> Table:
    grid = Table(box=None, pad_edge=False, header_style="bold")
    grid.add_column("student")
    for question in lines[0]["questions"]:
        grid.add_column(f"{question['id']} /{question['max_score']:g}", justify="right")
    grid.add_column(f"score /{lines[0]['max_score']:g}", justify="right", style="bold")
    grid.add_column("what happened")
    for line in lines:
        is_graded = line["score"] is not None
        cells = [score_text(question["score"] if is_graded else None) for question in line["questions"]]
        total = f"{line['score']:g}" if is_graded else "–"
        grid.add_row(terminal(line["submission"]), *cells, total, _remarks(line))
    return grid


def _remarks(line: ResultRecord) -> str:
    """The few things that a column of points does not say."""
    checks = [check for question in line["questions"] for check in question["checks"]]
    counts = {status: sum(check["status"] == status for check in checks) for status in _MARKS}
    failed = sum(check["status"] in ("failed", "partial") for check in checks)
    parts = [f"{failed} wrong"] if failed else []
    flaky = sum(bool(check.get("flaky")) for check in checks)
    parts += [f"{flaky} flaky"] if flaky else []
    parts += [f"{n} {_MARKS[status]}" for status, n in counts.items() if n]
    waiting = sum(check["status"] == "needs_review" and check["part"] == "code" for check in checks)
    parts += [f"{waiting} waiting"] if waiting else []  # of texts nearly everybody's wait
    return ", ".join(parts)
