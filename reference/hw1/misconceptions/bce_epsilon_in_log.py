"""A small number is added inside the logarithms, and near 0 and 1 it changes the loss.

y_hat lies in [1e-6, 1 - 1e-6], where the logarithm is finite as it is. Compare log(1e-6) with log(1e-6 + 1e-7).
"""

import numpy as np

REPLACES = "q3_losses.bce_loss"
CREDIT = "1/2"


def bce_loss(y_hat, y, eps=1e-7):
    """Protected against log(0), which does not happen here."""
    return float(-np.mean(y * np.log(y_hat + eps) + (1 - y) * np.log(1 - y_hat + eps)))
