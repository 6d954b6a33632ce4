"""The constant returned lies halfway between the smallest and the largest value.

That minimises the largest error. For squared errors every value counts: set the derivative to zero.
"""

import numpy as np

REPLACES = "q4_robust.l2_minimizer"


def l2_minimizer(y):
    """The middle of the range."""
    return float((np.min(y) + np.max(y)) / 2)
