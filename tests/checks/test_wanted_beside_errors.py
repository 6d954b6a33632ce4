"""Where a call raised what the check knows the value of, that is told beside the error."""

from __future__ import annotations

import pytest

from tests.checks.small import verdict

CHECK = '''
def f(student, expect):
    """`f` of nothing."""
    expect.CLAIM(student.m.f(), WANTED)
'''


@pytest.mark.parametrize(
    ("claim", "wanted", "told"),
    [
        ("equal", "'ab'", "'ab'"),
        ("equal", "{'a': 1}", "{'a': 1}"),
        ("equal", "None", "None"),
        ("equal", "11", "11"),
        ("close", "0.5", "0.5"),
        ("close", "[1.5, 2.5]", "[1.5, 2.5]"),
        ("close_to_any", "['ab', 'cd']", "'ab' or 'cd'"),
    ],
)
def test_it_is_told_in_the_words_of_its_kind(tmp_path, sandbox, claim, wanted, told):
    """Numbers as numbers, a text as a text."""
    check = CHECK.replace("CLAIM", claim).replace("WANTED", wanted)
    answer = wanted if claim != "close_to_any" else "'cd'"
    found = verdict(tmp_path, sandbox, check, f"def f(): return {answer}", "def f(): return {}['k']")
    assert found.status == "error" and "KeyError: 'k'" in found.feedback
    assert (found.counterexample.actual, found.counterexample.expected) == ("KeyError: 'k'", told)
