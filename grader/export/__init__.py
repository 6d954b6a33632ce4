"""What a result becomes for other programs; each module turns a line of results.jsonl into one format, purely."""

from __future__ import annotations

from typing import Any, Literal

Line = dict[str, Any]
Check = dict[str, Any]

# Other programs know two to four endings; ours are folded into these.
Ending = Literal["passed", "failed", "skipped", "error"]
_ENDINGS: dict[str, Ending] = {
    "passed": "passed",
    "blocked": "skipped",
    "needs_review": "skipped",
    "ungraded": "error",
}


def ending(status: str) -> Ending:
    """How a check ended, for a program that knows no points: `partial` has failed, what is our fault is an error."""
    return _ENDINGS.get(status, "failed")


def checks(line: Line) -> list[Check]:
    """Every check of a line, in the rubric's order."""
    return [check for question in line["questions"] for check in question["checks"]]


def told(check: Check) -> str:
    """What is said of a check: the mistake's name where it is known, and the feedback."""
    known = str(check["misconception"] or "").replace("_", " ")
    lines = [f"This looks like a known mistake: {known}."] if known else []
    return "\n".join([*lines, check["feedback"] or check["status"]])


def first_sentence(check: Check) -> str:
    """What is said of a check where there is room for one line."""
    return told(check).partition("\n")[0]
