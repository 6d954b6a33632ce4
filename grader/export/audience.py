"""What of a result its student may read now: nothing of a hidden check, neither name nor input nor value."""

from __future__ import annotations

from collections.abc import Sequence

from grader.model.record import CheckRecord, QuestionRecord, ResultRecord, checks_of, status_of

_NOT_GRADED = "This could not be graded, which is not your doing; your instructor has been told."
_BLOCKED = "Not tried, because a check that comes before it did not pass."


def for_students(line: ResultRecord, *, left_out: int = 0) -> ResultRecord:
    """The line without its hidden checks; `hidden_checks` says how many there are.

    Scores and seconds are those of what is left, so that no sum tells what a hidden check gave. What the code printed
    is left out with the first hidden check, for it may hold the inputs that the check drew.

    Args:
        left_out: hidden checks that were not run, so that the line does not know them.
    """
    hidden = [check["id"] for check in checks_of(line) if check["visibility"] != "visible"]
    questions = [_visible(question, hidden, line["notes"]) for question in line["questions"]]
    questions = [question for question in questions if question["checks"]]
    status = status_of({check["status"] for question in questions for check in question["checks"]})
    return {
        **line,
        "questions": questions,
        "score": _score(questions),
        "max_score": _max_score(questions),
        "status": status,
        "seconds": round(sum(c["seconds"] for q in questions for c in q["checks"]), 4) if hidden else line["seconds"],
        "output": "" if hidden else line["output"],
        "hidden_checks": left_out + len(hidden),
    }


def _visible(question: QuestionRecord, hidden: list[str], told: Sequence[str]) -> QuestionRecord:
    kept = [without_names(check, hidden, told) for check in question["checks"] if check["visibility"] == "visible"]
    return {**question, "checks": kept, "score": _score(kept), "max_score": _max_score(kept)}


def without_names(check: CheckRecord, hidden: list[str], told: Sequence[str]) -> CheckRecord:
    """A visible check that waits for a hidden one does not say which; what is not the student's doing says no more.

    Args:
        told: the notes for the student; a reason that stands there is theirs to read.
    """
    if check["status"] == "ungraded" and check["feedback"] not in told:
        return {**check, "feedback": _NOT_GRADED}
    named = check["status"] == "blocked" and any(name in check["feedback"] for name in hidden)
    return {**check, "feedback": _BLOCKED} if named else check


def why_unread(line: ResultRecord) -> str:
    """Why nothing that was handed in could be read; empty where that is not why there is no score."""
    reasons = {check["feedback"] for check in checks_of(line) if check["status"] == "ungraded"}
    return next(iter(reasons)) if len(reasons) == 1 and reasons <= set(line["notes"]) else ""


def _score(parts: Sequence[CheckRecord | QuestionRecord]) -> float | None:
    known = [score for part in parts if (score := part["score"]) is not None]
    return round(sum(known), 4) if len(known) == len(parts) else None


def _max_score(parts: Sequence[CheckRecord | QuestionRecord]) -> float:
    return round(sum(part["max_score"] for part in parts), 4)


def hidden_sentence(line: ResultRecord) -> str:
    """The one thing that is said of hidden checks; nothing where there are none."""
    count = line.get("hidden_checks", 0)
    return f"{count} hidden check{'s' * (count != 1)}: run by your instructor" if count else ""
