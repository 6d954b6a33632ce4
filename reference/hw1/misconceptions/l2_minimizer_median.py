"""The constant returned is the median, which minimises the absolute error.

For squared errors, set the derivative to zero: the residuals sum to 0.
"""

import numpy as np

REPLACES = "q4_robust.l2_minimizer"


def l2_minimizer(y):
    """The median."""
    return float(np.median(y))
