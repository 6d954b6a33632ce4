"""What a student reads of their own check: a line per question, and of each failure what there is to learn from it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import groupby
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from grader.checking import LeftOut
from grader.escaping import terminal
from grader.rubric import Rubric
from grader.terminal.details import SIGNS, WRONG, columns, explanation, indented, remarks
from grader.verdict import QuestionResult, Result, Verdict, points

_BAR = 16
_TAIL = len("  19.6667 of 25.5  12/12 ✓")
_INDENT = 4


class Lesson:
    """Prints each question as soon as all of its checks are concluded, in the rubric's order.

    Args:
        rubric: of the checks that are run.
        left_out: how many checks of a question are not run, and their points.
    """

    def __init__(self, screen: Console, rubric: Rubric, left_out: Mapping[str, LeftOut]) -> None:
        self._screen = screen
        self._rubric = rubric
        self._left_out = left_out
        self._known: dict[str, Verdict] = {}
        self._printed = 0

    def take(self, verdict: Verdict) -> None:
        """Note a verdict, and print the questions that it completes."""
        self._known[verdict.id] = verdict
        for question in self._rubric.questions[self._printed :]:
            if any(spec.id not in self._known for spec in question.checks):
                return
            result = QuestionResult(question.id, tuple(self._known[spec.id] for spec in question.checks))
            self.question(result)
            self._printed += 1

    def question(self, result: QuestionResult, explained: Collection[str] | None = None) -> None:
        """Print one question: a line, and what there is to say of its checks, or of those that are `explained`."""
        self._screen.print(self._headline(result), no_wrap=True)
        checks = [v.to_json() for v in result.verdicts if explained is None or v.id in explained]
        for alike in _alike(check for check in checks if check["status"] != "passed" or check["part"] == "writeup"):
            self._checks(alike)

    def summary(self, result: Result) -> None:
        """Print the points, what was not run, and what else there is to say."""
        self._screen.print()
        remarks(self._screen, result.to_json())
        self._say(_conclusion(result), style="bold")
        if waiting := sum(verdict.status == "needs_review" for verdict in result.verdicts):
            self._say(f"{_counted(waiting, 'answer')} will be read by a person; the points shown for it may change.")
        if self._left_out:
            n_checks = sum(left.checks for left in self._left_out.values())
            worth = points(sum((left.points for left in self._left_out.values()), Fraction(0)))
            each = ", ".join(f"{name}: {left.checks}" for name, left in self._left_out.items())
            self._say(
                f"Not run here: {_counted(n_checks, 'hidden check')} worth {_counted(worth, 'point')} ({each}). "
                "What is hidden counts as well, and nothing above says anything about it."
            )
        if not result.sandbox.startswith("strong"):
            self._say("Your code ran in a plain child process, without a sandbox: it is your own.", style="dim")

    def again(self, result: Result, files: Sequence[str], checks: Collection[str], seconds: float) -> None:
        """Print the whole result afresh, in full only what files that were saved have touched."""
        if self._screen.is_terminal:
            self._screen.clear()
        self._say(f"{', '.join(files)} changed: {_counted(len(checks), 'check')} run in {seconds:.1f} s", style="bold")
        for question in result.questions:
            self.question(question, checks)
        self.summary(result)

    def stays(self, reason: str) -> None:
        """Print in one line why nothing was run."""
        line = Text(_cut(terminal(reason, keep_newlines=False), columns(self._screen)), "yellow")
        self._screen.print(line, no_wrap=True)

    def waits(self, folder: Path) -> None:
        """Print that it goes on."""
        self._say(f"Watching {folder.name}/; Ctrl-C ends it.", style="dim")

    def _headline(self, result: QuestionResult) -> Text:
        """`q2  Convolution …  ██████░░  19 of 21`."""
        title = next(question.title for question in self._rubric.questions if question.id == result.id)
        tail = f"  {points(result.score):g} of {points(result.max_score):g}"
        room = max(10, columns(self._screen) - len(result.id) - _BAR - _TAIL - 4)
        share = result.score / result.max_score if result.max_score else Fraction(1)
        full = int(share * _BAR)
        style = "green" if share == 1 else "red" if not share else "yellow"
        passed = sum(verdict.status == "passed" for verdict in result.verdicts)
        line = Text.assemble(
            (f"{result.id}  ", "bold"),
            (f"{_cut(title, room):<{room}}  ", "bold"),
            ("█" * full, style),
            ("░" * (_BAR - full), "dim"),
        )
        return line.append(tail, style).append(f"  {passed}/{len(result.verdicts)} ✓", "dim")

    def _checks(self, alike: Sequence[dict[str, Any]]) -> None:
        """Print checks of which the same is to be said."""
        first = alike[0]
        sign, style = SIGNS.get(first["status"], WRONG)
        name = first["id"] if len(alike) == 1 else f"{len(alike)} checks"
        score, worth = (sum(check[key] for check in alike) for key in ("score", "max_score"))
        status = first["status"].replace("_", " ")
        line = Text.assemble("  ", (f"{sign} {name}", style), f"  {score:g} of {worth:g}  ", (status, style))
        self._screen.print(line, no_wrap=True)
        if len(alike) > 1:
            indented(self._screen, ", ".join(check["id"] for check in alike), _INDENT, style="dim")
        explanation(self._screen, first, indent=_INDENT)
        if first["counterexample"]:
            self._screen.print()

    def _say(self, text: str, style: str = "") -> None:
        indented(self._screen, text, 0, style)


def _alike(checks: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Neighbours with the same feedback and no example of their own: a file that is missing is told of once."""

    def said(check: dict[str, Any]) -> tuple[str, ...]:
        return (check["id"],) if check["counterexample"] else ("", check["status"], check["feedback"])

    return (list(group) for _, group in groupby(checks, said))


def _conclusion(result: Result) -> str:
    score, worth = points(result.score), points(result.max_score)
    missed = sum(verdict.status != "passed" for verdict in result.verdicts)
    if result.status == "ungraded":
        return f"Some checks could not be run, which is not your doing; {score:g} of {worth:g} points so far."
    if not result.verdicts:
        return "None of these checks runs here."
    if not missed:
        return f"Every check that runs here passed: {score:g} of {worth:g} points."
    return f"{score:g} of {worth:g} points on the {_counted(len(result.verdicts), 'check')} that run here."


def _counted(number: float, noun: str) -> str:
    return f"{number:g} {noun}" if number == 1 else f"{number:g} {noun}s"


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
