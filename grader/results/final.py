"""One student's final grade: the machine's points, a person's word over them, lateness, the attempt that counts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from grader.model.grade import (
    CheckGrade,
    FinalGrade,
    GradeStatus,
    OldWord,
    QuestionGrade,
    ScoreLine,
    add_points,
    points_text,
)
from grader.results.fold import Judgement, Present
from grader.results.lateness import Lateness
from grader.results.machine import MachineCheck, MachineResult
from grader.rubric import Rubric


@dataclass(frozen=True)
class Person:
    """Whose grade it is, and what people did about it; a word on a group's submission is about each member."""

    student: str
    submission: str
    present: Present

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Under which acts are kept that concern the student, what is the student's own last."""
        return tuple(dict.fromkeys((self.submission, self.student)))

    def words(self, check: str) -> list[Judgement]:
        """All that was said about a check, of whatever answer, in its order."""
        found = [word for name in self.names for word in self.present.words.get((name, check), ())]
        return sorted(found, key=lambda word: word.act.id)

    def lost_words(self, checks: Collection[str]) -> tuple[str, ...]:
        """What is to be known of points that count nowhere, since their check is none of `checks` any more."""
        found = [
            word for name in self.names for word in self.present.scored.get(name, ()) if word.act.check not in checks
        ]
        return tuple(
            f"points that {word.act.actor} gave on {word.act.check} (#{word.act.id}) count no more: "
            "what was graded has no such check"
            for word in sorted(found, key=lambda word: word.act.id)
        )

    def answered_requests(self, check: str) -> tuple[tuple[str, str], ...]:
        """What was asked to be looked at again, each with the answer."""
        return tuple(
            (request.reason, reply.reason)
            for name in self.names
            for request, reply in self.present.answered.get((name, check), ())
        )

    def last_act(self, check: str) -> int:
        """The last act about a check, whatever it was; 0 where there is none."""
        last = self.present.last
        return max([last.get((name, check), 0) for name in self.names]) if last else 0


@dataclass(frozen=True)
class GradedAttempt:
    """One hand-in; `result` is None where it was not graded."""

    number: int
    result: MachineResult | None
    lateness: Lateness


def final_grade(rubric: Rubric, person: Person, attempts: Sequence[GradedAttempt]) -> FinalGrade:
    """The grade from a student's attempts, oldest first; the rubric says which counts."""
    last = len(attempts) - 1
    *_, newest = grades = [_attempt_grade(rubric, person, one, is_newest=at == last) for at, one in enumerate(attempts)]
    if rubric.attempts == "last" or len(grades) == 1:
        return newest
    open_grade = next((grade for grade in grades if grade.score is None), None)
    if open_grade is not None:
        checks = ", ".join(check.id for check in open_grade.waiting) or "it was not graded"
        warning = f"attempt {open_grade.attempt} is not settled ({checks}), and all attempts count: {rubric.attempts}"
        return replace(newest, score=None, status=open_grade.status, warnings=(*newest.warnings, warning))
    if rubric.attempts == "best":
        best = max(grades, key=lambda grade: (_score(grade), grade.attempt))
        return replace(best, which=f"attempt {best.attempt} of {newest.attempt} counts, as the best one")
    return _average(newest, grades)


def _average(newest: FinalGrade, grades: Sequence[FinalGrade]) -> FinalGrade:
    """The newest attempt's grade with the mean of each check, so that checks, questions and lateness sum up to it."""
    earned = [{check.id: check.score or Fraction(0) for check in grade.checks} for grade in grades]
    questions = tuple(
        replace(question, checks=tuple(_mean(check, [one.get(check.id, Fraction(0)) for one in earned])
                                       for check in question.checks))
        for question in newest.questions
    )  # fmt: skip
    checks = [check for question in questions for check in question.checks]
    lines = [_line(check) for check in checks if check.score is not None]
    known = {check.id for check in checks}
    lines += [
        ScoreLine(
            f"attempt {grade.attempt}: {line.text}; one of {len(grades)} that count alike", line.points / len(grades)
        )
        for grade in grades
        for line in grade.lines
        if line.check not in known
    ]
    return replace(
        newest,
        score=add_points(line.points for line in lines),
        questions=questions,
        lines=tuple(lines),
        which=f"the mean of {len(grades)} attempts counts, check by check; the answers shown are the newest",
    )


def _mean(check: CheckGrade, points: Sequence[Fraction]) -> CheckGrade:
    return replace(check, score=add_points(points) / len(points), of_attempts=tuple(points))


def _line(check: CheckGrade) -> ScoreLine:
    return ScoreLine(f"{check.id}: {check.reason}", check.score or Fraction(0), check.id)


def _score(grade: FinalGrade) -> Fraction:
    return grade.score or Fraction(0)


def missing_grade(student: str, rubric: Rubric, present: Present) -> FinalGrade:
    """The grade of somebody who handed nothing in: none, since only a person decides what that earns."""
    return _with_release(FinalGrade(student, "missing", None, rubric.points, attempt=0), present)


def _attempt_grade(rubric: Rubric, person: Person, attempt: GradedAttempt, *, is_newest: bool) -> FinalGrade:
    if attempt.result is None:
        return FinalGrade(person.student, "ungraded", None, rubric.points, attempt=attempt.number)
    titles = {question.id: question.title for question in rubric.questions}
    digest = attempt.result.digest
    checks = [check_grade(one, person, digest, is_newest=is_newest) for one in attempt.result.checks]
    ids = dict.fromkeys(check.question for check in checks)
    questions = tuple(
        QuestionGrade(name, titles.get(name, name), tuple(check for check in checks if check.question == name))
        for name in ids
    )
    lines, late = _lines(checks, attempt.lateness)
    status = _status(checks)
    grade = FinalGrade(
        student=person.student,
        status=status,
        score=add_points(line.points for line in lines) if status == "graded" else None,
        max_score=add_points(check.max_score for check in checks),
        questions=questions,
        lines=lines,
        lateness=late,
        attempt=attempt.number,
        submission=person.submission,
        digest=digest,
        submitted_at=attempt.lateness.submitted_at,
        flags=tuple(act.reason for act in person.present.flags if act.student in person.names),
        warnings=(*attempt.lateness.warnings, *person.lost_words({check.id for check in checks})),
    )
    return _with_release(grade, person.present)


def _status(checks: Sequence[CheckGrade]) -> GradeStatus:
    waiting = {check.status for check in checks if check.waits}
    return "ungraded" if "ungraded" in waiting else "needs_review" if waiting else "graded"


def _lines(checks: Sequence[CheckGrade], late: Lateness) -> tuple[tuple[ScoreLine, ...], str]:
    """The sum line by line, and what is said of lateness."""
    lines = [_line(check) for check in checks if check.score is not None]
    reason = late.reason if late.is_late else ""
    if reason:
        exempt = add_points(check.score or Fraction(0) for check in checks if check.after_penalty)
        earned = add_points(line.points for line in lines)
        most = add_points(check.max_score for check in checks)
        note = f"; {points_text(exempt)} points that a person gave are final" if exempt else ""
        lines.append(ScoreLine(reason + note, -late.penalty(earned - exempt, most)))
    return tuple(lines), reason


def check_grade(machine: MachineCheck, person: Person, files: str, *, is_newest: bool = True) -> CheckGrade:
    """One check's score: a person's word on this very answer where there is one, else the machine's.

    Args:
        is_newest: of the newest attempt, where a word on another answer means that the answer has changed since.
    """
    last = person.last_act(machine.entry["id"])
    grade = _machine_grade(machine, last)
    return _with_words(grade, machine, person, files, is_newest=is_newest) if last else grade


def _machine_grade(machine: MachineCheck, last: int) -> CheckGrade:
    entry = machine.entry
    return CheckGrade(
        id=entry["id"],
        question=machine.question,
        part=entry["part"],
        visibility=entry["visibility"],
        status=entry["status"],
        machine_score=machine.score,
        score=machine.score,
        max_score=machine.max_score,
        source="nobody" if machine.score is None else "machine",
        answer=machine.answer,
        last_act=last,
        entry=entry,
    )


def _with_words(grade: CheckGrade, machine: MachineCheck, person: Person, files: str, *, is_newest: bool) -> CheckGrade:
    words = person.words(grade.id)
    current = [word for word in words if word.is_about(machine.answer, files)]
    scoring = next((word for word in reversed(current) if word.scores()), None)
    said = next((word for word in reversed(current) if word.comment or word.clears_comment), None)
    may_change = scoring is None and is_newest
    old = next((word for word in reversed(words) if word.scores()), None) if may_change else None
    speaker = scoring or said
    return replace(
        grade,
        score=scoring.points(machine.max_score) if scoring else None if old else machine.score,
        source="person" if scoring else "nobody" if old else grade.source,
        actor=speaker.act.actor if speaker else "",
        at=speaker.act.at if speaker else "",
        comment=said.comment if said else "",
        items=tuple((item.text, item.points) for item in scoring.items or ()) if scoring else (),
        old=_old(old, machine.max_score) if old else None,
        after_penalty=bool(scoring and scoring.after_penalty),
        answered=person.answered_requests(grade.id),
        given=scoring.as_given(machine.max_score) if scoring else None,
    )


def _old(word: Judgement, max_score: Fraction) -> OldWord:
    return OldWord(word.act.id, word.act.actor, word.act.at, word.points(max_score), word.comment)


def _with_release(grade: FinalGrade, present: Present) -> FinalGrade:
    release = present.releases.get(grade.student)
    if release is None:
        return grade
    return replace(grade, released_at=release.at, released_score=Fraction(release.value) if release.value else None)
