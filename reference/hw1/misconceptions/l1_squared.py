"""The errors are squared before they are averaged: that is the L2 loss.

An error of 3 counts 3 here, whatever its sign.
"""

import numpy as np

REPLACES = "q4_robust.l1_loss"


def l1_loss(y_hat, y):
    """The mean squared error."""
    return float(np.mean((y_hat - y) ** 2))
