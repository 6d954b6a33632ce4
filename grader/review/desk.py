"""The desk that graders sit at: answers in a hidden, stable order, what was said of them, and each act of saving."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import secrets
import threading
from collections import defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Self

from markupsafe import Markup

from grader.errors import UsageError
from grader.model.grade import CheckGrade
from grader.results.acts import Act, Kind, NewAct, fraction_text
from grader.results.final import Person, check_grade
from grader.results.fold import GrowingFold, Item, Judgement, Present
from grader.results.gradebook import Gradebook
from grader.results.ledger import Ledger
from grader.results.lookup import known_student
from grader.results.machine import MachineCheck
from grader.review.answers import Answer, CodeExcerpt, Passages
from grader.review.changes import MAX_TEXT, Piece, pieces_of_change
from grader.review.drafts import Drafts
from grader.review.grouping import Group, group_answers
from grader.review.past import TAKEN_OUT, last_undoable
from grader.review.ticked import Ticked
from grader.rubric import CheckSpec, Rubric

# An answer with what holds for it now.
Queued = tuple[Answer, CheckGrade]


class Desk:
    """One assignment's answers and the acts of its graders; every method looks at the gradebook as it is now."""

    def __init__(self, ledger: Ledger, folder: Path, passages: Passages, rubric_text: str = "") -> None:
        self.folder = folder
        self.rubric_text = rubric_text
        self.drafts = Drafts(folder)
        self._secret = self.drafts.secret(secrets.token_hex(16))
        self._ledger = ledger
        self._passages = passages
        self._lock = threading.Lock()
        self._fold = GrowingFold()
        self._groups: dict[str, list[Group]] = {}
        self._texts: dict[str, str] = {}
        # By check: its last act, and its queue as it was then.
        self._last: dict[str, int] = {}
        self._queues: dict[str, tuple[tuple[int, int], list[Queued]]] = {}

    @property
    def rubric(self) -> Rubric:
        """The rubric that the class was graded under."""
        return self._ledger.rubric

    @property
    def present(self) -> Present:
        """What all acts together say now; acts of others count at once."""
        with self._lock, Gradebook(self.folder) as gradebook:
            fresh = gradebook.acts(after=self._fold.last)
            self._fold.add(fresh)
            self._last.update({act.check: act.id for act in fresh})
            return self._fold.present

    @property
    def acts(self) -> list[Act]:
        """All acts so far."""
        _ = self.present
        return self._fold.acts

    def prepare(self) -> Self:
        """Read every queue and make every group now, so that no page waits for it; keep what the answers say."""
        for check in self.progress():
            self.groups(check)
            self._remember([answer for answer, _ in self.queue(check)])
        return self

    def _remember(self, answers: Sequence[Answer]) -> None:
        """Keep texts that a person sees, for the day on which one of them has changed."""
        self.drafts.remember({(one.check, one.version): self.text(one)[:MAX_TEXT] for one in answers})

    def changes(self, answer: Answer) -> list[Piece]:
        """What became of the text that an old word was said of; empty where it is not known."""
        grade, words = self.grade(answer), self.present.words.get((answer.submission, answer.check), ())
        word = next((word for word in words if grade.old and word.act.id == grade.old.act), None)
        text = self.drafts.recall(answer.check, (word.answer, word.files)) if word else None
        return [] if text is None else pieces_of_change(text, self.text(answer))

    # ── answers ──────────────────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def _by_id(self) -> dict[str, Answer]:
        answers = (
            self._answer(name, result.digest, machine, attempt)
            for name, newest in self._ledger.results.items()
            for attempt, result in ((None, newest), *self._ledger.earlier(name))
            for machine in result.checks
        )
        return {answer.id: answer for answer in answers}

    def _answer(self, submission: str, files: str, machine: MachineCheck, attempt: int | None) -> Answer:
        check = machine.entry["id"]
        name = self._pseudonym(check, submission, *(() if attempt is None else (str(attempt),)))
        return Answer(name, submission, check, machine, files, attempt)

    def _pseudonym(self, *parts: str) -> str:
        """An id that tells nobody whose answer it is; its order is the order of the queue, another for each check."""
        text = "\0".join(parts).encode()
        return hmac.new(self._secret.encode(), text, hashlib.sha256).hexdigest()[:20]

    def answer(self, name: str) -> Answer:
        """The answer with this id.

        Raises:
            UsageError: there is none.
        """
        if name not in self._by_id:
            raise UsageError("there is no such answer; the class may have been graded again since")
        return self._by_id[name]

    @cached_property
    def _by_check(self) -> dict[str, list[Answer]]:
        found: dict[str, list[Answer]] = defaultdict(list)
        for name in sorted(self._by_id):
            found[self._by_id[name].check].append(self._by_id[name])
        return found

    def spec(self, check: str) -> CheckSpec:
        """The rubric's entry of a check.

        Raises:
            UsageError: there is none.
        """
        found = next((spec for spec in self.rubric.checks if spec.id == check), None)
        if found is None:
            raise UsageError(f"{self.rubric.assignment} has no check {check!r}")
        return found

    def title_of(self, check: str) -> str:
        """The title of the question that a check belongs to."""
        titles = (one.title for one in self.rubric.questions if any(spec.id == check for spec in one.checks))
        return next(titles, "")

    def grade(self, answer: Answer, present: Present | None = None) -> CheckGrade:
        """What holds now for an answer."""
        person = Person(answer.submission, answer.submission, present or self.present)
        return check_grade(answer.machine, person, answer.files, is_newest=answer.attempt is None)

    def queue(self, check: str) -> list[Queued]:
        """The answers to a check that a person settles or settled, or asked to see, in the order of the queue."""
        present = self.present
        state = self.state_of(check)
        kept = self._queues.get(check)
        if kept is None or kept[0] != state:
            self._queues[check] = kept = state, self._read_queue(check, present)
        return kept[1]

    def state_of(self, check: str) -> tuple[int, int]:
        """What differs when somebody did something to a check, or to the whole class."""
        return self._last.get(check, 0), self._last.get("", 0)

    def _read_queue(self, check: str, present: Present) -> list[Queued]:
        touched = {self._ledger.submission_of.get(student, student) for student, of in present.last if of == check}
        asked = {answer.id for answer in map(self.answer_of, self._open_acts(check)) if answer is not None}
        found = [
            (answer, self.grade(answer, present))
            for answer in self.all_of(check)
            if answer.machine.score is None or answer.submission in touched
        ]
        return [
            (answer, grade)
            for answer, grade in found
            if grade.machine_score is None or grade.source == "person" or grade.old or answer.id in asked
        ]

    def _open_acts(self, check: str) -> list[Act]:
        return [act for act in (*self.present.requests, *self.present.flags) if act.check == check]

    def asked_about(self, answer: Answer) -> list[Act]:
        """Requests and flags about an answer that nobody has closed."""
        return [act for act in self._open_acts(answer.check) if self.answer_of(act) is answer]

    def answer_of(self, act: Act) -> Answer | None:
        """The answer that an act is about, else its student's newest; None where there is none."""
        submission = self._ledger.submission_of.get(act.student, act.student)  # a member's own, or the group's
        found = [one for one in self.all_of(act.check) if one.submission == submission]
        meant = (one for one in found if (act.answer and act.answer == one.machine.answer) or act.files == one.files)
        return next(meant, next((one for one in found if one.attempt is None), None))

    def all_of(self, check: str) -> list[Answer]:
        """Every answer to a check."""
        return self._by_check.get(check, [])

    def answers_by(self, student: str) -> list[tuple[Answer, CheckGrade]]:
        """All answers of a submission, or of that of the student of this id or name, in the rubric's order."""
        with contextlib.suppress(UsageError):  # nobody is called so: there is nothing to show
            student = known_student(self._ledger, student)
        submission = self._ledger.submission_of.get(student, student)
        present = self.present
        found = [self.all_of(spec.id) for spec in self.rubric.checks]
        return [(one, self.grade(one, present)) for answers in found for one in answers if one.submission == submission]

    def next_answer(self, answer: Answer, grader: str) -> Answer | None:
        """The next answer that waits and that nobody else has open, from here on and then from the start."""
        waiting = [one for one, grade in self.queue(answer.check) if grade.waits and one.id != answer.id]
        taken = self.drafts.taken_by_others(grader)
        free = [one for one in waiting if one.id not in taken] or waiting
        return next((one for one in free if one.id > answer.id), free[0] if free else None)

    def words(self, answer: Answer, present: Present | None = None) -> list[Judgement]:
        """All that was said of this very answer, in its order."""
        return (present or self.present).words_on(answer.submission, answer.check, answer.machine.answer, answer.files)

    def words_on_one(self, answer: Answer) -> list[Judgement]:
        """What was said of this answer for one of its group alone, in whose place a later word on the group stands."""
        members = [name for name in self._ledger.members(answer.submission) if name != answer.submission]
        about, present = (answer.check, answer.machine.answer, answer.files), self.present
        return [word for name in members for word in present.words_on(name, *about)]

    def items(self, check: str) -> list[Item]:
        """The rubric items of a check, in the order in which they came."""
        return list(self.present.items.get(check, {}).values())

    def text(self, answer: Answer) -> str:
        """The answer's own text."""
        if answer.id not in self._texts:
            self._texts[answer.id] = self._passages.text(answer, self.spec(answer.check))
        return self._texts[answer.id]

    # ── groups ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def groups(self, check: str) -> list[Group]:
        """Alike answers among those of the queue, made once."""
        if check not in self._groups:
            answers = [answer for answer, _ in self.queue(check)]
            texts = {answer.id: self.text(answer) for answer in answers}
            readings = {answer.id: self._passages.what_was_read(answer) for answer in answers}
            self._groups[check] = group_answers({name: text for name, text in texts.items() if text}, readings)
        return self._groups[check]

    def group_of(self, answer: Answer) -> list[Answer]:
        """The answers that are alike and wait as well, the most typical first; none where it stands alone."""
        group = next((group for group in self.groups(answer.check) if answer.id in group.members), None)
        if group is None:
            return []
        present = self.present
        found = [self.answer(name) for name in group.members]
        return [one for one in found if one.id == answer.id or self.grade(one, present).waits]

    # ── acts ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def save(self, answer: Answer, ticked: Ticked, grader: str, seen: int, also: Sequence[Answer] = ()) -> Act:
        """Give an answer, and others that are alike, what was decided; one act.

        Args:
            seen: the last act on this answer that the grader saw.

        Raises:
            Conflict: somebody was here in between.
            UsageError: nothing was decided, or more points than there are.
        """
        act = self._decision(answer, ticked, grader)
        if also:
            members = [[one.submission, one.machine.answer, one.files] for one in (answer, *also)]
            act = NewAct(
                **{**vars(act), "student": "", "answer": "", "files": "", "detail": {**act.detail, "members": members}}
            )
        self._remember([answer, *also])
        with Gradebook(self.folder) as gradebook:
            [kept] = gradebook.append(act, seen=seen)
        self.drafts.drop(grader, answer.id)
        return kept

    def _decision(self, answer: Answer, ticked: Ticked, grader: str) -> NewAct:
        spec = self.spec(answer.check)
        if ticked.is_empty:
            raise UsageError("nothing to save yet: tick an item, give points or write a comment")
        if ticked.points is not None and not ticked.items and not 0 <= ticked.points <= spec.points:
            raise UsageError(f"points of {spec.id}: expected 0 to {spec.points}, got {ticked.points}")
        unknown = set(ticked.items) - {item.id for item in self.items(answer.check)}
        if unknown:
            raise UsageError("an item was deleted in between; look at the items again")
        has_items = bool(ticked.items) or ticked.starts_full
        kind: Kind = "items" if has_items else "comment" if ticked.points is None else "score"
        detail: dict[str, object] = {"of": fraction_text(spec.points)} if kind != "comment" else {}
        if has_items:
            detail |= {"items": list(ticked.items), "starts": "full" if ticked.starts_full else "none"}
        if answer.machine.score is not None and kind != "comment":
            detail["after_penalty"] = True
        if not ticked.comment.strip() and self.grade(answer).comment:  # it stood in the form, and was taken out
            detail["clears_comment"] = True
        return NewAct(
            kind, grader, student=answer.submission, check=answer.check, answer=answer.machine.answer,
            files=answer.files, value="" if ticked.points is None else fraction_text(ticked.points),
            reason=ticked.comment.strip(), detail=detail,
        )  # fmt: skip

    def undo(self, grader: str) -> Act | None:
        """Withdraw the last thing that a grader did and that still stands; undoing again goes further back."""
        last = last_undoable(self.acts, grader)
        if last is None:
            return None
        student = "" if last.detail.get("members") else last.student
        with Gradebook(self.folder) as gradebook:
            gradebook.append(NewAct("withdraw", grader, student=student, check=last.check, supersedes=last.id))
        return last

    def take_out(self, answer: Answer, grader: str) -> None:
        """Let a group's grade hold for its other members alone, so that this answer waits again.

        Raises:
            UsageError: its grade is not a group's.
        """
        word = next((word for word in reversed(self.words(answer)) if word.scores()), None)
        if word is None or len(word.act.members) < 2:
            raise UsageError("this answer was not graded with a group")
        act = NewAct(
            "withdraw", grader, student=answer.submission, check=answer.check, supersedes=word.act.id,
            detail=TAKEN_OUT,
        )  # fmt: skip
        with Gradebook(self.folder) as gradebook:
            gradebook.append(act)

    def put_item(self, check: str, grader: str, text: str, points: Fraction | None, name: str = "") -> str:
        """Add a rubric item, or change the one called `name`; `points` of None deletes it. All answers follow."""
        spec = self.spec(check)
        if points is not None and not text.strip():
            raise UsageError("an item needs a text, which the student reads")
        if points is not None and abs(points) > spec.points:
            raise UsageError(f"points of an item: expected at most {spec.points} either way, got {points}")
        name = name or secrets.token_hex(4)
        value = "" if points is None else fraction_text(points)
        with Gradebook(self.folder) as gradebook:
            gradebook.append(
                NewAct("item", grader, check=check, value=value, reason=text.strip(), detail={"item": name})
            )
        return name

    def flag(self, answer: Answer, grader: str, text: str) -> None:
        """Ask a colleague to look at an answer."""
        with Gradebook(self.folder) as gradebook:
            gradebook.append(
                NewAct(
                    "flag", grader, student=answer.submission, check=answer.check, answer=answer.machine.answer,
                    files=answer.files, reason=text.strip(),
                )
            )  # fmt: skip

    def resolve(self, act: int, grader: str, text: str = "") -> None:
        """Close a flag, or answer a request."""
        found = next((one for one in (*self.present.flags, *self.present.requests) if one.id == act), None)
        if found is None:
            raise UsageError("that is settled already")
        kind: Kind = "reply" if found.kind == "request" else "resolve"
        with Gradebook(self.folder) as gradebook:
            gradebook.append(
                NewAct(kind, grader, student=found.student, check=found.check, reason=text.strip(), supersedes=act)
            )

    def progress(self) -> Mapping[str, tuple[int, int]]:
        """By check with a queue: how many answers are settled, and how many there are."""
        found = {}
        for spec in self.rubric.checks:
            grades = [grade for _, grade in self.queue(spec.id)]
            if grades:
                found[spec.id] = (sum(not grade.waits for grade in grades), len(grades))
        return found

    def draw(self, answer: Answer) -> Markup:
        """The answer's write-up with its mathematics drawn; nothing for code."""
        spec = self.spec(answer.check)
        return self._passages.draw(answer, spec) if spec.part == "writeup" else Markup()

    def excerpt(self, answer: Answer) -> str:
        """The passage that the machine read."""
        return self._passages.excerpt(answer)

    def code_of(self, answer: Answer) -> list[CodeExcerpt]:
        """The functions that the check calls."""
        return self._passages.code(answer)

    def note_on(self, answer: Answer) -> str:
        """Why there is less to see than there should be."""
        return self._passages.note(answer)
