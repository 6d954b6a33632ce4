"""What a result becomes for other programs; each module turns a line of results.jsonl into one format, purely."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from grader.model.record import NOT_WRITTEN, CheckRecord, ResultRecord, checks_of

# Of a value where there is room for one line.
_SHORT = 80
# Where an error came from and of what type it is: what it says of shapes and numbers differs from input to input.
_ERROR = re.compile(r"[^\n]+, line \d+(?:, in [^\n:]+)?: [A-Za-z_.]+(?=: )")
# What came back is of a kind that is never asked for, whatever the input was.
_NO_ANSWER = re.compile(
    r"^(?:\w+ r|R)eturned (?!an? (?:array|number|tensor)\b|shape)(.+?), expected |^It printed .* and returned", re.M
)
_TEXT = re.compile(r"'[^']*'")
# Other programs know two to four endings; ours are folded into these.
Ending = Literal["passed", "failed", "skipped", "error"]
_ENDINGS: dict[str, Ending] = {
    "passed": "passed",
    "blocked": "skipped",
    "needs_review": "skipped",
    "ungraded": "error",
}


def ending_of(status: str) -> Ending:
    """How a check ended, for a program that knows no points: `partial` has failed, what is our fault is an error."""
    return _ENDINGS.get(status, "failed")


def message_of(check: CheckRecord) -> str:
    """What is said of a check: the mistake's name where it is known, and the feedback."""
    known = str(check["misconception"] or "").replace("_", " ")
    lines = [f"This looks like a known mistake: {known}."] if known else []
    return "\n".join([*lines, check["feedback"] or check["status"]])


def first_sentence(check: CheckRecord) -> str:
    """What is said of a check where there is room for one line: the difference where there is one to see."""
    known = str(check["misconception"] or "").replace("_", " ")
    start = f"{known}: " if known else ""
    shown = check["counterexample"]
    if shown is None or not shown["expected"]:
        return message_of(check).partition("\n")[0]
    return f"{start}got {_short(shown['actual'])}, wanted {_short(shown['expected'])} for {_short(shown['call'])}"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHORT else f"{line[:_SHORT]} …"


def cause_of(check: CheckRecord) -> tuple[str, ...]:
    """What makes two checks have one cause: a known mistake, an error at one place, the very same result or words."""
    said = message_of(check)
    if check["misconception"]:
        return check["status"], check["misconception"]
    first = check["feedback"].partition("\n")[0]
    if (found := _ERROR.match(first)) is not None:  # also where other inputs come to a wrong value
        return "error", found[0]
    if check["status"] == "error":
        return check["status"], re.sub(r"\d+", "0", first)
    shown = check["counterexample"]
    if shown is None:
        return "", check["status"], said
    if (found := _NO_ANSWER.search(check["feedback"])) is not None:
        callee = shown["call"].rpartition("\n")[2].partition("(")[0]
        return check["status"], callee, _TEXT.sub("''", found[1] or "None")
    return (check["status"], shown["call"], shown["actual"]) if shown["actual"] else (check["id"],)


def causes(checks: Iterable[CheckRecord]) -> list[list[CheckRecord]]:
    """Checks by what is to be said of them: one cause is told once, with all that hangs on it."""
    together: dict[tuple[str, ...], list[CheckRecord]] = {}
    for check in checks:
        together.setdefault(cause_of(check), []).append(check)
    return list(together.values())


def next_step(line: ResultRecord) -> str:
    """The first function to write, or the first check to look at; nothing where all is well."""
    for check in checks_of(line):
        if check["feedback"].startswith(NOT_WRITTEN):
            return check["feedback"].removeprefix(NOT_WRITTEN).rstrip(".")
    for question in line["questions"]:
        for check in question["checks"]:
            if check["status"] not in ("passed", "needs_review", "blocked"):
                return f"{check['id']} in {question['id']}."
    return ""


def example_of(check: CheckRecord) -> list[tuple[str, str]]:
    """The smallest input that shows a failure, as texts with their titles; nothing where there is none."""
    shown = check["counterexample"]
    if shown is None:
        return []
    parts = [("call", shown["call"]), ("actual", shown["actual"]), ("expected", shown["expected"])]
    return [(title, text) for title, text in parts if text]
