"""Grades one submission: every check of the rubric, in its order, each with a verdict whatever happens."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from fractions import Fraction

from grader.assignment import Assignment
from grader.checks.concluding import conclude, unconcluded
from grader.checks.writeup import WriteupReader
from grader.rubric import CheckSpec
from grader.sandbox import Sandbox, Session
from grader.submission import Submission
from grader.verdict import QuestionResult, Result, Verdict


def grade(
    assignment: Assignment, submission: Submission, sandbox: Sandbox, only: frozenset[str] = frozenset()
) -> Result:
    """The result of one submission.

    Args:
        only: the questions wanted; all where empty.

    Raises:
        SandboxError: the sandbox is not to be had at all; a failure later on leaves checks `ungraded` instead.
    """
    started = time.perf_counter()
    session = sandbox.open(submission.sources, assignment.budget, assignment.seed)
    writeup = WriteupReader(assignment.rubric, submission.files, session)
    try:
        known: dict[str, Verdict] = {}
        wanted = [question for question in assignment.rubric.questions if not only or question.id in only]
        for spec in in_order([spec for question in wanted for spec in question.checks]):
            known[spec.id] = _verdict(assignment, spec, session, writeup, known)
        questions = [QuestionResult(q.id, tuple(known[spec.id] for spec in q.checks)) for q in wanted]
        output = session.output
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
        notes=submission.notes + writeup.notes,
        output=output,
        seconds=time.perf_counter() - started,
    )


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


def _verdict(
    assignment: Assignment,
    spec: CheckSpec,
    session: Session,
    writeup: WriteupReader,
    known: Mapping[str, Verdict],
) -> Verdict:
    if spec.part == "writeup":
        return writeup.conclude(spec)
    check = assignment.checks[spec.id]
    lacking = [name for name in spec.requires if name in known and known[name].status != "passed"]
    if lacking:
        return unconcluded(check, "blocked", f"Not tried, because {', '.join(lacking)} did not pass.")
    # One small counterexample per function teaches as much as one per check, and costs a third.
    explained = {name for verdict in known.values() if verdict.counterexample for name in verdict.functions}
    is_new = not explained.issuperset(check.plan.functions)
    return conclude(check, session, shrink=is_new, misconceptions=assignment.misconceptions)


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
