"""The squared errors are summed, not averaged.

The mean divides by the number of examples, so that batches of different size can be compared.
"""

import numpy as np

REPLACES = "q3_losses.mse_loss"


def mse_loss(y_hat, y):
    """The sum of squares."""
    return float(np.sum((y_hat - y) ** 2))
