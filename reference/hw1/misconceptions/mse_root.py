"""The result is the root of the mean squared error.

The loss itself is the mean of the squares, in units of y squared.
"""

import numpy as np

REPLACES = "q3_losses.mse_loss"


def mse_loss(y_hat, y):
    """The RMSE."""
    return float(np.sqrt(np.mean((y_hat - y) ** 2)))
