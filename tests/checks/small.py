"""A course of one file: a check or several, the model answer, and what a student hands in instead."""

from __future__ import annotations

import textwrap

from grader.assignment import load_assignment
from grader.course.folders import Course
from grader.grading.one_submission import grade
from grader.intake.submission import Submission

HEAD = "import dataclasses, itertools, math\nimport numpy as np\nimport torch\n"


def write_course(folder, checks, reference, *, tolerance="{rtol: 1.0e-6, atol: 1.0e-9}", examples=3):
    """The course on disk; every function of `checks` with `student` as its first argument is a check."""
    checks, reference = textwrap.dedent(checks), textwrap.dedent(reference)
    names = [
        line[4:].partition("(")[0] for line in checks.splitlines() if line.startswith("def ") and "(student" in line
    ]
    entries = "".join(
        f"      - {{check: {name}, points: 1, examples: {examples}, tolerance: {tolerance}}}\n" for name in names
    )
    for path in ("rubrics", "reference/small"):
        (folder / path).mkdir(parents=True)
    (folder / "rubrics/small.yaml").write_text(
        "assignment: small\ntitle: Small\nmodules: [numpy, torch, scipy]\nseed: 1\nquestions:\n"
        f"  - id: q1\n    title: All\n    checks:\n{entries}"
    )
    given = "from hypothesis import given, strategies as st\n"
    (folder / "rubrics/small.py").write_text(HEAD + given + checks)
    (folder / "reference/small/m.py").write_text(HEAD + reference)
    return Course(folder)


def graded(assignment, source, sandbox):
    """The verdicts on a student's m.py, by check."""
    submission = Submission("ana", {"m.py": (HEAD + textwrap.dedent(source)).encode()})
    return {verdict.id: verdict for verdict in grade(assignment, submission, sandbox).verdicts}


def verdict(folder, sandbox, check, reference, student=None, **options):
    """The verdict on the one check of a course."""
    assignment = load_assignment(write_course(folder, check, reference, **options), "small")
    [found] = graded(assignment, reference if student is None else student, sandbox).values()
    return found
