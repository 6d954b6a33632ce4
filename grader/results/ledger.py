"""All that final grades of a class rest on, read once: rubric, results, acts, roster, times of handing in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path

from grader.course.folders import Course
from grader.errors import UsageError, display
from grader.intake.folders import identity_of_record
from grader.intake.records import HandInRecord, read_records
from grader.intake.roster import Roster, RosterRow
from grader.model.grade import FinalGrade
from grader.model.identity import Identity
from grader.results.acts import Act
from grader.results.final import GradedAttempt, Person, final_grade, missing_grade
from grader.results.fold import Present, fold
from grader.results.gradebook import read_acts
from grader.results.lateness import Lateness, last_moment, lateness
from grader.results.machine import MachineResult, nothing_graded, read_results
from grader.rubric import Rubric
from grader.rubric.late import LateRules, latest_meaning, read_moment
from grader.rubric.loading import load

# Where results of attempts before the newest lie, in the folder of results.
ATTEMPTS = "attempts"
_EXTENSION = ("extension", "extended_to", "extended until", "extended_until")


@dataclass(frozen=True)
class Ledger:
    """What final grades rest on.

    Args:
        results: by submission; `attempts`: those before the newest, by `attempt_id`.
        records: by submission, what an import told of it.
    """

    rubric: Rubric
    results: Mapping[str, MachineResult]
    acts: Sequence[Act] = ()
    roster: Roster = field(default_factory=Roster)
    records: Mapping[str, HandInRecord] = field(default_factory=dict)
    attempts: Mapping[str, MachineResult] = field(default_factory=dict)

    @classmethod
    def read(cls, course: Course, assignment: str, folder: Path | None = None) -> Ledger:
        """Everything, from a course.

        Args:
            folder: where the results are; the course's own unless given.

        Raises:
            RubricError, UsageError: something of it cannot be read, or nothing was graded yet.
        """
        rubric = load(course.rubric(assignment))
        folder = folder or course.results(assignment)
        results = read_results(folder, rubric)
        if not results:
            raise nothing_graded(folder, rubric)
        has_attempts = rubric.attempts != "last" and (folder / ATTEMPTS / "results.sqlite").is_file()
        return cls(
            rubric,
            results,
            read_acts(folder),
            Roster.near(course, assignment),
            read_records(course.submissions(assignment)),
            read_results(folder / ATTEMPTS, rubric) if has_attempts else {},
        )

    @cached_property
    def present(self) -> Present:
        """What all acts together say."""
        return fold(self.acts)

    def grades(self) -> list[FinalGrade]:
        """The final grade of everybody who handed in or is on the roster, by student."""
        present = self.present
        found = {
            student: self._grade(present, student, submission)
            for submission in self.results
            for student in self.members(submission)
        }
        for row in self.roster.students:
            if row.student and row.student not in found:
                found[row.student] = missing_grade(row.student, self.rubric, present)
        return [found[student] for student in sorted(found)]

    def graded_as(self, grade: FinalGrade) -> str:
        """Under which id the attempt that counts was graded, and read; empty where nothing was handed in."""
        record = self.records.get(grade.submission)
        is_newest = record is None or grade.attempt == record.attempt
        return grade.submission if is_newest else attempt_id(grade.submission, grade.attempt)

    def result_of(self, grade: FinalGrade) -> MachineResult | None:
        """What the machine found of the attempt that counts."""
        name = self.graded_as(grade)
        return self.results.get(name) or self.attempts.get(name)

    @cached_property
    def strangers(self) -> tuple[str, ...]:
        """Those who handed in and are not on the roster: gone, or there under another id; nobody where it is empty."""
        known = {row.student for row in self.roster.students}
        return tuple(sorted(self.submission_of.keys() - known)) if known and "" not in known else ()

    @cached_property
    def in_several(self) -> Mapping[str, tuple[str, ...]]:
        """By student the submissions, where they are more than one, alone or in groups; the last of them counts."""
        found: dict[str, list[str]] = defaultdict(list)
        for submission in self.results:
            for student in self.members(submission):
                found[student].append(submission)
        return {student: tuple(names) for student, names in found.items() if len(names) > 1}

    @cached_property
    def outdated(self) -> tuple[str, ...]:
        """The submissions that were graded on other checks, or out of other points, than the rubric has now."""
        stated = {(question.id, spec.id, spec.points) for question in self.rubric.questions for spec in question.checks}
        return tuple(
            name
            for name, result in self.results.items()
            if {(one.question, one.entry["id"], one.max_score) for one in result.checks} != stated
        )

    def earlier(self, submission: str) -> Iterator[tuple[int, MachineResult]]:
        """The graded attempts before the newest that count, each with its number."""
        record = self.records.get(submission)
        for attempt in record.earlier if record and self.rubric.attempts != "last" else ():
            if (result := self.attempts.get(attempt_id(submission, attempt.number))) is not None:
                yield attempt.number, result

    def members(self, submission: str) -> tuple[str, ...]:
        """Those whose work a submission is: a group's students, or the one student."""
        record = self.records.get(submission)
        return (record.members if record else ()) or (submission,)

    def _grade(self, present: Present, student: str, submission: str) -> FinalGrade:
        person = Person(student, submission, present)
        attempts = list(self._attempts(present, student, submission))
        grade = final_grade(self.rubric, person, attempts)
        if student not in self.in_several:
            return grade
        return replace(grade, warnings=(*grade.warnings, several_text(self.in_several[student])))

    def _attempts(self, present: Present, student: str, submission: str) -> Iterator[GradedAttempt]:
        """The attempts that may count, oldest first."""
        record = self.records.get(submission)
        for earlier in record.earlier if record and self.rubric.attempts != "last" else ():
            result = self.attempts.get(attempt_id(submission, earlier.number))
            late = self._lateness(present, student, _moment(earlier.submitted_at))
            yield GradedAttempt(earlier.number, result, late)
        number, moment = (record.attempt, _moment(record.submitted_at)) if record else (1, None)
        yield GradedAttempt(number, self.results[submission], self._lateness(present, student, moment))

    def _lateness(self, present: Present, student: str, submitted_at: datetime | None) -> Lateness:
        row = self.row_of(student)
        ends = [moment for moment, _ in present.extensions.get(student, ())]
        if self.rubric.late and row and (written := _extension(row, self.rubric.assignment)):
            ends.append(_extension_end(written, self.rubric.late, row, self.roster.path))
        waiver = present.waivers.get(student)
        return lateness(
            self.rubric.late,
            submitted_at,
            section=row.section if row else "",
            extended_to=max(ends, default=None),
            waived=waiver.reason if waiver else "",
        )

    def is_past_due(self, now: datetime) -> bool:
        """Whether work of this assignment is due from nobody any more; never where no due time is stated."""
        return self._last_end is not None and now > self._last_end

    @cached_property
    def _last_end(self) -> datetime | None:
        """When the last of all due times, extensions and late days is over."""
        rules = self.rubric.late
        if rules is None:
            return None
        ends = [moment for found in self.present.extensions.values() for moment, _ in found]
        ends += [
            _extension_end(written, rules, row, self.roster.path)
            for row in self.roster.students
            if (written := _extension(row, self.rubric.assignment))
        ]
        return max(last_moment(rules, end) for end in (rules.due, *rules.sections.values(), *ends))

    def lateness_of(self, student: str) -> Lateness | None:
        """How late a student's newest attempt is; None where nothing was handed in."""
        submission = self.submission_of.get(student)
        if submission is None:
            return None
        *_, newest = self._attempts(self.present, student, submission)
        return newest.lateness

    def row_of(self, student: str) -> RosterRow | None:
        """What the roster says of a student: under the id, else, where a row has none, by what the import told."""
        if (row := self._rows.get(student)) is not None or "" not in self._rows:
            return row
        record = self.records.get(student)
        who = identity_of_record(record) if record and not record.group else Identity()
        found = self.roster.find(who.fill(Identity(login=student)))
        return found if found and not found.student else None

    @cached_property
    def _rows(self) -> Mapping[str, RosterRow]:
        return {row.student: row for row in self.roster.students}

    @cached_property
    def submission_of(self) -> Mapping[str, str]:
        """By student the submission that is theirs, alone or in a group."""
        return {student: submission for submission in self.results for student in self.members(submission)}


def several_text(submissions: Sequence[str]) -> str:
    """What is to be known of a student who stands in several submissions."""
    return f"stands in {len(submissions)} submissions, {', '.join(submissions)}; the last of them counts"


def attempt_id(submission: str, number: int) -> str:
    """The id under which an attempt before the newest is graded."""
    return f"{submission}@{number}"


def final_grades(course: Course, assignment: str, folder: Path | None = None) -> list[FinalGrade]:
    """The final grade of every student of an assignment, by student.

    Raises:
        RubricError, UsageError: something that it rests on cannot be read, or nothing was graded yet.
    """
    return Ledger.read(course, assignment, folder).grades()


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _extension(row: RosterRow, assignment: str) -> str:
    """What the roster says of a student's extension: of this assignment, else of all."""
    named = {" ".join(header.casefold().split()): text for header, text in row.more.items()}
    own = [f"{assignment.casefold()} {name}" for name in _EXTENSION] + [f"{assignment.casefold()}_extension"]
    return next((named[name] for name in (*own, *_EXTENSION) if named.get(name, "").strip()), "")


def _extension_end(text: str, rules: LateRules, row: RosterRow, roster: Path | None) -> datetime:
    try:
        return latest_meaning(read_moment(text), rules.zone)
    except ValueError:
        place = display(roster) if roster else "roster.csv"
        raise UsageError(
            f"{place}: extension of {row.student}: expected a date and a time such as 2026-11-03 23:59, got {text!r}"
        ) from None
