"""The losses of the examples are summed, not averaged.

The mean divides by the number of examples.
"""

import numpy as np

REPLACES = "q3_losses.bce_loss"


def bce_loss(y_hat, y):
    """The sum over the examples."""
    return float(-np.sum(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat)))
