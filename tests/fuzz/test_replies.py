"""Whatever a worker answers, a verdict comes of it; with one of the repairs taken out, the same search finds a hole."""

from __future__ import annotations

import contextlib
import random
from unittest.mock import patch

import numpy as np
import pytest

from grader import wire
from grader.checks import comparison
from grader.checks.feedback import python_text
from grader.model import arrays
from grader.sandbox import replying
from tests.fuzz.replies import judged

N_HONEST, N_UNTIL_FOUND = 400, 6_000


def inputs(n):
    """So many inputs, the same each time."""
    choices = random.Random(17)
    return (choices.randbytes(choices.randrange(1, 60)) for _ in range(n))


def test_every_reply_comes_to_a_verdict():
    """Values of every type, references, marks, huge integers, odd shapes, all kinds of reply."""
    for data in inputs(N_HONEST):
        judged(data)


def _careless_floats(numbers):
    return np.array(numbers, dtype=np.float64)


def _careless_decode(body, *, tensor=lambda array: array, refs=True):
    del refs
    return _decode(body, tensor=tensor)


_decode = wire.decode


def _careless_problem(claim, actual):
    for _before, shown in zip(claim.before, actual, strict=True):
        _value, _flags = shown
    return


# By the letter of the case that each repair is for: what stood there before.
HOLES = {
    "b, c: integers beyond floats": [(arrays, "_as_floats", _careless_floats)],
    "d: digits of a value": [(wire.values, "MAX_HEX_DIGITS", 4096), (python_text, "number_text", repr)],
    "e: digits in a description": [(wire.values, "MAX_HEX_DIGITS", 4096), (arrays, "number_text", repr)],
    "f: references among arguments": [
        (replying.wire, "decode", _careless_decode),
        (comparison, "problem_of", _careless_problem),
    ],
}


@pytest.mark.parametrize("hole", sorted(HOLES))
def test_a_hole_is_found(hole):
    """The search has teeth."""
    with contextlib.ExitStack() as without:
        for place in HOLES[hole]:
            without.enter_context(patch.object(*place))
        for data in inputs(N_UNTIL_FOUND):
            try:
                judged(data)
            except Exception:
                return
    pytest.fail("not found")
