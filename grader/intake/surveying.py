"""What a worker finds in files without running them, as values; a claim like all that a worker says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from grader.model.outcome import Failure, Outcome, Value
from grader.sandbox import Session

_MAX_NAME = 300


@dataclass(frozen=True)
class FileSummary:
    """What stands in one file.

    Args:
        problem: why it cannot be read; empty where it can.
        names: what it defines.
        unwritten: those of them that do nothing yet, or what they did when they were handed out.
        cells: a notebook without its outputs.
        elsewhere: the names that a module imports, or the modules that a notebook's cells write.
        has_text: whether a notebook has text of its own.
    """

    problem: str = ""
    names: frozenset[str] = frozenset()
    unwritten: frozenset[str] = frozenset()
    cells: bytes = b""
    elsewhere: frozenset[str] = frozenset()
    has_text: bool = False

    @property
    def written(self) -> frozenset[str]:
        """The names that it defines to some purpose."""
        return self.names - self.unwritten


def survey_files(session: Session, files: Mapping[str, bytes], starters: Mapping[str, bytes]) -> dict[str, FileSummary]:
    """What stands in files; where a worker cannot say it, none of them could be read."""
    outcome: Outcome = session.survey(files, starters)
    if isinstance(outcome, Value) and is_survey(outcome.data, len(files)):
        return {path: _summary(entry) for path, entry in zip(files, outcome.data, strict=True)}
    reason = outcome.message if isinstance(outcome, Failure) else "what stands in it was not told"
    return dict.fromkeys(files, FileSummary(f"it cannot be read: {reason}"))


def _summary(entry: list[Any]) -> FileSummary:
    _, problem, names, unwritten, cells, elsewhere, has_text = entry
    return FileSummary(problem, frozenset(names), frozenset(unwritten), cells, frozenset(elsewhere), has_text)


def is_survey(data: Any, n_files: int) -> bool:
    """Whether a worker's answer is one entry a file, as `grader.worker.survey` makes them."""
    kinds = [str, str, list, list, bytes, list, bool]
    return (
        type(data) is list
        and len(data) == n_files
        and all(type(entry) is list and [type(part) for part in entry] == kinds for entry in data)
        and all(len(entry[1]) <= _MAX_NAME and _are_names(entry[2] + entry[3] + entry[5]) for entry in data)
    )


def _are_names(values: list[Any]) -> bool:
    return all(type(value) is str and len(value) <= _MAX_NAME for value in values)
