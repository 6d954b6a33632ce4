"""The constant returned is the mean, which minimises the squared error.

For absolute errors, move c a little: as many values pull up as pull down, however far away they are.
"""

import numpy as np

REPLACES = "q4_robust.l1_minimizer"


def l1_minimizer(y):
    """The mean."""
    return float(np.mean(y))
