"""The absolute errors are summed, not averaged.

The mean divides by the number of examples.
"""

import numpy as np

REPLACES = "q4_robust.l1_loss"


def l1_loss(y_hat, y):
    """The sum of absolute errors."""
    return float(np.sum(np.abs(y_hat - y)))
