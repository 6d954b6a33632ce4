"""Points that a person has yet to give are no 0, in any output that a machine reads."""

from __future__ import annotations

from fractions import Fraction

import pytest

from grader.export.audience import for_students
from grader.export.junit import junit
from grader.model.verdict import QuestionResult, Result, Verdict


def _verdict(name, status, score):
    return Verdict(name, "writeup", (), status, Fraction(score), Fraction(4))


def _result(*verdicts):
    return Result("hw", "ana", "d", "r", 0, "none", (QuestionResult("q1", verdicts),))


def _scores(line):
    return [check["score"] for check in line["questions"][0]["checks"]]


@pytest.mark.parametrize("found", [0, 3])
def test_what_waits_for_a_person_has_no_score(found):
    """Whatever was found until then; the sums are those of what is settled."""
    line = _result(_verdict("a", "passed", 4), _verdict("b", "needs_review", found)).to_json()
    assert _scores(line) == [4.0, None]
    assert (line["score"], line["questions"][0]["score"], line["max_score"]) == (4.0, 4.0, 8.0)
    assert for_students(line) == {**line, "hidden_checks": 0}
    assert '<property name="points" value="" />' in junit(line)


def test_what_could_not_be_run_leaves_no_sum():
    """For students as for everybody."""
    line = _result(_verdict("a", "passed", 4), _verdict("b", "ungraded", 0)).to_json()
    told = for_students(line)
    assert (line["score"], told["score"], told["questions"][0]["score"]) == (None, None, None)
