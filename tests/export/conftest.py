"""Results to export: one with every status, and any that there could be."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import strategies as st

from grader.model.verdict import Status, Visibility
from tests.export.test_escaping import texts

STATUSES = get_args(Status)


def check(name, status="passed", score=None, max_score=2.0, visibility="visible", feedback="", shown=None):
    """A check's entry in results.jsonl."""
    earned = {"passed": max_score, "partial": max_score / 2, "ungraded": None}.get(status, 0.0)
    return {
        "id": name, "part": "code", "functions": [f"m.{name}"], "status": status,
        "score": earned if score is None or earned is None else score, "max_score": max_score,
        "visibility": visibility, "examples": 10, "failed_examples": 0, "worst_error": None, "misconception": None,
        "feedback": feedback, "counterexample": shown,
        "seconds": 0.25,
    }  # fmt: skip


def line(*questions, **changed):
    """A line of results.jsonl."""
    parts = [
        {"id": f"q{number}", "score": total(cases, "score"), "max_score": total(cases, "max_score"), "checks": cases}
        for number, cases in enumerate(questions, start=1)
    ]
    return {
        "schema": 1, "assignment": "hw1", "submission": "ana", "digest": "d", "rubric_digest": "r", "seed": 0,
        "sandbox": "strong", "status": "graded", "score": total(parts, "score"), "max_score": total(parts, "max_score"),
        "seconds": 1.0, "notes": [], "output": "", "questions": parts,
    } | changed  # fmt: skip


def total(parts, key):
    """A sum as results.jsonl has it: none where a part has none."""
    return None if any(part[key] is None for part in parts) else round(sum(part[key] for part in parts), 4)


SHOWN = {"call": "m.f(1)", "actual": "2", "expected": "3"}
points = st.fractions(0, 100, max_denominator=12).map(lambda exact: round(float(exact), 4))


@st.composite
def checks(draw, statuses=STATUSES):
    """Any check, its texts a student's at their worst."""
    most = draw(points)
    return check(
        draw(st.from_regex(r"[a-z][a-z_0-9]{0,20}", fullmatch=True)),
        draw(st.sampled_from(statuses)),
        round(most * draw(st.sampled_from([0, 0.25, 0.5, 1])), 4),
        most,
        draw(st.sampled_from(get_args(Visibility))),
        draw(texts),
        draw(st.none() | st.fixed_dictionaries({"call": texts, "actual": texts, "expected": texts})),
    )


def lines_of(statuses):
    """Lines with checks of such statuses."""
    return st.builds(
        lambda questions, output, notes: line(*questions, output=output, notes=notes),
        st.lists(st.lists(checks(statuses), max_size=4), max_size=3),
        texts,
        st.lists(texts, max_size=2),
    )


lines = lines_of(STATUSES)
scored_lines = lines_of([status for status in STATUSES if status != "ungraded"])


@pytest.fixture
def every_status():
    """One check of each status, in two questions."""
    cases = [check(f"is_{status}", status, feedback=f"It is {status}.\nSee below.", shown=SHOWN) for status in STATUSES]
    return line(cases[:5], cases[5:])
