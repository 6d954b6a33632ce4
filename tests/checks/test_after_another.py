"""Which other call has to come first where a function fails only after it."""

from __future__ import annotations

from grader.export.snippets import snippet
from tests.checks.small import verdict

CHECK = '''
@given(n=st.integers(0, 9), key=st.integers(100, 400))
def products(student, expect, n, key):
    """Each pair has its product."""
    expect.equal(student.m.product(n, key), (n + 1) * key)
'''
RIGHT = "def product(n, key):\n    return (n + 1) * key\n"
KEEPS = "_known = {}\ndef product(n, key):\n    return _known.setdefault(key, (n + 1) * key)\n"


def test_the_one_call_that_matters_is_found_among_many(tmp_path, sandbox):
    """A cache that forgets an argument in its key fails only where the other arguments come again."""
    found = verdict(tmp_path, sandbox, CHECK, RIGHT, KEEPS, examples=60)
    first, second = found.counterexample.call.splitlines()
    assert snippet(found.counterexample.call, 80) is not None
    assert first.rpartition(", ")[2] == second.rpartition(", ")[2]  # the same key
    assert found.counterexample.actual != found.counterexample.expected
