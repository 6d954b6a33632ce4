"""The sum of y is divided by n - 1.

That divisor belongs to an estimate of the variance; the constant is the mean, the sum divided by n.
"""

import numpy as np

REPLACES = "q4_robust.l2_minimizer"


def l2_minimizer(y):
    """The sum over n - 1."""
    return float(np.sum(y) / max(1, len(y) - 1))
