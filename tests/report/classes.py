"""Classes made up for tests: grades with known points, without a course or a sandbox."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from grader.results.acts import Act
from grader.results.ledger import Ledger
from grader.results.machine import MachineCheck, MachineResult
from grader.rubric.loading import load
from tests.conftest import MINI

RUBRIC = load(Path(MINI.rubric("mini")))
STATUSES = ("passed", "passed", "passed", "partial", "failed", "error", "timeout")
COUNTEREXAMPLE = {
    "call": "m.conv(np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0]]))",
    "actual": "[[1.0, 2.0], [3.0, 5.0]]",
    "expected": "[[1.0, 2.0], [3.0, 4.0]]",
    "differing": [3],
}


def check(spec, status, share=None, **rest):
    """What the machine says of one check."""
    share = {"passed": Fraction(1), "partial": Fraction(1, 2)}.get(status, Fraction(0)) if share is None else share
    entry = {
        "id": spec.id, "part": spec.part, "functions": ["m.conv"], "status": status, "score": float(spec.points * share),
        "max_score": float(spec.points), "visibility": spec.visibility, "examples": 5, "failed_examples": 0,
        "worst_error": None, "misconception": None, "feedback": "" if status == "passed" else "It differs.\nHint: look.",
        "counterexample": None, "seconds": 0.1, **rest,
    }  # fmt: skip
    score = None if status in ("needs_review", "ungraded") else spec.points * share
    return MachineCheck(entry, "", score, spec.points, f"answer-{spec.id}", spec.points * share)


def result(name, checks, rubric=RUBRIC, **rest):
    """A submission's result from its checks, in the rubric's order."""
    by_id = {one.entry["id"]: one for one in checks}
    questions = [
        {"id": q.id, "score": 0.0, "max_score": float(q.points), "checks": [by_id[s.id].entry for s in q.checks]}
        for q in rubric.questions
    ]
    of = {s.id: q.id for q in rubric.questions for s in q.checks}
    line = {
        "schema": 1, "assignment": rubric.assignment, "submission": name, "digest": f"files-{name}", "rubric_digest": "r",
        "seed": 0, "sandbox": "strong", "status": "graded", "score": 0.0, "max_score": float(rubric.points),
        "seconds": 0.5, "notes": [], "output": "", "questions": questions, **rest,
    }  # fmt: skip
    return MachineResult(line, tuple(replace(one, question=of[one.entry["id"]]) for one in checks))


def ledger(results, acts=(), rubric=RUBRIC, **rest):
    """A ledger over results."""
    return Ledger(rubric, {one.submission: one for one in results}, tuple(acts), **rest)


def act(number, kind, student="", name="", **rest):
    """An act of a tutor."""
    return Act(kind=kind, actor="tutor", student=student, check=name, id=number, at="2026-01-02T00:00:00+00:00", **rest)


def random_class(n, seed=0, rubric=RUBRIC):
    """A class with statuses drawn at random."""
    draw = random.Random(seed)
    return [
        result(
            f"s{number:04}",
            [
                check(spec, status, **({"counterexample": COUNTEREXAMPLE} if status == "failed" else {}))
                for spec in rubric.checks
                for status in [draw.choice(STATUSES)]
            ],
            rubric,
        )
        for number in range(n)
    ]
