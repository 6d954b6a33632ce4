"""Strategies of several assignments."""

import numpy as np
from hypothesis import strategies as st

XYZZY_ELSEWHERE = "of another assignment"
DIGITS = st.integers(-9, 9).map(float)


def vectors():
    """Short vectors of whole numbers."""
    return st.lists(DIGITS, min_size=2, max_size=4).map(np.array)


def other_assignments_cases():
    """XYZZY-ELSEWHERE"""
    return st.just(XYZZY_ELSEWHERE)
