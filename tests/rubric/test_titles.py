"""Titles: what checks are called before people."""

from __future__ import annotations

import pytest

from grader.export.gradescope import gradescope
from grader.rubric.loading import load
from grader.rubric.titles import MAX_TITLE, titles_of
from tests.export.conftest import check, line

RUBRIC = """assignment: t
title: T
questions:
  - id: q1
    title: Q
    checks:
      - {check: a_is_b, points: 1, title: A is b}
      - {check: with_sentence, points: 1}
      - {check: with_sentence, id: another, points: 1}
      - {matches_reference: m.f, points: 1, given: {x: xs}}
      - {check: table_of_layers, kind: table, points: 1, find: {question: 1}, columns: [{name: n, reads: count, header: [n]}],
         rows: [{name: r, words: [r], cells: {n: 1}}]}
"""
PYTHON = b'''
def a_is_b(student, expect):
    "Not this one."

def with_sentence(student, expect):
    """`f` is
    the identity.

    For reasons.
    """
'''


@pytest.fixture
def titles(tmp_path):
    """Of such a rubric, with this Python."""
    for name, text in {
        "rubrics/t.yaml": RUBRIC,
        "rubrics/t.py": PYTHON.decode() + "xs = 1\n",
        "reference/t/m.py": "def f(x):\n    return x\n",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return lambda python: titles_of(load(tmp_path / "rubrics" / "t.yaml"), python)


def test_a_check_is_called_by_its_sentence(titles):
    """The rubric's, else that of its function, else its id in words."""
    assert titles(PYTHON) == {
        "a_is_b": "A is b",
        "with_sentence": "f is the identity",
        "another": "f is the identity",
        "f_matches_reference": "m.f returns what it should",
        "table_of_layers": "Table of layers",
    }


@pytest.mark.parametrize("python", [b"", b"def (", b"\0", PYTHON.replace(b"the identity", b"x" * 500)])
def test_any_python_is_read(titles, python):
    """What cannot be read has no sentences, and a long one is cut."""
    assert all(0 < len(title) <= MAX_TITLE for title in titles(python).values())


def test_gradescope_shows_sentence_and_id():
    """The sentence first, the id for machines after it."""
    [test] = gradescope(line([check("a")]), titles={"a": "A is b"})["tests"]
    assert test["name"] == "A is b (a)"
