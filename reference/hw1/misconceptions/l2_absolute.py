"""The errors are averaged by their absolute values: that is the L1 loss.

An error of 3 counts 9 here.
"""

import numpy as np

REPLACES = "q4_robust.l2_loss"


def l2_loss(y_hat, y):
    """The mean absolute error."""
    return float(np.mean(np.abs(y_hat - y)))
