"""Grades one submission: every check of the rubric, in its order, each with a verdict whatever happens."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction

from grader.assignment import Assignment
from grader.cache.digests import digest
from grader.checks.feedback.conclusion import conclude, verdict_of_unrun
from grader.errors import GraderError
from grader.grading.accident import accident
from grader.grading.intake import take_in
from grader.grading.separation import Separation, groups, turn, turns
from grader.grading.waiting import hold, is_decided_by_hand, verdict_without_file
from grader.intake.placing import Placed
from grader.intake.shadowing import describe_hiding, describe_shadowing, hiding_files, shadowed_by
from grader.intake.submission import Submission
from grader.model.outcome import Failure
from grader.model.record import Part
from grader.model.verdict import PreviousResult, QuestionResult, Result, Verdict
from grader.rubric import CheckSpec
from grader.sandbox import Sandbox, Session
from grader.writeup.checks import WriteupReader


def grade(
    assignment: Assignment,
    submission: Submission,
    sandbox: Sandbox,
    only: frozenset[str] = frozenset(),
    earlier: PreviousResult | None = None,
    progress: Callable[[Verdict], None] = lambda _verdict: None,
) -> Result:
    """The result of one submission; whatever befalls the judge over it makes that submission `ungraded`, no other.

    Args:
        only: the questions wanted; all where empty.
        earlier: what is known of the same files; a verdict whose key still holds is taken over.
        progress: told each verdict as it is reached.

    Raises:
        SandboxError: the sandbox is not to be had at all; a failure later on leaves checks `ungraded` instead.
    """
    try:
        return _grade(assignment, submission, sandbox, only, earlier, progress)
    except GraderError:
        raise
    except _Untold as untold:
        raise untold.why from None
    except Exception as error:
        return ungraded_result(assignment, submission, sandbox.name, accident(submission.id, error))


# What may be owed to what others did in the process.
_OF_A_PROCESS = frozenset({"out_of_memory", "crashed", "ungraded"})


class _Untold(Exception):
    """Whoever was to be told of a verdict could not be, which is nobody's fault who is judged."""

    def __init__(self, why: Exception) -> None:
        super().__init__()
        self.why = why


def _tell(progress: Callable[[Verdict], None], verdict: Verdict) -> None:
    try:
        progress(verdict)
    except Exception as error:
        raise _Untold(error) from error


def _grade(
    assignment: Assignment,
    submission: Submission,
    sandbox: Sandbox,
    only: frozenset[str],
    earlier: PreviousResult | None,
    progress: Callable[[Verdict], None],
) -> Result:
    started = time.perf_counter()
    placed = take_in(assignment, submission, sandbox)
    if placed.refusal:
        rest = [note for note in placed.submission.notes if note not in placed.refusal]
        told = replace(submission, notes=(*rest, placed.refusal))  # its author may read why, too
        return ungraded_result(assignment, told, sandbox.name, placed.refusal)
    session = sandbox.open(placed.submission.sources, assignment.budget, assignment.seed, assignment.given)
    run = Run(assignment, placed, session, earlier, submission.digest)
    try:
        wanted = [question for question in assignment.rubric.questions if not only or question.id in only]
        run.expect([spec for question in wanted for spec in question.checks])
        for checks in turns([spec for question in wanted for spec in question.checks]):
            for spec in in_order(checks):
                run.verdict(spec)
                _tell(progress, run.known[spec.id])
        run.block_what_waited()
        questions = [QuestionResult(q.id, tuple(run.known[spec.id] for spec in q.checks)) for q in wanted]
        notes, output = run.notes, run.output
    finally:
        session.close()
    return Result(
        assignment=assignment.name,
        submission=submission.id,
        digest=submission.digest,
        rubric_digest=assignment.digest,
        seed=assignment.seed,
        sandbox=sandbox.name,
        questions=tuple(questions),
        notes=tuple(dict.fromkeys(placed.submission.notes + notes)),
        output=output,
        seconds=time.perf_counter() - started,
    )


class Run:
    """The checks of one submission, one after the other; each is judged once."""

    def __init__(
        self,
        assignment: Assignment,
        placed: Placed,
        session: Session,
        earlier: PreviousResult | None = None,
        handed_in: str = "",
    ) -> None:
        self._id = placed.submission.id
        self._placed = placed
        self._assignment = assignment
        self._session = session
        self._groups = groups(assignment)
        self._earlier = earlier or PreviousResult()
        self._separation = Separation(assignment, self._groups, session, is_run=not self._earlier.verdicts)
        self._writeup = WriteupReader(assignment.rubric, placed.write_up, session)
        self._files = placed.submission.files
        self._has_writeup = any(spec.part == "writeup" for spec in assignment.rubric.checks)
        self._hung: dict[tuple[str, str, int], dict[str, Failure]] = {}
        self._taken_over: set[Part] = set()
        self._code = code_digest(placed.submission)
        self._unread = _unread_digest(placed.submission, handed_in)
        self._whole = handed_in or placed.submission.digest
        self.known: dict[str, Verdict] = {}

    def expect(self, specs: Sequence[CheckSpec]) -> None:
        """Be told which checks will be asked for, of which nothing is known."""
        code = [spec for spec in specs if spec.part == "code"]
        if code and not self._earlier.verdicts:
            self._session.expect(self._separation.count(code) - 1)  # and the one that has just been asked

    def verdict(self, spec: CheckSpec) -> Verdict:
        """The check's verdict, given those of the checks asked for before it."""
        if spec.id not in self.known:
            self.known[spec.id] = self._conclude(spec)
        return self.known[spec.id]

    def block_what_waited(self) -> None:
        """Take back the verdicts of checks that were run before one they require, which did not pass."""
        specs = [spec for spec in self._assignment.rubric.checks if spec.id in self.known]
        for spec in in_order(specs):
            lacking = self._missing_functions(spec)
            if lacking and spec.part == "code" and self.known[spec.id].status != "blocked":
                self.known[spec.id] = self._block(spec, lacking)

    def _block(self, spec: CheckSpec, lacking: Sequence[str]) -> Verdict:
        reason = f"Not tried, because {', '.join(lacking)} did not pass."
        return verdict_of_unrun(self._assignment.checks[spec.id], "blocked", reason)

    def _conclude(self, spec: CheckSpec) -> Verdict:
        shrink = self._is_unexplained(spec)
        key = self._key_where_found(_key(self._assignment, spec.id, shrink=shrink))
        before = self._earlier.verdicts.get(spec.id)
        if before is not None and key and before.key == key and not self._missing_functions(spec):
            self._taken_over.add(spec.part)
            return before.worth(spec.points, spec.visibility)
        verdict = self._judge(spec, shrink)
        by_hand = is_decided_by_hand(verdict, self._modules(spec), self._placed)
        answer = digest(self._whole) if by_hand else self._answer(spec)
        return replace(
            verdict, answer=answer, key="" if verdict.status in ("blocked", "ungraded") or verdict.is_doubtful else key
        )

    def _judge(self, spec: CheckSpec, shrink: bool) -> Verdict:
        try:
            waiting = verdict_without_file(spec, self._modules(spec), self._functions(spec), self._placed)
            return waiting or hold(self._attempt(spec, shrink), self._functions(spec), self._placed)
        except GraderError:
            raise
        except Exception as error:
            return verdict_without_run(spec, accident(f"{self._id}, {spec.id}", error))

    def _attempt(self, spec: CheckSpec, shrink: bool) -> Verdict:
        if spec.part == "writeup":
            return self._writeup.conclude(spec, lambda: self._separation.session(spec))
        check = self._assignment.checks[spec.id]
        lacking = self._missing_functions(spec)
        if lacking:
            return self._block(spec, lacking)
        calls = self._key_where_found(self._assignment.calls_keys.get(spec.id, ""))
        kept = self._earlier.replies.get(spec.id)
        if self._has_writeup and kept is None:  # now, since a process that has run nothing can be handed on
            self._writeup.read()
        while True:
            shares = self._separation.is_traceless(spec)
            verdict = conclude(
                check,
                self._separation.session(spec),
                shrink=shrink,
                misconceptions=self._assignment.misconceptions,
                calls=calls,
                kept=kept if kept is not None and kept.calls == calls else None,
                hung=self._hung.setdefault((*self._groups[spec.id], turn(spec)), {}),
                traceless=shares,
            )
            if not shares or verdict.status not in _OF_A_PROCESS:
                return self._with_shadowed(verdict, check.plan.modules)
            self._separation.part(spec)

    def _with_shadowed(self, verdict: Verdict, modules: Sequence[str]) -> Verdict:
        """The verdict; where it lost points, with the student's files that stand in a library's place or behind one."""
        if verdict.status in ("passed", "ungraded") or not modules:
            return verdict
        told = describe_shadowing(shadowed_by(modules, self._files))
        if verdict.status == "error":
            libraries = self._assignment.rubric.modules
            told = told or describe_hiding(hiding_files(verdict.feedback, verdict.place, self._files, libraries))
        return replace(verdict, feedback=f"{verdict.feedback}\n{told}") if told else verdict

    def _key_where_found(self, key: str) -> str:
        """A key of what also rests on where the submission's files were found, unless they lay where asked for."""
        return digest(key, self._placed.key) if key and self._placed.key else key

    def _modules(self, spec: CheckSpec) -> tuple[str, ...]:
        return () if spec.part == "writeup" else tuple(self._assignment.checks[spec.id].plan.modules)

    def _functions(self, spec: CheckSpec) -> tuple[str, ...]:
        return () if spec.part == "writeup" else tuple(self._assignment.checks[spec.id].plan.functions)

    def _answer(self, spec: CheckSpec) -> str:
        """Digest of what the check reads, and of what a person reads in its place."""
        if spec.part == "writeup":
            return digest(self._writeup.answer(spec), self._unread)
        submission = self._placed.submission
        return digest(self._code, self._unread) if submission.unread or not submission.sources else self._code

    def _missing_functions(self, spec: CheckSpec) -> list[str]:
        return [name for name in spec.requires if name in self.known and self.known[name].status != "passed"]

    def _is_unexplained(self, spec: CheckSpec) -> bool:
        """Whether a counterexample is still to be looked for: one per function teaches as much as one per check.

        Only checks of the same group count, so that it is the same whatever else is run.
        """
        if spec.part == "writeup":
            return False
        beside = [one for name, one in self.known.items() if self._groups[name] == self._groups[spec.id]]
        explained = {name for verdict in beside if verdict.counterexample for name in verdict.functions}
        return not explained.issuperset(self._assignment.checks[spec.id].plan.functions)

    @property
    def notes(self) -> tuple[str, ...]:
        """What was noticed while reading the write-up, and which cells of a notebook stopped."""
        noticed = self._earlier.notes if self._taken_over or self._earlier.replies else ()
        return noticed + self._writeup.notes + self._stopped

    @property
    def _stopped(self) -> tuple[str, ...]:
        has_notebook = any(path.endswith(".ipynb") for path in self._placed.submission.files)
        return tuple(self._session.stopped_cells) if has_notebook else ()

    @property
    def output(self) -> str:
        """What the code printed; of the run in which most of it ran."""
        return self._earlier.output if "code" in self._taken_over else self._session.output


def _unread_digest(submission: Submission, handed_in: str) -> str:
    """Digest of what only a person may have looked at: where an archive holds it, of all that was handed in."""
    if not (submission.others or submission.unread):
        return ""
    return submission.unread_digest or handed_in


def code_digest(submission: Submission) -> str:
    """Digest of what code checks read: every source with its path."""
    return digest(*(part for path, source in sorted(submission.sources.items()) for part in (path, source)))


def _key(assignment: Assignment, check: str, *, shrink: bool) -> str:
    """Of all that a verdict rests on beside the submission; empty where none is kept."""
    key = assignment.verdict_keys.get(check, "")
    return digest(key, str(shrink)) if key else ""


def holding_keys(assignment: Assignment) -> dict[str, frozenset[str]]:
    """By check, the keys of verdicts that need no judging."""
    return {
        check: frozenset(_key(assignment, check, shrink=shrink) for shrink in (True, False))
        for check in assignment.verdict_keys
    }


def in_order(specs: Sequence[CheckSpec]) -> list[CheckSpec]:
    """The checks in the rubric's order, but each after those it requires."""
    by_id = {spec.id: spec for spec in specs}
    ordered: dict[str, CheckSpec] = {}

    def add(spec: CheckSpec) -> None:
        for name in spec.requires:
            if name in by_id and name not in ordered:
                add(by_id[name])
        ordered[spec.id] = spec

    for spec in specs:
        if spec.id not in ordered:
            add(spec)
    return list(ordered.values())


def verdict_without_run(spec: CheckSpec, reason: str) -> Verdict:
    """The verdict of a check that could not be run through no fault of the student."""
    return Verdict(
        id=spec.id, part=spec.part, functions=(), status="ungraded", score=Fraction(0),
        max_score=spec.points, visibility=spec.visibility, feedback=reason,
    )  # fmt: skip


def ungraded_result(assignment: Assignment, submission: Submission, sandbox_name: str, reason: str) -> Result:
    """The result of a submission that could not be graded through no fault of its author."""
    questions = tuple(
        QuestionResult(
            question.id,
            tuple(verdict_without_run(spec, reason) for spec in question.checks),
        )
        for question in assignment.rubric.questions
    )  # fmt: skip
    return Result(
        assignment=assignment.name, submission=submission.id, digest=submission.digest,
        rubric_digest=assignment.digest, seed=assignment.seed, sandbox=sandbox_name,
        questions=questions, notes=submission.notes,
    )  # fmt: skip
