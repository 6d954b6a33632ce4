"""The errors are averaged with their signs, so the loss can be negative.

Each error counts by its absolute value.
"""

import numpy as np

REPLACES = "q4_robust.l1_loss"


def l1_loss(y_hat, y):
    """The mean error."""
    return float(np.mean(y_hat - y))
