"""What of a result its student may read now: nothing of a hidden check, neither name nor input nor value."""

from __future__ import annotations

from typing import Any

from grader.export import Check, Line, checks

_BLOCKED = "Not tried, because a check that comes before it did not pass."


def for_students(line: Line, *, left_out: int = 0) -> Line:
    """The line without its hidden checks; `hidden_checks` says how many there are.

    Scores are those of what is left, so that no sum tells what a hidden check gave. What the code printed is left
    out with the first hidden check, for it may hold the inputs that the check drew.

    Args:
        left_out: hidden checks that were not run, so that the line does not know them.
    """
    hidden = [check["id"] for check in checks(line) if check["visibility"] != "visible"]
    questions = [_visible(question, hidden) for question in line["questions"]]
    questions = [question for question in questions if question["checks"]]
    ungraded = any(check["status"] == "ungraded" for question in questions for check in question["checks"])
    return {
        **line,
        "questions": questions,
        "score": None if ungraded else _sum(questions, "score"),
        "max_score": _sum(questions, "max_score"),
        "status": _status(questions),
        "output": "" if hidden else line["output"],
        "hidden_checks": left_out + len(hidden),
    }


def _visible(question: dict[str, Any], hidden: list[str]) -> dict[str, Any]:
    kept = [unnamed(check, hidden) for check in question["checks"] if check["visibility"] == "visible"]
    return {**question, "checks": kept, "score": _sum(kept, "score"), "max_score": _sum(kept, "max_score")}


def unnamed(check: Check, hidden: list[str]) -> Check:
    """A visible check that waits for a hidden one does not say which."""
    named = check["status"] == "blocked" and any(name in check["feedback"] for name in hidden)
    return {**check, "feedback": _BLOCKED} if named else check


def _sum(parts: list[dict[str, Any]], key: str) -> float:
    return round(sum(float(part[key]) for part in parts), 4)


def _status(questions: list[dict[str, Any]]) -> str:
    statuses = {check["status"] for question in questions for check in question["checks"]}
    return "ungraded" if "ungraded" in statuses else "needs_review" if "needs_review" in statuses else "graded"


def hidden_sentence(line: Line) -> str:
    """The one thing that is said of hidden checks; nothing where there are none."""
    count = line.get("hidden_checks", 0)
    return f"{count} hidden check{'s' * (count != 1)}: run by your instructor" if count else ""
