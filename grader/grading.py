"""Grades one submission: every check of the rubric, in its order, each with a verdict whatever happens."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction

from grader.assignment import Assignment
from grader.checks.concluding import conclude, unconcluded
from grader.checks.writeup import WriteupReader
from grader.digests import digest
from grader.rubric import CheckSpec
from grader.sandbox import Sandbox, Session
from grader.submission import Submission
from grader.unpacking import opened
from grader.verdict import Earlier, Part, QuestionResult, Result, Verdict


def grade(
    assignment: Assignment,
    submission: Submission,
    sandbox: Sandbox,
    only: frozenset[str] = frozenset(),
    earlier: Earlier | None = None,
    progress: Callable[[Verdict], None] = lambda _verdict: None,
) -> Result:
    """The result of one submission.

    Args:
        only: the questions wanted; all where empty.
        earlier: what is known of the same files; a verdict whose key still holds is taken over.
        progress: told each verdict as it is reached.

    Raises:
        SandboxError: the sandbox is not to be had at all; a failure later on leaves checks `ungraded` instead.
    """
    started = time.perf_counter()
    submission = opened(submission, sandbox, assignment.budget)
    session = sandbox.open(submission.sources, assignment.budget, assignment.seed)
    run = Run(assignment, submission, session, earlier)
    try:
        wanted = [question for question in assignment.rubric.questions if not only or question.id in only]
        for spec in in_order([spec for question in wanted for spec in question.checks]):
            run.verdict(spec)
            progress(run.known[spec.id])
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
        notes=submission.notes + notes,
        output=output,
        seconds=time.perf_counter() - started,
    )


class Run:
    """The checks of one submission, one after the other; each is judged once."""

    def __init__(
        self, assignment: Assignment, submission: Submission, session: Session, earlier: Earlier | None = None
    ) -> None:
        self._assignment = assignment
        self._session = session
        self._earlier = earlier or Earlier()
        self._writeup = WriteupReader(assignment.rubric, submission.files, session)
        self._taken_over: set[Part] = set()
        self.known: dict[str, Verdict] = {}

    def verdict(self, spec: CheckSpec) -> Verdict:
        """The check's verdict, given those of the checks asked for before it."""
        if spec.id not in self.known:
            self.known[spec.id] = self._concluded(spec)
        return self.known[spec.id]

    def _concluded(self, spec: CheckSpec) -> Verdict:
        shrink = self._is_unexplained(spec)
        key = _key(self._assignment, spec.id, shrink=shrink)
        before = self._earlier.verdicts.get(spec.id)
        if before is not None and before.key == key and not self._lacking(spec):
            self._taken_over.add(spec.part)
            return before.worth(spec.points, spec.visibility)
        verdict = self._judged(spec, shrink)
        return replace(verdict, key=key) if verdict.status not in ("blocked", "ungraded") else verdict

    def _judged(self, spec: CheckSpec, shrink: bool) -> Verdict:
        if spec.part == "writeup":
            return self._writeup.conclude(spec)
        check = self._assignment.checks[spec.id]
        lacking = self._lacking(spec)
        if lacking:
            return unconcluded(check, "blocked", f"Not tried, because {', '.join(lacking)} did not pass.")
        calls = self._assignment.calls_keys.get(spec.id, "")
        kept = self._earlier.replies.get(spec.id)
        return conclude(
            check,
            self._session,
            shrink=shrink,
            misconceptions=self._assignment.misconceptions,
            calls=calls,
            kept=kept if kept is not None and kept.calls == calls else None,
        )

    def _lacking(self, spec: CheckSpec) -> list[str]:
        return [name for name in spec.requires if name in self.known and self.known[name].status != "passed"]

    def _is_unexplained(self, spec: CheckSpec) -> bool:
        """Whether a counterexample is still to be looked for: one per function teaches as much as one per check."""
        if spec.part == "writeup":
            return False
        explained = {name for verdict in self.known.values() if verdict.counterexample for name in verdict.functions}
        return not explained.issuperset(self._assignment.checks[spec.id].plan.functions)

    @property
    def notes(self) -> tuple[str, ...]:
        """What was noticed while reading the write-up."""
        return self._earlier.notes if "writeup" in self._taken_over else self._writeup.notes

    @property
    def output(self) -> str:
        """What the code printed; of the run in which most of it ran."""
        return self._earlier.output if "code" in self._taken_over else self._session.output


def _key(assignment: Assignment, check: str, *, shrink: bool) -> str:
    """Of all that a verdict rests on beside the submission."""
    return digest(assignment.verdict_keys[check], str(shrink))


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


def ungraded(assignment: Assignment, submission: Submission, sandbox_name: str, reason: str) -> Result:
    """The result of a submission that could not be graded through no fault of its author."""
    questions = tuple(
        QuestionResult(
            question.id,
            tuple(
                Verdict(
                    id=spec.id, part=spec.part, functions=(), status="ungraded", score=Fraction(0),
                    max_score=spec.points, visibility=spec.visibility, feedback=reason,
                )
                for spec in question.checks
            ),
        )
        for question in assignment.rubric.questions
    )  # fmt: skip
    return Result(
        assignment=assignment.name, submission=submission.id, digest=submission.digest,
        rubric_digest=assignment.digest, seed=assignment.seed, sandbox=sandbox_name,
        questions=questions, notes=submission.notes,
    )  # fmt: skip
