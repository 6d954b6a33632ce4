"""What a check passes is what a student's function gets."""

from __future__ import annotations

import numpy as np
import pytest

from grader.checks.feedback.python_text import argument_text
from grader.checks.plan.calls import encoded_call, packed_list
from grader.sandbox import Budget


@pytest.fixture(scope="module")
def seen(sandbox):
    """What a function in the sandbox writes of its arguments."""
    session = sandbox.open({"m.py": "def seen(*args, **named): return repr((args, named))"}, Budget(), 0)

    def call(*args, **named):
        call = encoded_call(("m", "seen"), args, named, False)
        [outcome] = session.call(packed_list([call]), 1, modules=["m"])
        return outcome.data

    yield call
    session.close()


@pytest.mark.parametrize(
    "value",
    [(4, 4), (), [(1, 2), [3, (4,)]], {"shape": (2, 3), 1: [()]}, ([np.eye(2)], (np.eye(2),)), 1.5, True, None, "text"],
)
def test_lists_stay_lists_and_tuples_stay_tuples(seen, value):
    """However deep, by position and by name: `x.shape == shape` is true for one of them only."""
    assert seen(value, named=value) == repr(((value,), {"named": value}))


@pytest.mark.parametrize("value", [np.float64(0.1), np.int64(-3), np.bool_(True)])
def test_a_scalar_of_numpy_is_a_number_of_pythons(seen, value):
    """As the line to paste shows it."""
    assert seen(value) == f"(({argument_text(value)},), {{}})"
