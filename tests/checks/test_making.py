"""Of what a value is made that no message holds as such: the same whenever it is drawn."""

from __future__ import annotations

import numpy as np
import pytest

from grader.checks.plan.making import making_of

WITH_GAPS = {
    "long doubles": lambda: np.ones((2, 3), np.longdouble).T, "one": lambda: np.ones((), np.longdouble),
    "complex ones": lambda: np.ones(2, np.clongdouble),
    "fields": lambda: np.array([(1, 2.5)], dtype=np.dtype([("a", "i1"), ("b", "f8")], align=True)),
    "fields of long doubles": lambda: np.array([(1, [2.5, 3])], dtype=np.dtype([("a", "i1"), ("b", "g", (2,))])),
}  # fmt: skip


@pytest.mark.parametrize("kind", WITH_GAPS)
def test_what_lies_between_numbers_is_no_part_of_an_input(kind):
    """There is in it what the memory held before, so an input that is drawn again would be another one."""
    sent = set()
    for n in range(300):
        held = [np.random.default_rng(n).bytes(32) for _ in range(4)]
        del held
        sent.add(making_of(WITH_GAPS[kind]()).parts[0])
    assert len(sent) == 1
