"""The absolute value is taken of the mean, so errors of different sign cancel.

Each error counts by its own absolute value: 3 too high and 3 too low is not 0.
"""

import numpy as np

REPLACES = "q4_robust.l1_loss"


def l1_loss(y_hat, y):
    """The absolute value of the mean error."""
    return float(np.abs(np.mean(y_hat - y)))
