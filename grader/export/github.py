"""GitHub Actions: annotations on the student's own lines, and a fence around all that is not ours."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from grader.export import causes, first_sentence, message_of
from grader.export.escaping import github_data, github_property
from grader.model.record import CheckRecord, ResultRecord, checks_of

# GitHub shows ten of a kind for each step, and no more; two notices are the report's.
MAX_OF_A_KIND = 10
_REPORT_NOTICES = 2
_MAX_MESSAGE = 4_000

AnnotationKind = Literal["error", "warning", "notice"]
_MOST: dict[AnnotationKind, int] = {
    "error": MAX_OF_A_KIND,
    "warning": MAX_OF_A_KIND,
    "notice": MAX_OF_A_KIND - _REPORT_NOTICES,
}
_KINDS: dict[str, AnnotationKind] = {"partial": "warning", "ungraded": "warning", "needs_review": "notice"}
# What needs no word of its own: it went well, or waits for a check that is told of.
_SILENT = ("passed", "blocked")


@dataclass(frozen=True, order=True)
class RepositoryPlace:
    """Where something stands in the repository: a path from its root, and a line."""

    file: str
    line: int


@contextmanager
def fence() -> Iterator[None]:
    """Nothing printed within is a command to GitHub, whatever it looks like.

    The word that ends it is drawn anew each time, so nobody whose text stands within can know it.
    """
    word = secrets.token_hex(16)
    print(f"::stop-commands::{word}", flush=True)
    try:
        yield
    finally:
        print(f"\n::{word}::", flush=True)


def annotation_commands(line: ResultRecord, places: Mapping[str, RepositoryPlace]) -> list[str]:
    """The commands that mark a student's lines, at most ten of a kind; the last tells of those beyond.

    Args:
        places: by check id, where what it looks at stands; a check without one is told of at no place.
    """
    commands: list[str] = []
    for kind, most in _MOST.items():
        grouped = list(_by_place(line, places, kind).items())
        shown = grouped if len(grouped) <= most else grouped[: most - 1]
        commands += [_annotation(kind, place, cases) for place, cases in shown]
        if beyond := [check for _, cases in grouped[len(shown) :] for check in cases]:
            commands.append(_command(kind, None, "more checks", f"{len(beyond)} more: {_names(beyond)}"))
    return commands


def report_commands(line: ResultRecord) -> list[str]:
    """The two notices by which the old GitHub Classroom reads points."""
    total, most = line["score"], line["max_score"]
    report = json.dumps({"totalPoints": total, "maxPoints": most}, separators=(",", ":"))
    return [
        _command("notice", None, "Autograding complete", f"Points {total:g}/{most:g}"),
        _command("notice", None, "Autograding report", report),
    ]


def _by_place(
    line: ResultRecord, places: Mapping[str, RepositoryPlace], kind: str
) -> dict[RepositoryPlace | None, list[CheckRecord]]:
    """The checks to tell of, by where: a function that fails four checks is marked once."""
    grouped: dict[RepositoryPlace | None, list[CheckRecord]] = {}
    for check in checks_of(line):
        if check["status"] not in _SILENT and _KINDS.get(check["status"], "error") == kind:
            grouped.setdefault(places.get(check["id"]), []).append(check)
    return grouped


def _annotation(kind: AnnotationKind, place: RepositoryPlace | None, cases: Sequence[CheckRecord]) -> str:
    if len(cases) == 1:
        [check] = cases
        said = first_sentence(check)
        rest = "" if message_of(check).startswith(said) else f"{said}\n"
        return _command(kind, place, check["id"], rest + message_of(check))
    message = "\n".join(f"{_names(cause)}: {first_sentence(cause[0])}" for cause in causes(cases))
    return _command(kind, place, f"{len(cases)} checks", message)


def _command(kind: AnnotationKind, place: RepositoryPlace | None, title: str, message: str) -> str:
    where = f"file={github_property(place.file)},line={place.line}," if place else ""
    cut = message if len(message) <= _MAX_MESSAGE else message[:_MAX_MESSAGE] + " …"
    return f"::{kind} {where}title={github_property(title)}::{github_data(cut)}"


def _names(cases: Sequence[CheckRecord]) -> str:
    return ", ".join(check["id"] for check in cases)
