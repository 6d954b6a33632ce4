"""Progress of a batch on standard error, so that standard output holds results alone."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any, TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, ProgressColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as RichProgress
from rich.progress import Task as RichTask
from rich.text import Text

from grader.model.verdict import Result
from grader.terminal.signs import use_signs

# Nobody is left without a word for longer.
_REMIND_S = 15.0


class _Rate(ProgressColumn):
    """Submissions per second so far."""

    def render(self, task: RichTask) -> Text:
        return Text(f"{task.speed:.1f}/s" if task.speed else "", style="dim")


class _Unheard:
    """Standard error, which may be full or closed: that nobody sees how far it is stops no grading."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write what can be written."""
        with contextlib.suppress(OSError, ValueError):
            return self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        """Let out what can be let out."""
        with contextlib.suppress(OSError, ValueError):
            self._stream.flush()


class _Reminding:
    """Says the same again from time to time, until there is something else to say or it is over."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say, self._text, self._over = say, "", threading.Event()

    def __enter__(self) -> Callable[[str], None]:
        threading.Thread(target=self._remind, daemon=True).start()
        return self._take

    def __exit__(self, *_: object) -> None:
        self._over.set()

    def _take(self, text: str) -> None:
        self._text = text

    def _remind(self) -> None:
        while not self._over.wait(_REMIND_S):
            if self._text:
                self._say(f"still {self._text}")


class ProgressBars:
    """Shows how far preparing and grading are."""

    def __init__(self, *, quiet: bool) -> None:
        use_signs(sys.stderr)
        self._console = Console(file=_Unheard(sys.stderr), quiet=quiet)  # type: ignore[arg-type]

    @contextlib.contextmanager
    def show_preparing(self, assignment: str) -> Iterator[Callable[[int, int, str], None]]:
        """Shows how many checks have their cases, and which is next; where it takes long, in lines as well."""
        with self._bar() as bar:
            task = bar.add_task(f"preparing {assignment}", total=None)
            with _Reminding(self.say) as remind:

                def show(done: int, total: int, check: str) -> None:
                    text = f"preparing {assignment}" + (f": {check}" if check else "")
                    bar.update(task, completed=done, total=total, description=text)
                    remind(f"{text} ({done} of {total} checks are ready)")

                yield show

    @contextlib.contextmanager
    def show_grading(self, total: int, *, done: int) -> Iterator[Callable[[Result], None]]:
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
        return RichProgress(*columns, console=self._console, transient=True)
