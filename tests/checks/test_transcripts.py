"""docs/transcripts.md: what students read in the most frequent situations, as it is really said."""

from __future__ import annotations

import os
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "transcripts.md"
HEAD = """# What students read

The most frequent situations, each with the module that was handed in and all that is said of it. The check wants
`mean(values)`, the mean of a list. This page is written by `tests/checks/test_transcripts.py` (anew with
`GRADER_WRITE_DOCS=1`), which fails where something else is said.
"""
RUBRIC = "      - check: mean_is_right\n        points: 4\n        hint: Divide by how many there are.\n"
CHECK = """
from hypothesis import given, strategies as st
import numpy as np

@given(values=st.lists(st.integers(1, 9), min_size=2, max_size=5))
def mean_is_right(student, expect, values):
    "`mean` is the sum by the number of values."
    expect.close(student.m.mean(values), sum(values) / len(values))
"""
REFERENCE = "def mean(values):\n    return sum(values) / len(values)\n"
SITUATIONS = {
    "Not written yet": "def mean(values):\n    raise NotImplementedError\n",
    "A wrong value": "def mean(values):\n    return sum(values) / (len(values) - 1)\n",
    "Two kinds of failure": "def mean(values):\n    if len(values) > 3:\n        return total / 4\n    return 0.0\n",
    "Printed, not returned": "def mean(values):\n    print(sum(values) / len(values))\n",
    "A function returned": "def mean(values):\n    return lambda: sum(values) / len(values)\n",
    "Another signature": "def mean(values, n):\n    return sum(values) / n\n",
    "A near name": "def means(values):\n    return sum(values) / len(values)\n",
    "A syntax error": "def mean(values):\n    return (sum(values) / len(values)\n",
    "Refused when it is graded": "import sys\n\nn = int(input())\n\ndef mean(values):\n    return sum(values) / n\n",
    "The program ends": "def mean(values):\n    return sum(values) / len(values)\n\nexit()\n",
}


def test_the_page_says_what_is_said(assignment_of, verdict_on):
    """Module, feedback and the call to paste of each situation."""
    check = assignment_of(RUBRIC, CHECK, REFERENCE).checks["mean_is_right"]
    text = HEAD + "".join(_told(title, source, verdict_on(check, source)) for title, source in SITUATIONS.items())
    if os.environ.get("GRADER_WRITE_DOCS"):
        PAGE.write_text(text, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == text


def _told(title, source, verdict):
    example = verdict.counterexample
    shown = f"\n{example.call}\ngot {example.actual}\nwanted {example.expected}\n" if example else ""
    return f"\n## {title}\n\n```text\n{source}```\n\n```text\n{verdict.status}\n{verdict.feedback}\n{shown}```\n"
