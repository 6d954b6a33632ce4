"""The result is the root of the mean squared error.

With the root, an error ten times as large costs ten times as much; what does the square do to it?
"""

import numpy as np

REPLACES = "q4_robust.l2_loss"


def l2_loss(y_hat, y):
    """The RMSE."""
    return float(np.sqrt(np.mean((y_hat - y) ** 2)))
