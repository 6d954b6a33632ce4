"""Tells on standard error how far a validation is."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn


@contextlib.contextmanager
def telling(*, quiet: bool) -> Iterator[Callable[[str, int, int], None]]:
    """A function to tell what is done, how much of it, of how much.

    The bar is drawn when something is told and never by a thread: the processes of a validation are forked meanwhile.
    """
    console = Console(stderr=True, quiet=quiet)
    columns = (TextColumn("{task.description:>16}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    tasks: dict[str, TaskID] = {}
    with Progress(*columns, console=console, transient=not console.is_terminal, auto_refresh=False) as bar:

        def tell(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=total)
            bar.update(tasks[what], completed=done, total=total, refresh=True)

        yield tell
