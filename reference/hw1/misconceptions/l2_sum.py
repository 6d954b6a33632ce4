"""The squared errors are summed, not averaged.

The mean divides by the number of examples.
"""

import numpy as np

REPLACES = "q4_robust.l2_loss"


def l2_loss(y_hat, y):
    """The sum of squares."""
    return float(np.sum((y_hat - y) ** 2))
