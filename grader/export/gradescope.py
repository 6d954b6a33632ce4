"""Gradescope's results.json: a test per check, each with its own visibility."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from grader.export.audience import why_unread, without_names
from grader.export.junit import explanation
from grader.model.record import CheckRecord, ResultRecord, checks_of

AGAIN = (
    "Something could not be run, which is not your doing: there is no score, and nothing is lost. "
    "Your instructor can run the autograder again."
)


@dataclass(frozen=True)
class SubmissionTimes:
    """When a submission came, and when it was due for those who handed it in; no points are taken for it here.

    Args:
        late_due: until when late submissions are taken, where Gradescope was told.
    """

    submitted: datetime
    due: datetime
    late_due: datetime | None = None

    @classmethod
    def of(cls, metadata: Mapping[str, Any]) -> SubmissionTimes | None:
        """As submission_metadata.json tells it; None where it does not."""
        known = [*_dates(metadata), *(dates for user in _list(metadata.get("users")) for dates in _dates(user))]
        submitted, due = _date(metadata.get("created_at")), _latest(known, "due_date")
        if submitted is None or due is None:
            return None
        return cls(submitted, due, _latest(known, "late_due_date"))

    @property
    def by(self) -> timedelta:
        """How late it came; nothing where it came in time."""
        return max(self.submitted - self.due, timedelta())

    @property
    def sentence(self) -> str:
        """What is said of it; nothing where it came in time."""
        if not self.by:
            return ""
        days, seconds = self.by.days, self.by.seconds
        late = f"{days} d {seconds // 3600} h {seconds % 3600 // 60} min"
        after = ", after the late due date" if self.late_due and self.submitted > self.late_due else ""
        return f"Handed in {late} after the due date{after}. No points are taken for it here."


def _dates(holder: object) -> list[Mapping[str, Any]]:
    """The dates of the assignment as all have them, or as one of the submission's students has them."""
    dates = holder.get("assignment") if isinstance(holder, Mapping) else None
    return [dates] if isinstance(dates, Mapping) else []


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _latest(dates: Iterable[Mapping[str, Any]], key: str) -> datetime | None:
    """Of several students' dates the latest: an extension for one counts for the group."""
    return max((date for one in dates if (date := _date(one.get(key))) is not None), default=None)


def _date(text: object) -> datetime | None:
    """A date with a time zone; None for anything else."""
    try:
        date = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return date if date.tzinfo is not None else None


def gradescope(
    line: ResultRecord, lateness: SubmissionTimes | None = None, titles: Mapping[str, str] = MappingProxyType({})
) -> dict[str, Any]:
    """The document of a line; without any score where something is ungraded, so that nobody gets a zero for it.

    What could be judged is told then as well.

    Args:
        titles: by check, the sentence that it is called by, its id after it.
    """
    cases = checks_of(line)
    hidden = [check["id"] for check in cases if check["visibility"] != "visible"]
    tests = [
        _test(without_names(check, hidden, line["notes"]), f"{i}.{j}", question["id"], titles.get(check["id"], ""))
        for i, question in enumerate(line["questions"], start=1)
        for j, check in enumerate(question["checks"], start=1)
        if check["status"] != "ungraded"
    ]
    if line["score"] is None:
        told = [{key: value for key, value in test.items() if "score" not in key} for test in tests]
        unread = why_unread(line)
        said = f"{unread} There is no score: hand it in in another way." if unread else AGAIN
        return {"output": said, "output_format": "text", "stdout_visibility": "hidden", "tests": told}
    return {
        "score": line["score"],
        "execution_time": round(sum(check["seconds"] for check in cases if check["visibility"] == "visible")),
        "output": _output(line, lateness, bool(hidden)),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "stdout_visibility": "hidden",
        "tests": tests,
        "extra_data": _extra(line, lateness),
    }


def _test(check: CheckRecord, number: str, question: str, title: str) -> dict[str, Any]:
    return {
        "name": f"{title} ({check['id']})" if title else check["id"],
        "number": number,
        **_points(check),
        "output": _text_of(check),
        "visibility": check["visibility"],
        "tags": [question, check["part"]],
    }


def _points(check: CheckRecord) -> dict[str, Any]:
    """The points, and green or red; where something waits for a person neither, since it is not judged yet.

    Where nothing is said of the status, Gradescope takes a score below the most there is for red.
    """
    worth = {"max_score": check["max_score"]}
    if check["status"] == "needs_review":
        return worth
    return {"score": check["score"], **worth, "status": "passed" if check["status"] == "passed" else "failed"}


def _text_of(check: CheckRecord) -> str:
    """What stands under a check; of a hidden one how it ended, and no word that came from the submission."""
    status = str(check["status"]).replace("_", " ")
    said = "" if check["visibility"] == "hidden" else explanation(check)
    return status if said in ("", status) else f"{status}\n{said}"


def _output(line: ResultRecord, lateness: SubmissionTimes | None, has_hidden: bool) -> str:
    """What stands above the tests. What the code printed may hold the inputs that a hidden check drew."""
    parts = [lateness.sentence] if lateness else []
    parts += ["Some answers wait for a person; their points come later."] if line["status"] == "needs_review" else []
    parts += line["notes"]
    parts += ["Your code printed:", line["output"]] if line["output"] and not has_hidden else []
    return "\n".join(part for part in parts if part)


def _extra(line: ResultRecord, lateness: SubmissionTimes | None) -> dict[str, Any]:
    told = {key: line[key] for key in ("schema", "assignment", "digest", "rubric_digest", "sandbox", "status")}
    return told | ({"late_by_s": int(lateness.by.total_seconds())} if lateness else {})
