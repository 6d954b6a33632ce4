"""Tells on standard error how far a validation is."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

# Where nothing can be drawn, a line is printed no more often than this.
_EVERY_S = 5.0


def _lines(console: Console) -> Callable[[str, int, int], None]:
    """Tells by lines: the first of each kind and the last, and some in between."""
    said: dict[str, float] = {}

    def tell(what: str, done: int, total: int) -> None:
        now = time.monotonic()
        if what not in said or done == total or now - said[what] >= _EVERY_S:
            said[what] = now
            console.print(f"{what}: {done} of {total}", highlight=False)

    return tell


@contextlib.contextmanager
def progress_line(*, quiet: bool) -> Iterator[Callable[[str, int, int], None]]:
    """A function to tell what is done, how much of it, of how much.

    The bar is drawn when something is told and never by a thread: the processes of a validation are forked meanwhile.
    """
    console = Console(stderr=True, quiet=quiet)
    columns = (TextColumn("{task.description:>16}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    tasks: dict[str, TaskID] = {}
    if not quiet and not console.is_terminal:
        yield _lines(console)
        return
    with Progress(*columns, console=console, transient=not console.is_terminal, auto_refresh=False) as bar:

        def tell(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=total)
            bar.update(tasks[what], completed=done, total=total, refresh=True)

        yield tell
