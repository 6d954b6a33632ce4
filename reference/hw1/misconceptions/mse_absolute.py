"""The errors are averaged by their absolute values.

Here they are squared: an error of 3 counts 9.
"""

import numpy as np

REPLACES = "q3_losses.mse_loss"


def mse_loss(y_hat, y):
    """The mean absolute error."""
    return float(np.mean(np.abs(y_hat - y)))
