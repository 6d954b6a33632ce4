"""Grades the attempts before the newest, where the rubric counts them: kept beside the newest's results."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from grader.errors import SubmissionError
from grader.grading.class_run import ClassRun, Progress
from grader.intake.reading import read_submission
from grader.intake.records import read_records
from grader.intake.submission import Submission
from grader.results.ledger import ATTEMPTS, attempt_id
from grader.results.store import Store


def grade_attempts(batch: ClassRun, submissions: Collection[str], progress: Progress) -> None:
    """Grade the earlier attempts of some submissions, as a batch of their own.

    Args:
        batch: how their newest attempts were graded; it learns whether somebody ended this one.
    """
    found, unreadable = _earlier(batch, submissions)
    if not (found or unreadable):
        return
    store = Store(batch.store.folder / ATTEMPTS)
    try:
        other = replace(batch, store=store, reused=0)
        other.run(found, unreadable, progress)
    finally:
        store.close()
    batch.interrupted, batch.lost = other.interrupted, other.lost


def _earlier(batch: ClassRun, submissions: Collection[str]) -> tuple[list[Submission], list[tuple[Submission, str]]]:
    """The attempts before the newest; and those that cannot be read, each with the reason."""
    folder = batch.course.submissions(batch.rubric.assignment)
    found: list[Submission] = []
    unreadable: list[tuple[Submission, str]] = []
    for name, record in sorted(read_records(folder).items()):
        for attempt in record.earlier if name in submissions else ():
            identity = attempt_id(name, attempt.number)
            try:
                found.append(replace(read_submission(folder / attempt.folder), id=identity))
            except SubmissionError as error:
                unreadable.append((Submission(identity, {}), str(error)))
    return found, unreadable
