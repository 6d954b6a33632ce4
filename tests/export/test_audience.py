"""What of a result its student may read."""

from __future__ import annotations

import json

from hypothesis import given

from grader.export.audience import for_students, hidden_sentence
from grader.export.github import annotation_commands, report_commands
from grader.export.junit import junit
from grader.export.summary import summary
from grader.model.record import checks_of as checks
from tests.export.conftest import SHOWN, check, line, lines

MIXED = line(
    [check("seen", "failed", feedback="Look."), check("secret_one", visibility="hidden")],
    [
        check("secret_two", "failed", visibility="after_published", feedback="Secret hint", shown=SHOWN),
        check("waits", "blocked", feedback="Not tried, because secret_two did not pass."),
    ],
    [check("secret_three", visibility="after_due_date")],
    output="secret input",
)


def test_nothing_hidden_is_left():
    """No name, feedback or input; no question of hidden checks alone; no sum that they are in; not what was printed."""
    shown = for_students(MIXED, left_out=1)
    assert [found["id"] for found in checks(shown)] == ["seen", "waits"]
    assert (shown["score"], shown["max_score"], [question["id"] for question in shown["questions"]]) == (
        0,
        4,
        ["q1", "q2"],
    )
    assert "secret" not in json.dumps(shown).lower()
    assert hidden_sentence(shown) == "4 hidden checks: run by your instructor"
    everywhere = [junit(shown), summary(shown), *annotation_commands(shown, {}), *report_commands(shown)]
    assert "secret" not in "".join(everywhere).lower()


def test_a_result_without_hidden_checks_is_whole():
    """Nothing is said of hidden checks where there are none."""
    result = line([check("f"), check("g", "failed")], output="hello")
    shown = for_students(result)
    assert {key: shown[key] for key in result} == result
    assert hidden_sentence(shown) == ""


@given(lines)
def test_the_sums_are_those_of_what_is_shown(result):
    """For any result; and what may be read once may be read twice."""
    shown = for_students(result)
    if shown["score"] is not None:
        assert abs(shown["score"] - sum(found["score"] for found in checks(shown))) < 1e-3
    assert {found["visibility"] for found in checks(shown)} <= {"visible"}
    again = for_students(shown, left_out=shown["hidden_checks"])
    assert again == shown
