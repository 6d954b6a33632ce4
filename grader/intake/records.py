"""What is known of each imported submission beside its files: who, when, which attempt; kept in `.intake.jsonl`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from grader.errors import UsageError, display
from grader.intake.submission import Submission

FILE = ".intake.jsonl"
# Hidden, so that no attempt but the newest is a submission.
ATTEMPTS = ".attempts"
SCHEMA = 1


@dataclass(frozen=True)
class Attempt:
    """One hand-in of a student.

    Args:
        key: what tells it from every other: the same key is the same hand-in, imported once more.
        folder: where its files lie, from the class's folder on.
        submitted_at: when it was handed in: ISO 8601 in UTC, with its offset; None where the download did not say.
        submitted_text: the time as the download had it.
        late: what the system said of it; None where it said nothing.
        original_name: what it was called in the download.
        unread: paths of what could not be taken over, each with the reason.
    """

    number: int
    key: str
    folder: str
    submitted_at: str | None = None
    submitted_text: str = ""
    late: bool | None = None
    original_name: str = ""
    unread: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class HandInRecord:
    """A student's, or a group's, submission as it was imported; its newest attempt and those before it, oldest first.

    Args:
        student: the submission's id, which is its folder's name.
        source: the system it came from.
        members: the ids of a group's students; empty where one person handed in alone.
    """

    student: str
    source: str
    current: Attempt
    lms_user_id: str = ""
    participant: str = ""
    login: str = ""
    email: str = ""
    sis_id: str = ""
    github_username: str = ""
    name: str = ""
    group: str = ""
    members: tuple[str, ...] = ()
    earlier: tuple[Attempt, ...] = ()

    @property
    def attempt(self) -> int:
        """Which attempt is the newest, counted from 1."""
        return self.current.number

    @property
    def submitted_at(self) -> str | None:
        """When the newest attempt was handed in: ISO 8601 in UTC; None where it is not known."""
        return self.current.submitted_at

    @property
    def late(self) -> bool | None:
        """Whether the system called the newest attempt late; None where it said nothing."""
        return self.current.late

    @property
    def original_name(self) -> str:
        """What the newest attempt was called in the download."""
        return self.current.original_name

    def to_json(self) -> dict[str, Any]:
        """As a line of the file."""
        return {"schema": SCHEMA, **asdict(self)}

    @classmethod
    def from_json(cls, line: dict[str, Any]) -> HandInRecord:
        """From a line of the file; what a later version wrote beside it is left alone.

        Raises:
            KeyError, TypeError: it is no such line.
        """
        known = _known_fields(cls, line)
        attempts = [_attempt(one) for one in (line["current"], *line.get("earlier", ()))]
        return cls(
            **{**known, "current": attempts[0], "earlier": tuple(attempts[1:]), "members": tuple(known["members"])}
        )


def _attempt(line: dict[str, Any]) -> Attempt:
    known = _known_fields(Attempt, line)
    return Attempt(**{**known, "unread": tuple((path, reason) for path, reason in known.get("unread", ()))})


def _known_fields(kind: type[Any], line: dict[str, Any]) -> dict[str, Any]:
    return {one.name: line[one.name] for one in fields(kind) if one.name in line}


def read_records(class_folder: Path) -> dict[str, HandInRecord]:
    """The records of a class's folder by submission id; empty where nothing was imported.

    Raises:
        UsageError: the file is there and is not what an import wrote.
    """
    path = class_folder / FILE
    if not path.is_file():
        return {}
    found: dict[str, HandInRecord] = {}
    for number, text in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        if not text:
            continue
        try:
            record = HandInRecord.from_json(json.loads(text))
        except (ValueError, KeyError, TypeError) as error:
            raise UsageError(
                f"{display(path)}:{number}: expected a record that `grader import` wrote, got {text[:80]!r} ({error}); "
                "move the file away and import again"
            ) from None
        found[record.student] = record
    return found


@dataclass(frozen=True)
class Imported:
    """What imports could not take over, by the folders that submissions are read from."""

    _known: dict[Path, dict[str, HandInRecord]] = field(default_factory=dict)

    def with_missing_files(self, submission: Submission, path: Path) -> Submission:
        """The submission with what was handed in and is not there: it is not absent, nobody has read it.

        Raises:
            UsageError: the records cannot be read.
        """
        folder = path.absolute().parent
        if folder not in self._known:
            self._known[folder] = read_records(folder)
        record = self._known[folder].get(path.name)
        lost = dict(record.current.unread) if record else {}
        return replace(submission, unread={**lost, **submission.unread}) if lost else submission


def write_records(class_folder: Path, records: Iterable[HandInRecord]) -> None:
    """Write all records of a class's folder, whole or not at all."""
    lines = [json.dumps(one.to_json(), ensure_ascii=False) for one in sorted(records, key=lambda one: one.student)]
    fresh = class_folder / f"{FILE}.new"
    fresh.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    fresh.replace(class_folder / FILE)
