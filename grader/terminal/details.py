"""One submission's checks with their feedback, and each failure's smallest input drawn."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from grader.export.escaping import terminal
from grader.export.snippets import snippet, with_zeros
from grader.model.record import CheckRecord, CounterexampleRecord, ResultRecord, score_text
from grader.terminal.grids import pictures, rows_of, shape_of
from grader.terminal.signs import use_signs

SIGNS = {
    "passed": ("✓", "green"), "partial": ("~", "yellow"), "needs_review": ("?", "cyan"), "blocked": ("–", "dim"),
    "ungraded": ("!", "magenta"),
}  # fmt: skip
WRONG = ("✗", "red")
# Long lines are hard to read, however wide the window is.
WIDEST = 100
# Beyond so many lines a text is no small example.
MAX_LINES = 8
MAX_OUTPUT_LINES = 10
_TO_PASTE = "Run it in the folder of your modules:"
_WITH_ZEROS = (
    "Its input is too large to be written out. To look at it in the folder of your modules, with zeros instead, for "
    "which it returns other numbers:"
)
_NOT_TO_PASTE = "(It is not shown whole, or rests on other calls: it cannot be pasted.)"


def console() -> Console:
    """Standard output; a terminal that lacks a sign shows another instead of failing."""
    use_signs()
    return Console(highlight=False, soft_wrap=False)


def columns(screen: Console) -> int:
    """The width to write within."""
    return min(screen.width, WIDEST)


def details(line: ResultRecord) -> None:
    """Print one submission's checks with their feedback and counterexamples."""
    screen = console()
    for question in line["questions"]:
        screen.print(
            Text(f"{question['id']}  {score_text(question['score'])} of {question['max_score']:g}", style="bold")
        )
        for check in question["checks"]:
            sign, style = SIGNS.get(check["status"], WRONG)
            points = f"{score_text(check['score'])}/{check['max_score']:g}"
            name = (f"  {check['status']}", style)
            screen.print(Text.assemble("  ", (sign, style), f" {points:>9}  {check['id']}", name))
            if check.get("flaky"):
                print_indented(screen, _under_seeds(check), 15, style="bold")
            explanation(screen, check, indent=15)
    remarks(screen, line)


def remarks(screen: Console, line: ResultRecord) -> None:
    """Print what was noticed beside the checks, and what the code printed."""
    for note in line["notes"]:
        print_indented(screen, note, 0, style="dim")
    if line["output"]:
        screen.print(Text("output of the submission's own code:", style="dim"))
        printed = _count_lines(line["output"].splitlines())
        print_indented(screen, "\n".join(printed[:MAX_OUTPUT_LINES]), 2)
        if len(printed) > MAX_OUTPUT_LINES:
            screen.print(Text(f"  … and {len(printed) - MAX_OUTPUT_LINES} more lines", style="dim"))
        screen.print()


def _count_lines(lines: Sequence[str]) -> list[str]:
    """Each line once, and how often it was printed."""
    return [text if n == 1 else f"{text}  (×{n})" for text, n in Counter(lines).items()]


def _under_seeds(check: CheckRecord) -> str:
    """What a check came to under each seed, for whoever settles it."""
    runs = [f"seed {run['seed']}: {run['status']} ({score_text(run['score'])})" for run in check["flaky"]]
    return f"Depends on the seed. {'; '.join(runs)}"


def explanation(screen: Console, check: CheckRecord, *, indent: int) -> None:
    """Print what a check's author has to say: the mistake's name, the feedback, the smallest input that shows it."""
    if check["misconception"]:
        known = check["misconception"].replace("_", " ")
        print_indented(screen, f"This looks like a known mistake: {known}.", indent, style="bold")
    if check["feedback"]:
        print_indented(screen, check["feedback"], indent)
    if check["counterexample"]:
        _counterexample(screen, check, check["counterexample"], indent)


def print_indented(screen: Console, text: str, indent: int, style: str = "") -> None:
    """Print text of anybody's, harmless and within the width."""
    for line in _wrap(screen, text, columns(screen) - indent):
        screen.print(Text(" " * indent).append(line.plain, style), no_wrap=True)


def _counterexample(screen: Console, check: CheckRecord, shown: CounterexampleRecord, indent: int) -> None:
    actual, expected = rows_of(shown["actual"]), rows_of(shown["expected"])
    room, differing = columns(screen) - indent - 2, shown.get("differing")
    shapes = (shape_of(shown["actual"]), shape_of(shown["expected"])) if actual and expected else None
    drawn = pictures(actual, expected, screen, room, differing, shapes) if actual and expected else None
    if drawn:
        for line in drawn:
            screen.print(Text(" " * (indent + 2)) + line, no_wrap=True)
    else:
        said = " ".join(check["feedback"].split())
        for title, text in (("got", shown["actual"]), ("wanted", shown["expected"])):
            is_error = title == "got" and check["status"] == "error" and text in check["feedback"]
            if not (is_error or _is_said(title, text, said)):
                _print_titled(screen, title, text, indent + 2)
    lines, intro = snippet(shown["call"], columns(screen), check["functions"]), _TO_PASTE
    if lines is None:
        _print_titled(screen, "call", shown["call"], indent + 2)
        lines = snippet(with_zeros(shown["call"]), columns(screen), check["functions"])
        intro = _WITH_ZEROS
    if lines is None:
        print_indented(screen, _NOT_TO_PASTE, indent + 2, style="dim")
    else:  # at the margin, so that Python takes it as it is pasted
        print_indented(screen, intro, indent, style="dim")
        screen.print(Text(terminal("\n".join(lines)), style="cyan"), soft_wrap=True)


def _is_said(title: str, text: str, said: str) -> bool:
    """Whether a sentence has said it already: `Got 2, expected 3.`, `returned None`, an error."""
    text = re.escape(" ".join(text.split()).removesuffix("."))
    begin = r"([Gg]ot|eturned|the text|line \d+.*:)" if title == "got" else "expected"
    if title == "got" and text == "None" and "returned nothing" in said:
        return True
    return bool(text) and re.search(rf"{begin} {text}(?![\w.]*\w)", said) is not None


def _print_titled(screen: Console, title: str, text: str, indent: int) -> None:
    """Print a text beside its title, cut where it is long."""
    if not text:
        return
    wrapped = _wrap(screen, text, columns(screen) - indent - 8)
    lines = [*wrapped[:MAX_LINES], *([Text("…")] if len(wrapped) > MAX_LINES else [])]
    for number, line in enumerate(lines):
        screen.print(Text(f"{'':{indent}}{title if number == 0 else '':<8}") + line, no_wrap=True)


def _wrap(screen: Console, text: str, width: int) -> list[Text]:
    lines = list(Text(terminal(text)).wrap(screen, max(20, width)))
    for line in lines:
        line.rstrip()
    return lines
