"""What is said of iterators: of items without end, and of errors that come when items are taken."""

from __future__ import annotations

import contextlib
import io
import sys
import types

import pytest

from grader.export.snippets import snippet
from tests.checks.small import verdict

REFERENCE = "def count(n):\n    yield from range(n)\n"
ENDLESS = "def count(n):\n    while True:\n        yield 0\n"
WHOLE = """
    @given(n=st.integers(2, 50))
    def counted(student, expect, n):
        \"\"\"As many.\"\"\"
        expect.{claim}(student.m.count(n), list(range(n)))
"""


def _printed(call, source):
    """What the lines to paste print in a fresh module."""
    module = types.ModuleType("m")
    exec(source, vars(module))
    sys.modules["m"], out = module, io.StringIO()
    try:
        with contextlib.redirect_stdout(out):
            exec("\n".join(snippet(call, 80)), {})
    finally:
        del sys.modules["m"]
    return out.getvalue().strip()


@pytest.mark.parametrize("claim", ["close", "equal"])
def test_items_without_end_are_told_as_that(tmp_path, sandbox, claim):
    """Not as a list of 10001; the lines end, and print what is said."""
    found = verdict(tmp_path, sandbox, WHOLE.format(claim=claim), REFERENCE, ENDLESS, examples=5)
    assert "ives items without end: 10000 were taken, and there are more" in found.feedback
    assert "10001," not in found.feedback
    assert found.counterexample.expected == ""
    assert _printed(found.counterexample.call, ENDLESS) == found.counterexample.actual == "10001"


def test_one_walk_without_end_is_one_input_tried(tmp_path, sandbox):
    """The others are not counted as failing, and it is not walked again to be shown."""
    check = """
    @given(n=st.integers(2, 50))
    def walked(student, expect, n):
        \"\"\"One by one.\"\"\"
        for item in student.m.count(n):
            expect.true(item < n, "less")
    """
    found = verdict(tmp_path, sandbox, check, REFERENCE, ENDLESS, examples=5)
    assert (found.examples, found.failed_examples) == (1, 1)
    assert "Differs on the one input tried." in found.feedback
    assert _printed(found.counterexample.call, ENDLESS) == found.counterexample.actual


@pytest.mark.parametrize("source", ["def count(n):\n    yield 7\n", "def count(n): return map(float, range(n - 1))\n"])
def test_lines_of_an_iterator_print_its_items(tmp_path, sandbox, source):
    """And not that it is a generator."""
    found = verdict(tmp_path, sandbox, WHOLE.format(claim="close"), REFERENCE, source, examples=5)
    assert found.counterexample.call.startswith("list(m.count(")
    assert _printed(found.counterexample.call, source).startswith("[")


@pytest.mark.parametrize("claim", ["close", "equal"])
def test_an_error_within_an_iterator_is_raised_by_the_lines(tmp_path, sandbox, claim):
    """It comes when items are taken, which is said."""
    source = "def count(n):\n    yield 0\n    raise ValueError('bad')\n"
    found = verdict(tmp_path, sandbox, WHOLE.format(claim=claim), REFERENCE, source, examples=5)
    assert "ValueError: bad (while its items were taken)" in found.feedback
    with pytest.raises(ValueError, match="bad"):
        _printed(found.counterexample.call, source)


def test_what_the_model_answer_returned_is_written_as_its_value(tmp_path, sandbox):
    """The student has no model answer; their own function may return something else."""
    check = """
    @given(x=st.integers(2, 9))
    def undone(student, expect, reference, x):
        \"\"\"`back` undoes `there`.\"\"\"
        expect.close(student.m.back(reference.m.there(x)), x)
    """
    reference = "def there(x): return 3.0 * x\ndef back(y): return y / 3\n"
    source = "def there(x): return 2.0 * x\ndef back(y): return y / 2\n"
    found = verdict(tmp_path, sandbox, check, reference, source)
    assert found.counterexample.call == "m.back(6.0)"
    assert float(_printed(found.counterexample.call, source)) == float(found.counterexample.actual)
