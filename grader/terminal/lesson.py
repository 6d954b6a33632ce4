"""What a student reads of their own check: a line per question, and of each failure what there is to learn from it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

from rich.console import Console
from rich.status import Status
from rich.text import Text

from grader.export import causes, next_step
from grader.export.escaping import terminal
from grader.grading.student_view import HiddenChecks
from grader.model.record import NOT_WRITTEN, OPEN, CheckRecord, score_text
from grader.model.verdict import QuestionResult, Result, Verdict, points
from grader.rubric import Rubric
from grader.rubric.writeup_keys import ReadableSpec
from grader.terminal.details import SIGNS, WRONG, columns, explanation, print_indented, remarks
from grader.writeup.readable import LATER

_BAR = 16
_INDENT = 4
# A title of fewer letters than that says nothing.
_LEAST_TITLE = 8


class Lesson:
    """Prints each question as soon as all of its checks are concluded, in the rubric's order.

    Args:
        rubric: of the checks that are run.
        left_out: how many checks of a question are not run, and their points.
    """

    def __init__(self, screen: Console, rubric: Rubric, left_out: Mapping[str, HiddenChecks]) -> None:
        self._screen = screen
        self._rubric = rubric
        self._left_out = left_out
        self._known: dict[str, Verdict] = {}
        self._printed = 0
        self._status: Status | None = None
        self._later = frozenset(
            spec.id for q in rubric.questions for spec in q.checks if isinstance(spec.writeup, ReadableSpec)
        )

    @contextmanager
    def show_running(self) -> Iterator[None]:
        """Let the last line of a terminal say which check runs, until this ends; elsewhere nothing."""
        if not self._screen.is_terminal or self._screen.is_dumb_terminal:
            yield
            return
        with self._screen.status(self._check_at_work(), spinner="line") as self._status:
            yield
        self._status = None

    def _check_at_work(self) -> Text:
        """`13 of 36, q2: conv2d_matches_torch`, of the first check without a verdict."""
        checks = [(question.id, spec.id) for question in self._rubric.questions for spec in question.checks]
        waiting = [(question, check) for question, check in checks if check not in self._known]
        question, check = waiting[0] if waiting else checks[-1]
        number = min(len(checks), len(checks) - len(waiting) + 1)
        return Text(_cut(f"{number} of {len(checks)}, {question}: {check}", columns(self._screen) - 2), "dim")

    def take(self, verdict: Verdict) -> None:
        """Note a verdict, and print the questions that it completes."""
        self._known[verdict.id] = verdict
        if self._status is not None:
            self._status.update(self._check_at_work())
        for question in self._rubric.questions[self._printed :]:
            if any(spec.id not in self._known for spec in question.checks):
                return
            result = QuestionResult(question.id, tuple(self._known[spec.id] for spec in question.checks))
            self.question(result)
            self._printed += 1

    def question(self, result: QuestionResult, explained: Collection[str] | None = None) -> None:
        """Print one question: a line, and what there is to say of its checks, or of those that are `explained`."""
        self._screen.print(self._headline(result), no_wrap=True)
        if todo := _not_written(result.verdicts):
            self._say(f"not written yet: {', '.join(todo)}", indent=_INDENT, style="yellow")
        if todo := [v.id for v in result.verdicts if _is_unanswered(v)]:
            self._say(f"no answer yet: {', '.join(todo)}", indent=_INDENT, style="yellow")
        wanted = [v for v in result.verdicts if not _is_unanswered(v) and (explained is None or v.id in explained)]
        checks = [verdict.to_json() for verdict in wanted]
        for alike in causes(check for check in checks if _is_told(check)):
            self._checks(alike)

    def finish(self, result: Result) -> None:
        """Print what was not told while it was done, and the summary."""
        for verdict in result.verdicts:  # where nothing could be read, none was reached one by one
            if verdict.id not in self._known:
                self.take(verdict)
        self.summary(result)

    def summary(self, result: Result) -> None:
        """Print the points, what was not run, what else there is to say, and what to do next."""
        self._screen.print()
        remarks(self._screen, result.to_json())
        self._say(_conclusion(result, *map(points, self._settle(result.verdicts))), style="bold")
        if self._left_out:
            n_checks = sum(left.checks for left in self._left_out.values())
            worth = points(sum((left.points for left in self._left_out.values()), Fraction(0)))
            each = ", ".join(f"{name}: {left.checks}" for name, left in self._left_out.items())
            self._say(
                f"Not run here: {_count(n_checks, 'hidden check')} worth {_count(worth, 'point')} ({each}). "
                "What is hidden counts as well, and nothing above says anything about it."
            )
        if not result.sandbox.startswith("strong"):
            self._say(
                "Your code ran in a plain child process, not in a sandbox. What is not allowed when it is graded "
                "(files, processes, the network) was refused here as well.",
                style="dim",
            )
        if step := next_step(result.to_json()):
            self._say(f"Next: {step}", style="bold")

    def again(self, result: Result, files: Sequence[str], checks: Collection[str], seconds: float) -> None:
        """Print the whole result afresh, in full only what files that were saved have touched."""
        if self._screen.is_terminal:
            self._screen.clear()
        self._say(f"{', '.join(files)} changed: {_count(len(checks), 'check')} run in {seconds:.1f} s", style="bold")
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
        """`q2  Convolution …  ██████░░  19 of 21`; in a narrow window first the bar goes, then the title, no point."""
        title = next(question.title for question in self._rubric.questions if question.id == result.id)
        score, worth = self._settle(result.verdicts)
        share = score / worth if worth else Fraction(1)
        style = "dim" if not worth else "green" if share == 1 else "red" if not share else "yellow"
        tail = _points(score, worth, sum((v.max_score for v in result.verdicts), Fraction(0)))
        left = columns(self._screen) - len(result.id) - len(tail) - 4
        line = Text(f"{result.id}  ", "bold")
        has_bar = left >= _BAR + _LEAST_TITLE + 2
        room = left - (_BAR + 2 if has_bar else 0)
        if room >= _LEAST_TITLE:
            room = min(room, _TITLE if has_bar else room)
            line.append(f"{_cut(title, room):<{room}}  ", "bold")
        if has_bar:
            full = int(share * _BAR) if worth else 0
            line.append("█" * full, style).append("░" * (_BAR - full), "dim").append("  ")
        return line.append(tail, style)

    def _settle(self, verdicts: Sequence[Verdict]) -> tuple[Fraction, Fraction]:
        """Points earned, and points to be had, of the checks that are judged here."""
        judged = [one for one in verdicts if one.status != "needs_review" and one.id not in self._later]
        return sum((v.score for v in judged), Fraction(0)), sum((v.max_score for v in judged), Fraction(0))

    def _checks(self, alike: Sequence[CheckRecord]) -> None:
        """Print checks of which the same is to be said."""
        first = alike[0]
        sign, style = SIGNS.get(first["status"], WRONG)
        name = first["id"] if len(alike) == 1 else f"{len(alike)} checks"
        worth = sum(check["max_score"] for check in alike)
        is_open = first["status"] in OPEN
        earned = f"{score_text(None if is_open else sum(check['score'] or 0 for check in alike))} of {worth:g}"
        status = first["status"].replace("_", " ")
        room = columns(self._screen) - len(earned) - len(status) - 8
        if room < _LEAST_TITLE:  # the sign says what the word does
            status, room = "", columns(self._screen) - len(earned) - 6
        line = Text.assemble("  ", (f"{sign} {_cut(name, max(1, room))}", style), f"  {earned}", (f"  {status}", style))
        line.rstrip()
        self._screen.print(line, no_wrap=True)
        if len(alike) > 1:
            self._say(", ".join(check["id"] for check in alike), indent=_INDENT, style="dim")
        said: CheckRecord = {**first, "feedback": first["feedback"].replace(f" {LATER}", "")}  # once, at the end
        explanation(self._screen, said, indent=_INDENT)
        if first["counterexample"]:
            self._screen.print()

    def _say(self, text: str, style: str = "", indent: int = 0) -> None:
        print_indented(self._screen, text, indent, style)


# A bar stands at one place in all lines.
_TITLE = 32


def _is_told(check: CheckRecord) -> bool:
    """Whether there is more to say of a check than its question's line does."""
    if check["status"] == "passed":
        return check["part"] == "writeup"
    return not check["feedback"].startswith(NOT_WRITTEN)


def _not_written(verdicts: Sequence[Verdict]) -> list[str]:
    """The functions that are not written yet, each once."""
    told = (v.feedback.removeprefix(NOT_WRITTEN) for v in verdicts if v.feedback.startswith(NOT_WRITTEN))
    return list(dict.fromkeys(text.partition(" ")[0] for text in told))


def _is_unanswered(verdict: Verdict) -> bool:
    """Whether a part of the write-up holds no answer."""
    return verdict.part == "writeup" and verdict.status == "missing"


def _points(score: Fraction, worth: Fraction, whole: Fraction) -> str:
    """`4 of 6`; where some of it is judged later, `4 of 6, 15 later`."""
    later = f"{points(whole - worth):g} later" if whole != worth else ""
    here = f"{points(score):g} of {points(worth):g}" if worth or not later else ""
    return ", ".join(filter(None, (here, later)))


def _conclusion(result: Result, score: float, worth: float) -> str:
    if any(verdict.status == "ungraded" and verdict.feedback in result.notes for verdict in result.verdicts):
        return "Nothing could be read, so that there is no score: hand in what is named above in another way."
    if result.status == "ungraded":
        return f"Some checks came to no verdict, for the reason told above; {score:g} of {worth:g} points so far."
    if not result.verdicts:
        return "None of these checks runs here."
    later = points(result.max_score) - worth
    if later and not worth:
        return f"No points can be given here: all {later:g} are judged when it is graded, for the reasons above."
    told = f"; {later:g} more are judged when it is graded." if later else "."
    if all(verdict.status in ("passed", "needs_review") for verdict in result.verdicts):
        return f"Every check that runs here passed: {score:g} of {worth:g} points{told}"
    return f"{score:g} of {worth:g} points that can be checked here{told}"


def _count(number: float, noun: str) -> str:
    return f"{number:g} {noun}" if number == 1 else f"{number:g} {noun}s"


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: max(0, width - 1)] + "…"
