"""Write-ups made to hurt the reader: a clear status within the limits, the code's verdicts untouched."""

from __future__ import annotations

import pytest

from grader.assignment import load_assignment
from grader.course.folders import Course
from grader.grading.one_submission import grade
from grader.intake.submission import Submission
from tests.conftest import ROOT

COURSE = Course(ROOT)
RIGHT = (COURSE.reference("hw1") / "answers.md").read_text()

HOSTILE = {
    "power tower": "## Question 1\n\nTotal: $9^{9^{9^9}}$\n\n## Question 3\n\niii) $J = 9^{9^{9^9}}$\n",
    "open brackets": "## Question 2\n\n$$W = " + "[" * 500_000,
    "open braces": "## Question 2\n\n$$" + "{" * 300_000 + "$$",
    "nested fractions": "## Question 3\n\nii) $" + "\\frac{1}{" * 20_000 + "$",
    "a huge table": "## Question 1\n\n| a | b |\n|---|---|\n" + "| 1 | 2 |\n" * 100_000,
    "a wide table": "## Question 1\n\n|" + " a |" * 100_000 + "\n|" + "---|" * 100_000 + "\n",
    "two megabytes": "x" * (2 << 20),
    "ten megabytes": "# " * (5 << 20),
    "NUL bytes": "## Question 1\0\n\n\0\0Total: 61706\0",
    "not UTF-8": b"## Question 3\n\ni) Gau\xdf, bin\xe4r \xff\xfe\xfd\n",
    "quotes": ">" * 100_000 + " a",
    "lists": "".join("  " * n + "- a\n" for n in range(2_000)),
    "emphasis": "*a " * 100_000,
    "backticks": "`" * 200_001,
    "links": "[a](" * 50_000,
    "dollars": "$" * 500_001,
    "a huge number": "## Question 1\n\nTotal: " + "9" * 500_000,
    "environments": "## Question 2\n\n$$" + "\\begin{pmatrix}" * 20_000 + "$$",
    "scripts": RIGHT.replace("61706", "61706 <script>alert(1)</script><img src=x onerror=alert(1)>"),
    "escapes": RIGHT + "\n\x1b]52;c;aGk=\x07 \x1b[2J \u202e =cmd|' /C calc'!A0 ::error::x\n",
}  # fmt: skip


@pytest.fixture(scope="module")
def hw1():
    """Homework 1, one question's code, so that a run is short."""
    return load_assignment(COURSE, "hw1")


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_a_hostile_write_up_ends_in_a_clear_status(hw1, sandbox, name):
    """Read within the submission's limits, never a crash of ours, and the code keeps its points."""
    text = HOSTILE[name]
    data = text if isinstance(text, bytes) else text.encode()
    files = {path.name: path.read_bytes() for path in COURSE.reference("hw1").glob("*.py")}
    result = grade(hw1, Submission("ana", {**files, "answers.md": data}), sandbox)
    assert {verdict.status for verdict in result.verdicts if verdict.part == "code"} == {"passed"}
    written = [verdict for verdict in result.verdicts if verdict.part == "writeup"]
    assert {verdict.status for verdict in written} <= {"passed", "partial", "failed", "missing", "needs_review"}
    if name not in ("scripts", "escapes"):
        assert not any(verdict.status in ("passed", "partial") for verdict in written)
    assert sum(verdict.seconds for verdict in written) < 12
    assert all(len(verdict.feedback) < 5_000 for verdict in written)


def test_what_is_too_large_is_for_a_person(hw1, sandbox):
    """Over a megabyte nothing is judged by the program."""
    result = grade(hw1, Submission("ana", {"answers.md": HOSTILE["two megabytes"].encode()}), sandbox)
    assert {v.status for v in result.verdicts if v.part == "writeup"} == {"needs_review"}
