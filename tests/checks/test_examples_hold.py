"""The example of a failure holds outside: it can be pasted, what varies is said to vary, and no law is misnamed."""

from __future__ import annotations

from contextlib import closing

import numpy as np
import pytest

from grader.checks.feedback.conclusion import conclude
from grader.checks.feedback.python_text import argument_text, without_numbers
from grader.checks.plan.without_reference import outline
from grader.sandbox import Budget

LARGE = """
from hypothesis import given, strategies as st
import numpy as np

def total(student, expect):
    "`total` adds up a large image."
    image = np.random.default_rng(3).normal(size=(40, 30))
    expect.close(student.m.total(image), image.sum())

@given(x=st.floats(1, 9).map(lambda v: round(v, 2)))
def single(student, expect, x):
    "`total` of one number is the number."
    expect.close(student.m.total(x), x)

@given(x=st.integers(1, 9))
def doubles(student, expect, x):
    "The total of twice as much is twice the total."
    expect.close(expect.array(student.m.total(2.0 * x), ()), 2 * expect.array(student.m.total(float(x)), ()))

@given(x=st.integers(1, 9))
def adds(student, expect, x):
    "The total of a sum is the sum of the totals."
    both = expect.array(student.m.total(x), ()) + expect.array(student.m.total(2 * x), ())
    expect.close(student.m.total(3 * x), both)

@given(x=st.integers(1, 9))
def cached(student, expect, x):
    "`cached` returns the number and what goes back."
    out, cache = student.m.cached(x)
    expect.close(out, x)

@given(x=st.integers(1, 9))
def counts(student, expect, x):
    "`counts` counts."
    expect.equal(student.m.counts(x), {"a": x, "b": 2 * x})

@given(x=st.integers(1, 9))
def pair(student, expect, x):
    "`total` of two numbers is two."
    expect.close(student.m.both(x), np.array([x, x]))
"""
REFERENCE = "import numpy as np\ndef total(x): return np.sum(x)\ndef both(x): return np.array([x, x])\ndef cached(x): return x, {}\n"
REFERENCE += "def counts(x): return {'a': x, 'b': 2 * x}\n"


def entry(name):
    return f"      - check: {name}\n        points: 1\n"


def test_a_large_array_is_written_as_what_makes_one_that_shows_the_same(assignment_of, verdict_on):
    """An error that zeros raise as well; what needs the very numbers is not said to be whole."""
    check = assignment_of(entry("total"), LARGE, REFERENCE).checks["total"]
    raised = verdict_on(check, "def total(x): return x.append(1)\n")
    assert raised.counterexample.call == "m.total(np.zeros((40, 30)))"
    wrong = verdict_on(check, "import numpy as np\ndef total(x): return np.mean(x)\n")
    assert "array of shape (40, 30)" in wrong.counterexample.call
    other = verdict_on(check, "def total(x):\n    assert x[0, 0] == 0, x[0, 0]\n    return 1.0\n")
    assert "array of shape (40, 30)" in other.counterexample.call


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (np.zeros((20, 20)), "np.zeros((20, 20))"),
        (np.ones(300, np.float32), "np.ones((300,), dtype=np.float32)"),
        (np.full((1, 400), 0.5), "np.full((1, 400), 0.5)"),
        (np.arange(300), "np.arange(300, dtype=np.int64).reshape((300,))"),
        (np.zeros(300, bool), "np.zeros((300,), dtype=np.bool)"),
        (np.random.default_rng(0).normal(size=300), "<np array of shape (300,)>"),
        (np.where(np.arange(300) > 4, -0.0, 0.0), "<np array of shape (300,)>"),
    ],
)
def test_a_large_array_that_follows_a_rule_is_written_as_the_rule(value, text):
    """And what is written makes the array itself."""
    assert argument_text(value) == text
    if not text.startswith("<"):
        made = eval(text, {"np": np})
        assert made.dtype == value.dtype
        assert np.array_equal(made, value)
    assert argument_text(without_numbers(value)).startswith(text if not text.startswith("<") else "np.zeros(")


def test_random_numbers_are_said_to_vary(assignment_of, verdict_on):
    """Even where each process of ours draws the same ones."""
    check = assignment_of(entry("single"), LARGE, REFERENCE).checks["single"]
    found = verdict_on(check, "import numpy as np\ndef total(x): return x + np.random.rand()\n")
    assert "another value each time" in found.feedback
    steady = verdict_on(check, "def total(x): return x + 1\n")
    assert "each time" not in steady.feedback


def test_what_a_function_keeps_is_told_where_it_is_wrong_alone_too(assignment_of, verdict_on):
    """What is shown is of a fresh process; that other calls change it is said beside it."""
    check = assignment_of(entry("single"), LARGE, REFERENCE).checks["single"]
    found = verdict_on(check, "_seen = []\ndef total(x):\n    _seen.append(x)\n    return x + len(_seen)\n")
    assert "After other calls it returned something else" in found.feedback


def test_a_law_between_two_results_is_told_from_one_on_what_follows_of_them(assignment_of, verdict_on):
    """Two results are called equal only where the law says so of these very numbers."""
    square = "def total(x): return x * x * 1.0\n"
    found = verdict_on(outline(assignment_of(entry("doubles"), LARGE, REFERENCE).checks["doubles"]), square)
    assert "From your own results follow 4 and 2, which should be equal." in found.feedback


def test_a_law_on_nan_says_so(assignment_of, verdict_on):
    """Two that look alike are not asked to be equal without a word."""
    nothing = "def total(x): return float('nan')\n"
    found = verdict_on(outline(assignment_of(entry("doubles"), LARGE, REFERENCE).checks["doubles"]), nothing)
    assert "It returned nan, which is no number and equals nothing" in found.feedback
    assert found.counterexample.actual == "nan"
    assert found.counterexample.call.count("total") == 1


def test_a_law_of_which_both_sides_are_computed_and_nan_says_so(assignment_of, verdict_on):
    """One result more or less that is NaN changes nothing: what the claim rests on is seen of all of them together."""
    check = outline(assignment_of(entry("adds"), LARGE, REFERENCE).checks["adds"])
    found = verdict_on(check, "import numpy as np\ndef total(x): return np.nan\n")
    assert "equals nothing" in found.feedback
    assert "expected nan" not in found.feedback
    assert found.counterexample.expected == ""


def test_random_numbers_in_a_wrong_shape_are_told_by_the_shape(assignment_of, verdict_on):
    """The numbers come no second time; the shape does."""
    check = assignment_of(entry("pair"), LARGE, REFERENCE).checks["pair"]
    found = verdict_on(check, "import numpy as np\ndef both(x): return np.random.rand(3)\n")
    assert "shape (3,), expected shape (2,)" in found.feedback
    assert found.counterexample.call.endswith(".shape)")
    assert (found.counterexample.actual, found.counterexample.expected) == ("(3,)", "(2,)")
    fixed = verdict_on(check, "import numpy as np\ndef both(x): return np.ones(3)\n")
    assert fixed.counterexample.actual == "[1., 1., 1.]"


def test_memory_that_is_used_up_is_told_with_the_call_and_costs_one_call(assignment_of, verdict_on):
    """Not one for every case: each would take as long."""
    check = assignment_of(entry("single"), LARGE, REFERENCE).checks["single"]
    grows = (
        "import numpy as np\ndef total(x):\n    print('called')\n    return [np.empty(10**7) for _ in range(10**4)]\n"
    )
    found = verdict_on(check, grows)
    assert found.status == "out_of_memory"
    assert "m.py, line 4" in found.feedback
    assert "This was the call: m.total(" in found.feedback
    assert found.seconds < 20


def test_whole_numbers_are_wanted_where_whole_ones_came(assignment_of, verdict_on):
    """`wanted 4`, not `4.`, beside `got 16`."""
    check = assignment_of(entry("single").replace("single", "counted"), COUNTED, REFERENCE).checks["counted"]
    found = verdict_on(check, "def total(x): return 16\n")
    assert (found.counterexample.actual, found.counterexample.expected) == ("16", "1")
    assert verdict_on(check, "def total(x): return 16.0\n").counterexample.expected == "1."


COUNTED = """
from hypothesis import given, strategies as st

@given(x=st.integers(1, 3))
def counted(student, expect, x):
    "`total` of a number is the number."
    expect.equal(student.m.total(x), x)
"""


def test_processes_that_tried_an_example_apart_are_ended(assignment_of, sandbox):
    """Each holds memory of its own, and a failing submission may need dozens of them."""
    check = assignment_of(entry("single"), LARGE, REFERENCE).checks["single"]
    with closing(sandbox.open({"m.py": b"def total(x): return x + 1\n"}, Budget(), 0)) as session:
        assert conclude(check, session).status == "failed"
        assert session._parts
        assert all(part._child is None for part in session._parts)


TWO_CALLS = """
def second(student, expect):
    "`total` of one number is the number, after another as well."
    expect.close(student.m.total(1.0), 1.0)
    expect.close(student.m.total(2.0), 2.0)
"""


@pytest.mark.parametrize(
    ("source", "call", "n_processes"),
    [
        ("def total(x): return min(x, 1.0)", "m.total(2.0)", 1),
        ("n = []\ndef total(x): return x if n.append(x) or len(n) < 2 else 0.0", "m.total(1.0)\nm.total(2.0)", 3),
    ],
)
def test_one_process_shows_one_call_that_fails_by_itself(source, call, n_processes, assignment_of, sandbox):
    """Whether the whole case fails by itself need not be asked as well; where the call does not, it is."""
    check = assignment_of(entry("second"), TWO_CALLS, REFERENCE).checks["second"]
    with closing(sandbox.open({"m.py": source.encode()}, Budget(), 0)) as session:
        verdict = conclude(check, session)
        assert verdict.counterexample.call == call
        assert len(session._parts) == n_processes


def test_a_result_that_does_not_fit_is_shown_itself(assignment_of, verdict_on):
    """Not that what was to be taken of it did not come."""
    check = assignment_of(entry("cached"), LARGE, REFERENCE).checks["cached"]
    found = verdict_on(check, "def cached(x): return x\n")
    assert "cached returned the number 1, expected 2 values" in found.feedback
    assert found.counterexample.call == "m.cached(1)"
    assert "did not return" not in found.counterexample.actual
    assert found.counterexample.expected == "2 values"


def test_other_values_are_one_kind_of_failure(assignment_of, verdict_on):
    """Whatever is wanted in their place differs from input to input."""
    check = assignment_of(entry("counts"), LARGE, REFERENCE).checks["counts"]
    assert "other input" not in verdict_on(check, "def counts(x): return {}\n").feedback
