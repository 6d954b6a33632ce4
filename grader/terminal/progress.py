"""Progress of a batch on standard error, so that standard output holds results alone."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, ProgressColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as RichProgress
from rich.progress import Task as RichTask
from rich.text import Text

from grader.verdict import Result


class _Rate(ProgressColumn):
    """Submissions per second so far."""

    def render(self, task: RichTask) -> Text:
        return Text(f"{task.speed:.1f}/s" if task.speed else "", style="dim")


class Progress:
    """Shows how far preparing and grading are."""

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

    def say(self, text: str) -> None:
        """A line above the bar."""
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)

    def _bar(self) -> RichProgress:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            _Rate(),
            TimeRemainingColumn(),
        )
        return RichProgress(*columns, console=self._console, transient=not self._console.is_terminal)
