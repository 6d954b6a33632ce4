"""The pairs on which others are compared with grader: it reads all the right ones and accepts no wrong one."""

from __future__ import annotations

import pytest

from benchmarks.formulas import ACCEPTED, READERS, Pair, pairs

READ = READERS["grader"][1]()


@pytest.mark.parametrize("pair", pairs(), ids=lambda pair: pair.right[:40])
def test_a_right_formula_is_told_from_a_wrong_one(pair: Pair) -> None:
    """However it is written."""
    assert READ(pair.kind, pair.right) == ACCEPTED
    assert READ(pair.kind, pair.wrong) != ACCEPTED
